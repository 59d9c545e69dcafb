"""What the mask-conditional model learns: the intensity of a sample follows the mask."""

import numpy as np
import pytest
import torch

from sweetspot.config.mask_generator import MaskGenerator, MaskGeneratorTraining
from sweetspot.config.mask_sampling import MaskSampling
from sweetspot.data.slice_set import LESION
from sweetspot.errors import InputError
from sweetspot.generate.mask_denoiser import build_mask_denoiser, load_mask_denoiser
from sweetspot.generate.sampling import sample_batches
from sweetspot.generate.training import train_generator
from sweetspot.snapshots import save_snapshots

INTENSITY = np.array([0.1, -0.4, -0.8, 0.8], np.float32)  # GM, WM, CSF, lesion


def slices(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Stripes of three tissues with a square lesion at a place of its own."""
    stream = np.random.default_rng(seed)
    labels = np.broadcast_to(np.repeat([0, 1, 2, 1], 2), (count, 8, 8)).copy()
    for each in labels:
        y, x = stream.integers(0, 6, 2)
        each[y : y + 2, x : x + 2] = LESION
    masks = (labels[:, None] == np.arange(4)[None, :, None, None]).astype(np.uint8)
    images = INTENSITY[labels] + 0.05 * stream.standard_normal(labels.shape, dtype=np.float32)
    return images[:, None], masks


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    torch.set_num_threads(1)
    generator = MaskGenerator(
        channels=(16,), blocks_per_stage=1, attention_heads=1, attention_head_channels=8, input_kernel=3,
        prediction="v_prediction", timesteps=60, steps=250, learning_rate=3e-3, warmup_steps=10, ema_decay=0.95,
    )  # fmt: skip
    training = MaskGeneratorTraining(generator=generator, snapshots=(250,), network="T2w", image_channels=(0,))
    images, masks = slices(64, 0)
    folder = tmp_path_factory.mktemp("conditioning")
    denoiser = build_mask_denoiser(training, 4, (8, 8))
    result = train_generator(denoiser, generator, (250,), images, masks, name="generator/T2w")
    path = folder / "model.safetensors"
    description = {"training": training.model_dump(mode="json"), "mask_channels": 4, "size": [8, 8]}
    save_snapshots(path, result.snapshots, description)
    return path


def sample(path, masks, **settings):
    denoiser, training = load_mask_denoiser(path)
    names = settings.pop("qualities", ("noise=0",))
    sampling = MaskSampling(images=len(masks), solver_steps=12, qualities=names, **settings)
    batches = list(sample_batches(denoiser, training.generator, sampling, masks, (1, 8, 8), "sampling/T2w"))
    return {name: np.concatenate([batch[name] for batch in batches]) for name in names}


def test_intensities_follow_the_mask_and_a_lesion_is_where_the_mask_has_it(trained):
    _, masks = slices(40, 1)  # lesions at places that training did not pair with these images
    images = sample(trained, masks)["noise=0"]
    means = [images[:, 0][masks[:, channel] == 1].mean() for channel in range(4)]
    np.testing.assert_allclose(means, INTENSITY, atol=0.15)
    moved = masks[:, :, ::-1]
    images = sample(trained, np.ascontiguousarray(moved))["noise=0"][:, 0]
    assert images[moved[:, LESION] == 1].mean() > images[moved[:, LESION] == 0].mean() + 0.8


def test_qualities_of_one_chain_share_its_states(trained):
    _, masks = slices(10, 2)
    together = sample(trained, masks, qualities=("noise=0", "t=5", "t=30"))
    alone = sample(trained, masks, qualities=("t=30",))
    np.testing.assert_array_equal(together["t=30"], alone["t=30"])
    errors = [
        np.square(together[name][:, 0] - INTENSITY[masks.argmax(1)]).mean() for name in ("noise=0", "t=5", "t=30")
    ]
    assert errors == sorted(errors)


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="not a network written by this workflow"):
        load_mask_denoiser(path)

"""The programs of the mask-conditional generator: killing the training changes nothing, sampling repeats itself."""

from __future__ import annotations

import runpy
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.config.compute import GeneratorCompute
from sweetspot.config.mask_generator import MaskGenerator, MaskGeneratorTraining
from sweetspot.config.mask_sampling import MaskAugmentation, MaskPool
from sweetspot.config.sampling import Sampling
from sweetspot.data.slice_set import LESION, MASK_CHANNELS
from sweetspot.data.slice_store import COLUMNS

SCRIPTS = Path(__file__).parents[2] / "scripts"
PARTS = {"generator": 6, "train": 4, "validation": 2, "test": 2, "source": 4}
TINY = MaskGenerator(
    channels=(8,), blocks_per_stage=1, attention_heads=1, attention_head_channels=4, input_kernel=3, timesteps=20,
    steps=100, batch_size=4, warmup_steps=4, log_every=10, compute=GeneratorCompute(device="cpu"),
)  # fmt: skip
TRAINING = MaskGeneratorTraining(generator=TINY, snapshots=(100,), network="T2w", image_channels=(1,))
UNCHANGED = MaskAugmentation(flip=False, rotation=0, scale=0, shift=0, deformation=0)
POOL = MaskPool(images=10, augmentation=UNCHANGED)
SAMPLING = Sampling(images=10, batch_size=4, solver_steps=5, qualities=("t=4", "t=8"))


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> dict[str, Path]:
    """Slices of two modalities, no two of which have their lesion at one place."""
    folder = tmp_path_factory.mktemp("store")
    rows = [
        (index, f"{part}/z={index:+}", part, "NeuroRx", part, index, part, 1, "lesion", f"hash of {index}")
        for index, part in enumerate(np.repeat(list(PARTS), list(PARTS.values())))
    ]
    masks = np.zeros((len(rows), len(MASK_CHANNELS), 8, 8), np.uint8)
    masks[:, 0] = 1
    for index in range(len(rows)):
        lesion = (index, slice(None), *divmod(3 * index, 8))
        masks[lesion] = np.arange(len(MASK_CHANNELS)) == LESION
    images = np.random.default_rng(0).uniform(-1, 1, (len(rows), 2, 8, 8)).astype(np.float32)
    paths = {"images": folder / "images.npy", "masks": folder / "masks.npy", "split": folder / "split.csv"}
    np.save(paths["images"], images)
    np.save(paths["masks"], masks)
    pd.DataFrame(rows, columns=COLUMNS).to_csv(paths["split"], index=False)
    return paths


def program(name: str, config, **options) -> list[str]:
    options |= {"config": config.to_json()}
    return [sys.executable, str(SCRIPTS / name), *(f"--{name}={value}" for name, value in options.items())]


def training(store: dict[str, Path], folder: Path, name: str) -> list[str]:
    outputs = {"checkpoints": folder / f"{name}-ck", "model": folder / f"{name}.safetensors"}
    return program("train_mask_generator.py", TRAINING, **store, **outputs, loss=folder / f"{name}.csv")


def run_here(command: list[str]) -> None:
    """Run a program in this process, which has imported already what it needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", command[1:])
        runpy.run_path(command[1], run_name="__main__")


def in_another_process(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def whole(store, tmp_path_factory) -> Path:
    """The folder of a training that nothing has interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    run_here(training(store, folder, "whole"))
    return folder


def test_a_killed_program_ends_with_the_same_bytes(store, whole, tmp_path, start_program, steps_kept):
    command, log = training(store, tmp_path, "killed"), tmp_path / "log"
    assert start_program(command, log).stop(signal.SIGKILL, lambda: steps_kept(tmp_path / "killed-ck") >= 6)
    assert not (tmp_path / "killed.safetensors").exists()
    assert start_program(command, log).wait() == 0
    assert "resumed after step" in log.read_text()
    for ending in ("safetensors", "csv"):
        assert (tmp_path / f"killed.{ending}").read_bytes() == (whole / f"whole.{ending}").read_bytes()
    assert len(pd.read_csv(whole / "whole.csv")) == 10
    assert not list(tmp_path.glob("*-ck"))


def test_sampling_writes_the_same_bytes_again_from_masks_of_the_generators_part_alone(store, whole, tmp_path):
    model = whole / "whole.safetensors"
    for folder, start in (("first", run_here), ("second", in_another_process)):
        drawn = tmp_path / folder / "masks.npy"
        start(program("draw_masks.py", POOL, **store, out=drawn))
        places = {"out": drawn.with_name("T2w"), "checkpoints": tmp_path / folder / "ck"}
        start(program("sample_mask_generator.py", SAMPLING, model=model, masks=drawn, **places))
    assert sorted(file.name for file in (tmp_path / "first/T2w").iterdir()) == ["t=4.npy", "t=8.npy"]
    for name in ("masks.npy", "T2w/t=4.npy", "T2w/t=8.npy"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()

    pool, masks = np.load(tmp_path / "first/masks.npy"), np.load(store["masks"])
    used = [int(np.flatnonzero((masks == made).all(axis=(1, 2, 3))).item()) for made in pool]
    assert sorted(used[: PARTS["generator"]]) == list(range(PARTS["generator"]))
    assert set(used) == set(range(PARTS["generator"]))
    images = [np.load(tmp_path / f"first/T2w/{quality}.npy") for quality in SAMPLING.qualities]
    assert [each.shape for each in images] == [(10, 1, 8, 8)] * 2
    assert len({image.tobytes() for each in images for image in each}) == 20

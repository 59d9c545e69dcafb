"""Training of the generator: what it learns, and that killing it changes nothing."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState

from sweetspot import stop_requests
from sweetspot.checkpoints import Checkpoints, Part
from sweetspot.config.compute import GeneratorCompute
from sweetspot.config.generator import Generator, GeneratorTraining
from sweetspot.device import start
from sweetspot.errors import InputError
from sweetspot.generate.denoiser import build_denoiser, load_denoiser
from sweetspot.generate.training import train_generator
from sweetspot.snapshots import save_snapshots

TINY = Generator(
    channels=(8,), timesteps=20, steps=24, batch_size=8, warmup_steps=4, log_every=5, horizontal_flip=True,
    compute=GeneratorCompute(device="cpu"),
)  # fmt: skip
TRAINING = GeneratorTraining(generator=TINY, snapshots=(7, 24))


def data(n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(0)
    return stream.uniform(-1, 1, (n, 1, 4, 4)).astype(np.float32), np.arange(n) % 2


def train(folder: Path, training: GeneratorTraining = TRAINING, seconds: float = 1e9, n: int = 20):
    images, labels = data(n)
    denoiser = build_denoiser(training.generator, images.shape[1:], 2)
    with Checkpoints(folder, lambda: "job", seconds) as checkpoints:
        part = checkpoints.part("training")
        return train_generator(denoiser, training.generator, training.snapshots, images, labels, part)


def digest(weights: dict[str, torch.Tensor]) -> str:
    return hashlib.sha256(b"".join(weights[name].numpy().tobytes() for name in sorted(weights))).hexdigest()


def test_equal_trainings_are_equal_and_seeds_differ(tmp_path):
    first, second = train(tmp_path / "a"), train(tmp_path / "b")
    assert first.loss_curve == second.loss_curve
    assert {step: digest(kept) for step, kept in first.snapshots.items()} == {
        step: digest(kept) for step, kept in second.snapshots.items()
    }
    assert list(first.snapshots) == [7, 24]
    other = TRAINING.model_copy(update={"generator": TINY.model_copy(update={"seed": 1})})
    assert digest(train(tmp_path / "c", other).snapshots[24]) != digest(first.snapshots[24])


def test_a_snapshot_is_the_same_whether_or_not_others_are_kept(tmp_path):
    only_last = train(tmp_path / "a", TRAINING.model_copy(update={"snapshots": (24,)}))
    assert digest(only_last.snapshots[24]) == digest(train(tmp_path / "b").snapshots[24])


@pytest.mark.parametrize("stop", [1, 6, 7, 8, 23])
def test_a_training_stopped_and_resumed_after_any_step_is_the_uninterrupted_one(tmp_path, monkeypatch, stop):
    whole = train(tmp_path / "whole")
    after = Part.after

    def ask_it_to_stop(part, step, state):
        if step == stop:
            monkeypatch.setattr(stop_requests, "requested", lambda: stop_requests.StopRequest("a test", requeue=False))
        after(part, step, state)

    with monkeypatch.context() as patch:
        patch.setattr(Part, "after", ask_it_to_stop)
        with pytest.raises(stop_requests.Stopped):
            train(tmp_path / "stopped")
    monkeypatch.undo()
    assert [file.name for file in tmp_path.glob("stopped/*/*/*")] == [f"step_{stop:09}.pt"]
    resumed = train(tmp_path / "stopped")
    assert resumed.loss_curve == whole.loss_curve
    assert {step: digest(kept) for step, kept in resumed.snapshots.items()} == {
        step: digest(kept) for step, kept in whole.snapshots.items()
    }


def test_a_training_in_bf16_is_like_that_in_full_precision_and_is_another(tmp_path):
    full, half = (
        train(tmp_path / name, TRAINING.model_copy(update={"generator": TINY.model_copy(update={"compute": compute})}))
        for name, compute in (
            ("full", GeneratorCompute(device="cpu", precision="full")),
            ("bf16", GeneratorCompute(device="cpu", precision="bf16")),
        )
    )
    np.testing.assert_allclose(half.loss_curve, full.loss_curve, rtol=0.02)
    assert half.loss_curve != full.loss_curve
    assert {weight.dtype for weight in half.snapshots[24].values()} == {torch.float32}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_a_training_on_a_gpu_learns_and_resumes_to_the_same_bytes(tmp_path, precision):
    compute = GeneratorCompute(device="cuda", precision=precision)
    training = TRAINING.model_copy(update={"generator": TINY.model_copy(update={"compute": compute})})
    # Accelerate keeps the device of the first training of a process.
    AcceleratorState._reset_state(reset_partial_state=True)
    start(compute, 1)
    whole = train(tmp_path / "whole", training)
    train(tmp_path / "kept", training, seconds=0)
    (last, before) = sorted(tmp_path.glob("kept/*/*/*.pt"), reverse=True)
    last.unlink()
    assert before.exists()
    resumed = train(tmp_path / "kept", training)
    assert digest(resumed.snapshots[24]) == digest(whole.snapshots[24])
    AcceleratorState._reset_state(reset_partial_state=True)
    torch.use_deterministic_algorithms(False)


def test_the_loss_falls_on_data_that_can_be_learnt():
    config = Generator(channels=(16,), timesteps=50, steps=150, batch_size=32, warmup_steps=10)
    labels = np.arange(64) % 2
    images = np.where(labels[:, None, None, None] == 0, -0.8, 0.8) * np.ones((64, 1, 4, 4))
    denoiser = build_denoiser(config, (1, 4, 4), 2)
    trained = train_generator(denoiser, config, (150,), images.astype(np.float32), labels)
    losses = [loss for _, loss, _ in trained.loss_curve]
    assert len(losses) == 15
    assert losses[-1] < 0.4 * losses[0]


def test_learning_rate_warms_up_and_decays_to_nothing(tmp_path):
    config = TINY.model_copy(update={"log_every": 1})
    trained = train(tmp_path, TRAINING.model_copy(update={"generator": config}))
    rates = [rate for _, _, rate in trained.loss_curve]
    assert rates[0] == 0
    assert max(rates) == rates[4] == TINY.learning_rate
    assert 0 < rates[-1] < 0.01 * TINY.learning_rate


def test_snapshots_survive_the_file(tmp_path):
    trained = train(tmp_path)
    description = {"generator": TINY.model_dump(mode="json"), "image_shape": (1, 4, 4), "classes": 2}
    path = tmp_path / "model.safetensors"
    save_snapshots(path, trained.snapshots, description)
    for step in (7, 24, None):
        denoiser, config, classes = load_denoiser(path, step)
        assert digest(denoiser.state_dict()) == digest(trained.snapshots[step or 24])
        assert (config, classes) == (TINY, 2)
    with pytest.raises(InputError, match=r"no weights after 8 steps were kept, only after \[7, 24\]"):
        load_denoiser(path, 8)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="not a network"):
        load_denoiser(path)


def test_images_that_cannot_be_halved_often_enough():
    with pytest.raises(InputError, match=r"`generator.channels` has 3 resolutions.*6 x 8"):
        build_denoiser(TINY.model_copy(update={"channels": (8, 8, 8)}), (1, 6, 8), 2)


def test_a_training_that_diverges_is_an_error_that_names_the_key(tmp_path):
    wild = TRAINING.model_copy(update={"generator": TINY.model_copy(update={"learning_rate": 1e30})})
    with pytest.raises(InputError, match=r"loss is (nan|inf) after \d+ steps: .*`generator.learning_rate`"):
        train(tmp_path, wild)

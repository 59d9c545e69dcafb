"""The generator's programs: whenever they are stopped, and however many processes there are, the bytes are the same."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
import torch
from running import killed_at_random

from sweetspot.config.compute import GeneratorCompute
from sweetspot.config.data import Split
from sweetspot.config.generator import Generator, GeneratorTraining
from sweetspot.config.sampling import Sampling
from sweetspot.data.images import LabelledImages
from sweetspot.data.split import split_images
from sweetspot.data.store import write_store
from sweetspot.errors import InputError
from sweetspot.generate.denoiser import load_denoiser
from sweetspot.generate.processes import run_together

SCRIPTS = Path(__file__).parents[2] / "scripts"
SECONDS: dict[Path, float] = {}  # that each undisturbed run was at work, by its folder
# On the CPU, since a GPU is of no use after a fork.
TINY = Generator(
    channels=(8,), timesteps=20, steps=60, batch_size=8, warmup_steps=4, log_every=5, horizontal_flip=True,
    compute=GeneratorCompute(device="cpu"),
)  # fmt: skip
SAMPLING = Sampling(images=50, batch_size=4, solver_steps=10, qualities=("noise=0", "t=10", "noise=0.5"))


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("store")
    images = np.random.default_rng(0).uniform(-1, 1, (40, 1, 4, 4)).astype(np.float32)
    data = LabelledImages(images, np.arange(40) % 2, ("a", "b"), tuple(map(str, range(40))))
    paths = folder / "images.npy", folder / "split.csv"
    write_store(*paths, data, split_images(data, Split(generator=20, train=8, validation=6, test=6)))
    return "--images", str(paths[0]), "--split", str(paths[1])


def training(store: tuple[str, ...], folder: Path, processes: int = 1, **generator) -> list[str]:
    """The command that trains with its results in `folder`."""
    config = TINY.model_copy(update={"processes": processes, **generator})
    settings = GeneratorTraining(generator=config, snapshots=(7, config.steps))
    outputs = ("--checkpoints", folder / "ck", "--model", folder / "m.safetensors", "--loss", folder / "loss.csv")
    return [
        sys.executable,
        str(SCRIPTS / "train_generator.py"),
        "--config",
        settings.to_json(),
        *store,
        *map(str, outputs),
    ]


def sampling(model: Path, folder: Path) -> list[str]:
    """The command that samples with its results in `folder`."""
    options = (
        "--config",
        SAMPLING.to_json(),
        "--model",
        model,
        "--checkpoints",
        folder / "ck",
        "--out",
        folder / "pool",
    )
    return [sys.executable, str(SCRIPTS / "sample_generator.py"), *map(str, options)]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, and those of its folders."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def log_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")


@pytest.fixture(scope="module")
def trained(store, tmp_path_factory, start_program) -> Path:
    """The folder of a training that nothing has interrupted."""
    folder = tmp_path_factory.mktemp("trained")
    undisturbed(start_program, training(store, folder), folder)
    return folder


@pytest.fixture(scope="module")
def sampled(trained, tmp_path_factory, start_program) -> Path:
    """The folder of a sampling that nothing has interrupted."""
    folder = tmp_path_factory.mktemp("sampled")
    undisturbed(start_program, sampling(trained / "m.safetensors", folder), folder)
    return folder


def undisturbed(start_program, command: list[str], folder: Path) -> None:
    """Run a program to its end, and keep how long it was at work."""
    SECONDS[folder] = start_program(command, log_of(folder), seconds=1e9).seconds_at_work()


def test_a_training_killed_at_random_moments_ends_with_the_same_bytes(store, trained, tmp_path, start_program):
    # What an abandoned training left neither hinders nor feeds this one.
    abandoned = tmp_path / "it/ck/abandoned/training/step_000000059.pt"
    abandoned.parent.mkdir(parents=True)
    abandoned.write_bytes(b"of another training")
    assert killed_at_random(start_program, training(store, tmp_path / "it"), tmp_path / "log", SECONDS[trained]) >= 3
    assert "resumed after step" in (tmp_path / "log").read_text()
    assert contents(tmp_path / "it") == contents(trained)
    assert len(pd.read_csv(trained / "loss.csv")) == 12


def test_a_sampling_killed_at_random_moments_ends_with_the_same_bytes(trained, sampled, tmp_path, start_program):
    command = sampling(trained / "m.safetensors", tmp_path / "it")
    assert killed_at_random(start_program, command, tmp_path / "log", SECONDS[sampled]) >= 3
    assert contents(tmp_path / "it") == contents(sampled)
    assert sorted(contents(sampled)) == sorted(f"pool/{name}.npy" for name in ("labels", *SAMPLING.qualities))


def test_a_training_that_is_told_to_end_saves_its_step_and_asks_for_another_run(
    store, trained, tmp_path, start_program, steps_kept
):
    command, folder = training(store, tmp_path / "it"), tmp_path / "it"
    program = start_program(command, tmp_path / "log")
    assert program.stop(signal.SIGTERM, lambda: steps_kept(folder / "ck") >= 5) == 75
    step = steps_kept(folder / "ck")
    assert 5 <= step < TINY.steps
    assert not (folder / "m.safetensors").exists()
    assert "saved and stopped: it was told to end (SIGTERM)" in (tmp_path / "log").read_text()
    assert start_program(command, tmp_path / "log", seconds=1e9).wait() == 0
    assert f"training: resumed after step {step}\n" in (tmp_path / "log").read_text()
    assert contents(folder) == contents(trained)


def test_a_sampling_that_is_told_to_end_keeps_the_batches_it_has(trained, sampled, tmp_path, start_program, steps_kept):
    command, folder = sampling(trained / "m.safetensors", tmp_path / "it"), tmp_path / "it"
    assert start_program(command, tmp_path / "log").stop(signal.SIGTERM, lambda: steps_kept(folder / "ck") >= 3) == 75
    batches = steps_kept(folder / "ck")
    assert not (folder / "pool").exists()
    assert start_program(command, tmp_path / "log", seconds=1e9).wait() == 0
    assert f"pool: resumed after step {batches}\n" in (tmp_path / "log").read_text()
    assert contents(folder) == contents(sampled)


def test_a_pool_whose_files_are_gone_is_drawn_anew(trained, sampled, tmp_path, start_program, steps_kept):
    command, folder = sampling(trained / "m.safetensors", tmp_path / "it"), tmp_path / "it"
    assert start_program(command, tmp_path / "log").stop(signal.SIGTERM, lambda: steps_kept(folder / "ck") >= 3) == 75
    next(folder.glob("ck/*/pool/t=10.npy")).unlink()
    assert start_program(command, tmp_path / "log").wait() == 0
    assert contents(folder) == contents(sampled)


@pytest.fixture(scope="module")
def trained_by_two(store, tmp_path_factory, start_program) -> Path:
    folder = tmp_path_factory.mktemp("two")
    program = start_program(training(store, folder, processes=2), log_of(folder), seconds=1e9)
    assert program.wait() == 0, log_of(folder).read_text()
    return folder


def test_two_processes_train_as_one_with_the_same_batches(trained, trained_by_two):
    alone, together = (pd.read_csv(folder / "loss.csv") for folder in (trained, trained_by_two))
    np.testing.assert_allclose(together, alone, rtol=1e-3)
    images, times, labels = (
        torch.linspace(-1, 1, 64).view(4, 1, 4, 4),
        torch.tensor([1, 5, 10, 19]),
        torch.arange(4) % 2,
    )
    for step in (7, TINY.steps):
        networks = (load_denoiser(folder / "m.safetensors", step)[0] for folder in (trained, trained_by_two))
        # Not the weights: those that change no output are moved by Adam along their rounding errors.
        one, two = (network(images, times, labels).sample for network in networks)
        torch.testing.assert_close(two, one, rtol=0, atol=0.01)
    log = log_of(trained_by_two).read_text()
    assert log.count("compute: ") == 1
    assert "Traceback" not in log


def test_two_processes_resume_to_the_same_bytes(store, trained_by_two, tmp_path, start_program, steps_kept):
    command, folder, log = training(store, tmp_path / "it", processes=2), tmp_path / "it", tmp_path / "log"
    program = start_program(command, log)
    workers = []

    def well_begun() -> bool:
        workers[:] = program.children()
        return steps_kept(folder / "ck") >= 3

    assert program.stop(signal.SIGKILL, well_begun) == -signal.SIGKILL
    assert len(workers) == 2
    assert psutil.wait_procs(workers, timeout=30)[1] == [], "processes went on alone"
    assert start_program(command, log).stop(signal.SIGTERM, lambda: steps_kept(folder / "ck") >= 20) == 75, (
        log.read_text()
    )
    assert 20 <= steps_kept(folder / "ck") < TINY.steps
    assert start_program(command, log, seconds=1e9).wait() == 0
    assert "saved and stopped: it was told to end (SIGTERM)" in log.read_text()
    assert contents(folder) == contents(trained_by_two)


def test_an_error_of_the_input_is_told_once_by_several_processes(store, tmp_path, start_program):
    command = training(store, tmp_path / "it", processes=2, batch_size=6, learning_rate=1e30)
    assert start_program(command, tmp_path / "log").wait() == 1
    said = (tmp_path / "log").read_text()
    assert said.count("error: ") == said.count("`generator.learning_rate`") == 1


def test_a_batch_that_cannot_be_shared_is_an_error():
    with pytest.raises(ValueError, match=r"`batch_size`, which is 8, must be a multiple of it, and it is 3"):
        Generator(batch_size=8, processes=3)


def test_too_few_devices_or_another_number_of_processes_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(InputError, match=r"`generator\.processes` is 2, .* of which torch finds 1 here"):
        run_together(2, GeneratorCompute(device="cuda"))
    monkeypatch.setenv("WORLD_SIZE", "4")
    with pytest.raises(InputError, match=r"`generator\.processes` is 2, and 4 processes were started"):
        run_together(2, GeneratorCompute(device="cpu"))

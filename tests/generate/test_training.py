"""Training of the generator: what it learns, and that killing it changes nothing."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from sweetspot.config.data import Split
from sweetspot.config.generator import Generator, GeneratorTraining
from sweetspot.data.images import LabelledImages
from sweetspot.data.split import split_images
from sweetspot.data.store import write_store
from sweetspot.errors import InputError
from sweetspot.generate.checkpoint import load_checkpoint, save_checkpoint
from sweetspot.generate.denoiser import build_denoiser, load_denoiser
from sweetspot.generate.snapshots import save_snapshots
from sweetspot.generate.training import identity, train_generator

PROGRAM = Path(__file__).parents[2] / "scripts/train_generator.py"
TINY = Generator(channels=(8,), timesteps=20, steps=24, batch_size=8, warmup_steps=4, log_every=5, horizontal_flip=True)
TRAINING = GeneratorTraining(generator=TINY, snapshots=(7, 24))


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def data(n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(0)
    return stream.uniform(-1, 1, (n, 1, 4, 4)).astype(np.float32), np.arange(n) % 2


def train(folder: Path, training: GeneratorTraining = TRAINING, seconds: float = 1e9, n: int = 20):
    images, labels = data(n)
    denoiser = build_denoiser(training.generator, images.shape[1:], 2)
    return train_generator(denoiser, training.generator, training.snapshots, images, labels, folder, seconds)


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
def test_a_training_resumed_after_any_step_is_the_uninterrupted_one(tmp_path, monkeypatch, stop):
    whole = train(tmp_path / "whole")

    class Killed(Exception):
        pass

    def save_then_die(folder, step, state):
        save_checkpoint(folder, step, state)
        if step == stop:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("sweetspot.generate.training.save_checkpoint", save_then_die)
        with pytest.raises(Killed):
            train(tmp_path / "killed", seconds=0)
    resumed = train(tmp_path / "killed")
    assert resumed.loss_curve == whole.loss_curve
    assert {step: digest(kept) for step, kept in resumed.snapshots.items()} == {
        step: digest(kept) for step, kept in whole.snapshots.items()
    }


def test_the_identity_of_a_training_is_all_that_determines_it(tmp_path):
    images, labels = data()
    code = tmp_path / "code.py"
    code.write_text("a = 1")
    mine = identity(TRAINING, TINY, images, labels, [code])
    assert identity(TRAINING, TINY, images.copy(), labels, [code]) == mine
    other = TRAINING.model_copy(update={"generator": TINY.model_copy(update={"learning_rate": 1e-4})})
    others = [
        identity(other, TINY, images, labels, [code]),
        identity(TRAINING, TINY, images[::-1], labels, [code]),
        identity(TRAINING, TINY, images, 1 - labels, [code]),
        identity(TRAINING, TINY, images, labels, []),
    ]
    code.write_text("a = 2")
    others.append(identity(TRAINING, TINY, images, labels, [code]))
    assert len({mine, *others}) == 6


def test_a_broken_checkpoint_is_passed_over_for_the_one_before(tmp_path, capsys):
    for step in (1, 2, 3):
        save_checkpoint(tmp_path, step, {"value": torch.tensor(step)})
    files = sorted(tmp_path.glob("*.pt"))
    assert len(files) == 2
    files[-1].write_bytes(files[-1].read_bytes()[:-200])
    step, state = load_checkpoint(tmp_path)
    assert (step, int(state["value"])) == (2, 2)
    assert "unreadable" in capsys.readouterr().err
    assert load_checkpoint(tmp_path / "another") is None


def test_the_loss_falls_on_data_that_can_be_learnt(tmp_path):
    config = Generator(channels=(16,), timesteps=50, steps=150, batch_size=32, warmup_steps=10)
    labels = np.arange(64) % 2
    images = np.where(labels[:, None, None, None] == 0, -0.8, 0.8) * np.ones((64, 1, 4, 4))
    denoiser = build_denoiser(config, (1, 4, 4), 2)
    trained = train_generator(denoiser, config, (150,), images.astype(np.float32), labels, tmp_path, 1e9)
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
    with pytest.raises(InputError, match="not a generator"):
        load_denoiser(path)


def test_images_that_cannot_be_halved_often_enough():
    with pytest.raises(InputError, match=r"`generator.channels` has 3 resolutions.*6 x 8"):
        build_denoiser(TINY.model_copy(update={"channels": (8, 8, 8)}), (1, 6, 8), 2)


def program(tmp_path: Path, name: str) -> list[str]:
    images, labels = data(40)
    store = LabelledImages(images, labels, ("a", "b"), tuple(map(str, range(40))))
    paths = tmp_path / "images.npy", tmp_path / "split.csv"
    write_store(*paths, store, split_images(store, Split(generator=20, train=8, validation=6, test=6)))
    return [
        *(sys.executable, str(PROGRAM), "--config", TRAINING.to_json()),
        *("--images", str(paths[0]), "--split", str(paths[1]), "--checkpoints", str(tmp_path / f"{name}-ck")),
        *("--checkpoint-seconds", "0", "--model", str(tmp_path / f"{name}.safetensors")),
        *("--loss", str(tmp_path / f"{name}.csv")),
    ]


def test_a_program_killed_again_and_again_ends_with_the_same_bytes(tmp_path, kill_while_it_trains):
    # What an abandoned training left neither hinders nor feeds this one.
    save_checkpoint(tmp_path / "whole-ck/abandoned", 23, {"weights": "of another training"})
    subprocess.run(program(tmp_path, "whole"), check=True, capture_output=True)
    command, kills = program(tmp_path, "killed"), 0
    for wished in (3, 14):
        if kill_while_it_trains(command, tmp_path / "killed-ck", wished):
            kills += 1
            assert not (tmp_path / "killed.safetensors").exists()
    assert kills >= 1
    subprocess.run(command, check=True, capture_output=True)
    for ending in ("safetensors", "csv"):
        whole, killed = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("whole", "killed"))
        assert whole == killed
    assert len(pd.read_csv(tmp_path / "whole.csv")) == 4
    assert not list(tmp_path.glob("*-ck"))


def test_a_training_that_diverges_is_an_error_that_names_the_key(tmp_path):
    wild = TRAINING.model_copy(update={"generator": TINY.model_copy(update={"learning_rate": 1e30})})
    with pytest.raises(InputError, match=r"loss is (nan|inf) after \d+ steps: .*`generator.learning_rate`"):
        train(tmp_path, wild)

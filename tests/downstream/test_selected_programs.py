"""From files to accuracies: the programs that encode, select and train; a killed one goes on with the same bytes."""

from __future__ import annotations

import runpy
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from sweetspot.code_graph import code_files
from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.encoding import ImageEncoding, SampleEncoding
from sweetspot.config.sample_selection import SampleSelection, SelectionPool
from sweetspot.config.selected_runs import SelectedRuns
from sweetspot.data.encoded import read_encoded
from sweetspot.data.split import content_hash
from sweetspot.data.store import COLUMNS
from sweetspot.downstream import image_encoder, selected_runs
from sweetspot.errors import InputError
from sweetspot.snapshots import save_snapshots
from sweetspot.tables.picks import MEASURE_COLUMNS, RESULT_COLUMNS

SCRIPTS = Path(__file__).parents[2] / "scripts"
# Here already, so that the start of a program takes no seconds.
PREPARED = (image_encoder, selected_runs, code_files(SCRIPTS / "train_selected.py"))
PARTS = {"generator": 40, "train": 40, "validation": 10, "test": 20}
CLASSIFIER = Classifier(channels=(2, 4), dense=6, batch_size=8, horizontal_flip=False, replicas_together=3)
BUDGET = StepBudget(unit="steps", steps=40, evaluate_every=10)
RULES = ("covariance", "random", "all")


def pictures(n, seed, noise=0.0):
    """Two classes of brightness."""
    stream, labels = np.random.default_rng(seed), np.arange(n) % 2
    images = labels[:, None, None, None] - 0.5 + (0.5 + noise) * stream.standard_normal((n, 1, 8, 8))
    return images.astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A task's files, encoded and selected."""
    folder = tmp_path_factory.mktemp("selected")
    n = sum(PARTS.values())
    images = pictures(n, 0)
    np.save(folder / "images.npy", images)
    labels = np.arange(n) % 2
    values = {
        "part": np.repeat(list(PARTS), list(PARTS.values())),
        "label": labels,
        "class": np.array(["a", "b"])[labels],
        "sha256": [content_hash(each) for each in images],
    }
    pd.DataFrame({name: values.get(name, range(n)) for name in COLUMNS}).to_csv(folder / "split.csv", index=False)
    (folder / "full").mkdir()
    np.save(folder / "full/labels.npy", np.arange(60) % 2)
    for noise in (0, 1):
        np.save(folder / f"full/noise={noise}.npy", pictures(60, 1, noise))
    encode(folder, "encoded")
    select(folder, "picks")
    return folder


def options(**files):
    """The options of a program; several files of one are a list."""
    return [
        word
        for name, file in files.items()
        for word in (f"--{name}", *map(str, file if isinstance(file, list) else [file]))
    ]


def run(program, config, **files):
    arguments = options(**files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [program, "--config", config.to_json(), *arguments])
        runpy.run_path(str(SCRIPTS / f"{program}.py"), run_name="__main__")


def encode(folder, out):
    data = {name: folder / f"{name}.{ending}" for name, ending in (("images", "npy"), ("split", "csv"))}
    (folder / out).mkdir()
    encoder = folder / out / "encoder.safetensors"
    config = ImageEncoding(classifier=CLASSIFIER, budget=BUDGET)
    run("encode_images", config, **data, encoder=encoder, out=folder / out / "real")
    config = SampleEncoding(qualities=("noise=0", "noise=1"))
    run("encode_samples", config, encoder=encoder, samples=folder / "full", out=folder / out / "full")


def encoded_folders(folder):
    return [folder / "encoded/real", folder / "encoded/full"]


def select(folder, out):
    pool = SelectionPool(parts={"noise=0": 20, "noise=1": 20}, hidden_real=10)
    config = SampleSelection(n_real=20, n=10, pool=pool, rules=RULES, seeds=2, per="class")
    files = {"picks": folder / f"{out}.csv", "measures": folder / f"{out}-measures.csv"}
    run("select_samples", config, encoded=encoded_folders(folder), **files)


def settings(paradigm, budget=BUDGET):
    return SelectedRuns(
        paradigm=paradigm, classifier=CLASSIFIER, transformer=None, budget=budget, n_real=20, rules=RULES, seeds=2
    )


def training(folder, out):
    """The files of `train_selected`."""
    return {
        "images": folder / "images.npy",
        "split": folder / "split.csv",
        "samples": folder / "full",
        "encoded": encoded_folders(folder),
        "picks": folder / "picks.csv",
        "checkpoints": out.with_name(f"{out.stem}-ck"),
        "out": out,
    }


def test_all_images_are_encoded_by_a_network_that_knows_the_classes(folder):
    sizes = {"train": 40, "validation": 10, "test": 20, "noise=0": 60, "noise=1": 60}
    assert {file.stem for part in encoded_folders(folder) for file in part.iterdir()} == sizes.keys()
    for name, size in sizes.items():
        encoded = read_encoded(encoded_folders(folder), name)
        assert encoded.features.shape == (size, CLASSIFIER.dense)
        assert encoded.features.min() >= 0
        np.testing.assert_allclose(np.exp(encoded.log_probabilities).sum(1), 1, rtol=1e-5)
        assert encoded.labels.tolist() == [i % 2 for i in range(size)]
    test = read_encoded(encoded_folders(folder), "test")
    assert np.mean(test.log_probabilities.argmax(1) == test.labels) > 0.8


def test_a_network_of_another_kind_is_no_encoder(tmp_path):
    save_snapshots(tmp_path / "model.safetensors", {1: {"weight": torch.zeros(1)}}, {"generator": {}})
    with pytest.raises(InputError, match=r"model\.safetensors: not an encoder"):
        image_encoder.load_encoder(tmp_path / "model.safetensors")


def test_images_that_do_not_fit_the_encoder_are_refused(folder):
    encoder = image_encoder.load_encoder(folder / "encoded/encoder.safetensors")
    with pytest.raises(InputError, match="do not fit an encoder"):
        encoder.encode(pictures(4, 0)[..., :4], np.zeros(4, int))
    for labels in ([0, 1, 0], [0, 1, 0, 2]):
        with pytest.raises(InputError, match="do not name one of 2 classes for each of 4 images"):
            encoder.encode(pictures(4, 0), np.array(labels))


def test_the_same_bytes_again(folder):
    encode(folder, "again")
    select(folder, "picks-again")
    for name in ("real/train", "full/noise=1"):
        assert (folder / f"again/{name}.npz").read_bytes() == (folder / f"encoded/{name}.npz").read_bytes()
    assert (folder / "picks-again.csv").read_bytes() == (folder / "picks.csv").read_bytes()
    assert pd.read_csv(folder / "picks-measures.csv").columns.tolist() == MEASURE_COLUMNS


def test_every_paradigm_has_a_row_for_each_seed_and_rule(folder, tmp_path):
    found = {}
    for paradigm in ("scratch", "distillation", "pretrained"):
        out = tmp_path / f"{paradigm}.csv"
        run("train_selected", settings(paradigm), **training(folder, out))
        found[paradigm] = table = pd.read_csv(out)
        assert list(table.columns) == RESULT_COLUMNS
        assert list(zip(table["seed"], table["rule"], strict=True)) == [(s, r) for s in range(2) for r in sorted(RULES)]
        assert table["accuracy"].between(0.5, 1).all()
        assert (table["loss"] > 0).all()
    assert not found["scratch"].equals(found["distillation"])


def test_killed_and_run_again_it_ends_with_the_same_bytes(folder, tmp_path, start_program):
    config = settings("scratch", StepBudget(unit="steps", steps=150, evaluate_every=10))
    run("train_selected", config, **training(folder, tmp_path / "whole.csv"))

    def command():
        files = training(folder, tmp_path / "killed.csv")
        return [sys.executable, str(SCRIPTS / "train_selected.py"), "--config", config.to_json(), *options(**files)]

    # In the second of its groups of runs, which begins with the first one finished.
    killed = start_program(command(), tmp_path / "log", seconds=0)
    group = "*/images=30/group=1/step_*.pt"
    assert killed.stop(signal.SIGKILL, lambda: any((tmp_path / "killed-ck").glob(group))) == -signal.SIGKILL
    assert not (tmp_path / "killed.csv").exists()
    assert start_program(command(), tmp_path / "log", seconds=1e9).wait() == 0
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "resumed with 1 finished parts" in log
    assert "images=30/group=1: resumed after step" in log
    assert (tmp_path / "killed.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "killed-ck").exists()

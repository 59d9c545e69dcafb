"""Runs that were killed or asked to stop, at any moment, end with the bytes of an undisturbed job."""

from __future__ import annotations

import functools
import resource
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from running import at_work_for, killed_at_random

from sweetspot.code_graph import code_files
from sweetspot.config.budget import EpochBudget
from sweetspot.config.classifier import Classifier, ClassifierRuns
from sweetspot.config.segmenter import Segmenter, SegmenterRuns
from sweetspot.data import slice_store, store
from sweetspot.data.slice_set import LESION
from sweetspot.data.split import content_hash
from sweetspot.downstream import cell, segmentation_cell
from sweetspot.program import TRY_AGAIN

SCRIPTS = Path(__file__).parents[2] / "scripts"
# Here already, so that each start of a program takes no seconds.
PREPARED = (cell, segmentation_cell, [code_files(SCRIPTS / f"train_{kind}.py") for kind in ("classifier", "segmenter")])

PARTS = {"train": 60, "validation": 20, "test": 20}
BUDGET = EpochBudget(unit="epochs", epochs=12, patience=6)


def write_store(folder: Path, columns: tuple[str, ...], images: np.ndarray, labels: np.ndarray) -> None:
    """Images and their manifest."""
    numbers = range(len(images))
    values = {
        "part": np.repeat(list(PARTS), list(PARTS.values())),
        "label": labels,
        "class": np.array(["a", "b"])[labels],
        "sha256": [content_hash(each) for each in images],
    }
    np.save(folder / "images.npy", images)
    pd.DataFrame({name: values.get(name, numbers) for name in columns}).to_csv(folder / "split.csv", index=False)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> list[str]:
    """The arguments of a job of two cells of a classifier, one of them with two groups of runs."""
    folder = tmp_path_factory.mktemp("pictures")
    stream, n = np.random.default_rng(0), sum(PARTS.values())
    labels = np.arange(n) % 2
    images = stream.normal(size=(n, 1, 8, 8)).astype(np.float32) + labels[:, None, None, None].astype(np.float32)
    write_store(folder, store.COLUMNS, images, labels)
    (folder / "full").mkdir()
    np.save(folder / "full" / "noise=1.npy", stream.normal(size=(90, 1, 8, 8)).astype(np.float32))
    np.save(folder / "full" / "labels.npy", np.arange(90) % 2)
    classifier = Classifier(channels=(4, 8), dense=8, batch_size=8, horizontal_flip=True, replicas_together=2)
    config = ClassifierRuns(classifier=classifier, budget=BUDGET, n_real=20, seeds=3)
    return [
        *(str(SCRIPTS / "train_classifier.py"), "--config", config.to_json(), "--task", "t", "--experiment", "e"),
        *("--arm", "synthetic", "--quality", "noise=1", "--ratios", "1", "3", "--images", str(folder / "images.npy")),
        *("--split", str(folder / "split.csv"), "--samples", str(folder / "full")),
    ]


@pytest.fixture(scope="module")
def slices(tmp_path_factory) -> list[str]:
    """The arguments of a job of two cells of a segmenter."""
    folder = tmp_path_factory.mktemp("slices")
    stream, n = np.random.default_rng(0), sum(PARTS.values())
    masks = np.zeros((n, 4, 8, 8), np.uint8)
    masks[::2, LESION, 2:5, 3:6] = 1
    images = stream.normal(size=(n, 1, 8, 8)).astype(np.float32) + masks[:, LESION, None].astype(np.float32)
    write_store(folder, slice_store.COLUMNS, images, np.arange(1, n + 1) % 2)
    np.save(folder / "masks.npy", masks)
    segmenter = Segmenter(channels=(2, 4), batch_size=8, learning_rate=1e-2)
    config = SegmenterRuns(segmenter=segmenter, budget=BUDGET, real="target", n_real=20, seeds=2)
    return [
        *(str(SCRIPTS / "train_segmenter.py"), "--config", config.to_json(), "--task", "t", "--experiment", "e"),
        *("--arm", "more_real", "--ratios", "1", "2", "--images", str(folder / "images.npy")),
        *("--masks", str(folder / "masks.npy"), "--split", str(folder / "split.csv")),
    ]


ENDINGS = {"--checkpoints": "-ck", "--out": ".csv", "--seconds": "-seconds.csv"}
JOBS = ["pictures", "slices"]


@pytest.fixture
def command(request, tmp_path):
    """Makes the whole command of a job, with outputs of its own."""
    return lambda name, outputs: whole_command(request.getfixturevalue(name), tmp_path / outputs)


def whole_command(job: list[str], outputs: Path) -> list[str]:
    return [sys.executable, *job, *(f"{option}={outputs}{ending}" for option, ending in ENDINGS.items())]


@pytest.fixture(scope="module")
def undisturbed(request, start_program, tmp_path_factory):
    """Runs a job to its end, once; the bytes of its result, and the seconds that it was at work."""
    folder = tmp_path_factory.mktemp("undisturbed")

    @functools.cache
    def run(name: str) -> tuple[bytes, float]:
        whole = whole_command(request.getfixturevalue(name), folder / name)
        seconds = start_program(whole, folder / f"{name}.log", seconds=1e9).seconds_at_work()
        return (folder / f"{name}.csv").read_bytes(), seconds

    return run


@pytest.mark.parametrize("name", JOBS)
def test_killed_at_random_moments(name, command, start_program, undisturbed, tmp_path):
    expected, seconds = undisturbed(name)
    log = tmp_path / "log"
    assert killed_at_random(start_program, command(name, "killed"), log, seconds) >= 3
    assert (tmp_path / "killed.csv").read_bytes() == expected
    assert log.read_text(encoding="utf-8").count("resumed") >= 3
    assert not (tmp_path / "killed-ck").exists()
    taken = pd.read_csv(tmp_path / "killed-seconds.csv")
    assert len(taken) == expected.count(b"validation_loss")
    assert (taken["seconds"] > 0).all()


@pytest.mark.parametrize("name", JOBS)
def test_a_request_to_stop_saves_what_the_next_start_resumes(name, command, start_program, undisturbed, tmp_path):
    expected, _ = undisturbed(name)
    log = tmp_path / "stopped.log"
    running = start_program(command(name, "stopped"), log, seconds=1e9)
    assert running.stop(signal.SIGTERM, at_work_for(0, log)) == TRY_AGAIN
    assert not (tmp_path / "stopped.csv").exists()
    assert start_program(command(name, "stopped"), log, seconds=1e9).wait() == 0
    assert "resumed" in log.read_text(encoding="utf-8")
    assert (tmp_path / "stopped.csv").read_bytes() == expected


@pytest.mark.parametrize("name", JOBS)
def test_checkpoints_of_other_data_are_not_continued(name, command, start_program, undisturbed, tmp_path):
    expected, _ = undisturbed(name)
    folder = tmp_path / "other-ck" / "0123456789"
    folder.mkdir(parents=True)
    (folder / "finished.json").write_text('{"a part": {}}', encoding="utf-8")
    log = tmp_path / "other.log"
    assert start_program(command(name, "other"), log).wait() == 0
    assert (tmp_path / "other.csv").read_bytes() == expected
    assert "resumed" not in log.read_text(encoding="utf-8")
    assert not folder.exists()


@pytest.mark.parametrize("name", JOBS)
def test_a_full_disk_leaves_no_result_and_the_same_command_goes_on(name, command, start_program, undisturbed, tmp_path):
    expected, _ = undisturbed(name)
    log = tmp_path / "full.log"
    running = start_program(command(name, "full"), log)
    # A file that may not grow fails like one on a full disk; a checkpoint is larger than this.
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))
    assert running.wait() == 1
    assert "it cannot be written whole" in log.read_text(encoding="utf-8")
    assert not (tmp_path / "full.csv").exists()
    assert not list(tmp_path.rglob(".partial-*"))
    assert start_program(command(name, "full"), log).wait() == 0
    assert (tmp_path / "full.csv").read_bytes() == expected

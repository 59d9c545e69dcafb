"""The programs, from files to the table, on tiny data sets."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.measure import ClassDistances, Measure, Mixtures, SliceDistances
from sweetspot.config.segmenter import Segmenter
from sweetspot.measure import class_encoder, slice_encoder
from sweetspot.measure.table import COLUMNS
from sweetspot.tables.distances import read_distances

SCRIPTS = Path(__file__).parents[2] / "scripts"
MEASURE = Measure(replicates=20, components=4, projections=5)
BUDGET = StepBudget(unit="steps", steps=4, evaluate_every=2)
PARTS = {"generator": 24, "train": 20, "validation": 10, "test": 6}


def run(monkeypatch, program, *arguments):
    monkeypatch.setattr(sys, "argv", [program, *map(str, arguments)])
    runpy.run_path(str(SCRIPTS / f"{program}.py"), run_name="__main__")


def pictures(n, channels, seed, noise=0.0):
    """Two classes of brightness."""
    stream = np.random.default_rng(seed)
    level = np.where(np.arange(n) % 2, 0.3, -0.3)[:, None, None, None]
    images = level + 0.3 * stream.standard_normal((n, channels, 8, 8)) + noise * stream.standard_normal((n, 1, 8, 8))
    return images.astype(np.float32)


def write_store(folder, parts, channels, **more):
    names = np.repeat(list(parts), list(parts.values()))
    n = len(names)
    np.save(folder / "images.npy", pictures(n, channels, 0))
    subjects = [f"{part}-{i // 4}" for part, size in parts.items() for i in range(size)] if more else ""
    columns = {"index": range(n), "id": [f"i{i}" for i in range(n)], "subject": subjects, "domain": "", **more}
    labels = np.arange(n) % 2
    columns |= {"part": names, "label": labels, "class": labels, "sha256": [f"{i:064}" for i in range(n)]}
    if more:
        columns["scan"] = [f"{subject}/ses-01" for subject in subjects]
    pd.DataFrame(columns).to_csv(folder / "split.csv", index=False)


@pytest.fixture
def classes(tmp_path):
    """A folder with a classification task's files."""
    write_store(tmp_path, PARTS, 1)
    (tmp_path / "full").mkdir()
    np.save(tmp_path / "full/labels.npy", np.arange(30) % 2)
    for noise in (0, 1):
        np.save(tmp_path / f"full/noise={noise}.npy", pictures(30, 1, 1, noise))
    return tmp_path


@pytest.fixture
def slices(tmp_path):
    """A folder with a segmentation task's files: two networks, one for each channel."""
    parts = {**PARTS, "source": 16}
    write_store(tmp_path, parts, 2, scan="", z=0.0)
    masks = np.zeros((sum(parts.values()), 4, 8, 8), np.uint8)
    masks[1::2, 3, 2:5, 2:5] = 1
    np.save(tmp_path / "masks.npy", masks)
    np.save(tmp_path / "sample_masks.npy", masks[:30])
    for channel in ("T1w", "T2w"):
        (tmp_path / "full" / channel).mkdir(parents=True)
        np.save(tmp_path / f"full/{channel}/t=50.npy", pictures(30, 1, len(channel), 0.5))
    return tmp_path


def record_images(monkeypatch, module, name):
    """The images that the function `name` of an encoder's module is given."""
    given, function = [], getattr(module, name)

    def recorded(config, budget, others, *rest):
        given.append(np.array(others.images))
        return function(config, budget, others, *rest)

    monkeypatch.setattr(module, name, recorded)
    return given


def of_validation(folder):
    return np.load(folder / "images.npy")[pd.read_csv(folder / "split.csv")["part"] == "validation"]


def test_classes(classes, monkeypatch):
    config = ClassDistances(
        measure=MEASURE,
        qualities=("noise=0", "noise=1"),
        classifier=Classifier(channels=(4, 4), dense=8, horizontal_flip=False),
        budget=BUDGET,
    )
    arguments = ["--config", config.to_json(), "--task", "tiny", "--images", classes / "images.npy"]
    arguments += ["--split", classes / "split.csv", "--samples", classes / "full"]
    trained_on = record_images(monkeypatch, class_encoder, "classifier_features")
    for out in ("a.csv", "b.csv"):
        run(monkeypatch, "measure_class_distances", *arguments, "--out", classes / out)
    assert (classes / "a.csv").read_bytes() == (classes / "b.csv").read_bytes()
    assert np.array_equal(trained_on[0], of_validation(classes))  # no image that is compared
    table = pd.read_csv(classes / "a.csv", keep_default_na=False)
    assert tuple(table.columns) == COLUMNS
    assert set(zip(table["arm"], table["quality"], strict=True)) == {
        ("more_real", ""),
        ("synthetic", "noise=0"),
        ("synthetic", "noise=1"),
    }
    assert set(table["features"]) == {"rapsd", "pixels", "pca", "network"}
    assert set(table["n_a"]) == set(table["n_b"]) == {20}
    values = table[(table["features"] == "pixels") & (table["metric"] == "frechet")].set_index("quality")["value"]
    assert values["noise=0"] < values["noise=1"]

    run(monkeypatch, "collect_distances", "--out", classes / "distances.csv", classes / "a.csv")
    collected = read_distances(classes / "distances.csv")
    assert len(collected) == len(table)


def test_slices(slices, monkeypatch):
    config = SliceDistances(
        measure=MEASURE,
        qualities=("t=50",),
        segmenter=Segmenter(channels=(4, 8), batch_size=4),
        budget=BUDGET,
        mixtures=Mixtures(n_real=5, ratios=(1.0,), qualities=("t=50",), more_real=True),
    )
    arguments = ["--config", config.to_json(), "--task", "tiny", "--images", slices / "images.npy"]
    arguments += ["--masks", slices / "masks.npy", "--split", slices / "split.csv", "--samples"]
    arguments += [slices / "full/T1w", slices / "full/T2w", "--sample-masks", slices / "sample_masks.npy"]
    trained_on = record_images(monkeypatch, slice_encoder, "segmenter_features")
    run(monkeypatch, "measure_slice_distances", *arguments, "--out", slices / "a.csv")
    assert np.array_equal(trained_on[0], of_validation(slices))
    table = pd.read_csv(slices / "a.csv", keep_default_na=False)
    sizes = table.groupby(["arm", "quality"])[["n_a", "n_b"]].agg(["min", "max"])
    assert {arm: tuple(row) for arm, row in sizes.iterrows()} == {
        ("more_real", ""): (20, 20, 20, 20),
        ("more_source", ""): (16, 16, 16, 16),
        ("synthetic", "t=50"): (20, 20, 20, 20),
        ("source", ""): (15, 15, 5, 5),
        ("source+more_source", ""): (15, 15, 10, 10),
        ("source+synthetic", "t=50"): (15, 15, 10, 10),
        ("source+target_real", ""): (15, 15, 10, 10),
    }
    assert set(table.loc[table["arm"].str.startswith("source"), "metric"]) == {"frechet", "bures_wasserstein"}


def test_a_pool_of_another_size_is_one_line(classes, monkeypatch, capsys):
    np.save(classes / "full/noise=0.npy", np.zeros((30, 1, 16, 16), np.float32))
    config = ClassDistances(
        measure=MEASURE,
        qualities=("noise=0",),
        classifier=Classifier(channels=(4, 4), dense=8, horizontal_flip=False),
        budget=BUDGET,
    )
    arguments = ["--config", config.to_json(), "--task", "tiny", "--images", classes / "images.npy"]
    arguments += ["--split", classes / "split.csv", "--samples", classes / "full", "--out", classes / "a.csv"]
    with pytest.raises(SystemExit, match="the part train has images of 8 x 8 pixels and pool noise=0 of 16 x 16"):
        run(monkeypatch, "measure_class_distances", *arguments)
    assert not (classes / "a.csv").exists()

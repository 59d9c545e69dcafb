"""What each run of a segmentation cell trains on, and the rows that it leaves."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.checkpoints import NO_CHECKPOINTS
from sweetspot.config.budget import StepBudget
from sweetspot.config.segmenter import Segmenter, SegmenterRuns
from sweetspot.data.slice_set import LESION, SliceSet
from sweetspot.data.split import content_hash
from sweetspot.downstream.job import train_groups
from sweetspot.downstream.segmentation_cell import cell_groups
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.errors import InputError
from sweetspot.tables.runs import RUN_COLUMNS, read_runs, read_seconds

PROGRAM = Path(__file__).parents[2] / "scripts" / "train_segmenter.py"
SEGMENTER = Segmenter(channels=(2, 4), batch_size=4)


def slices(n: int, seed: int, modalities: int = 2) -> SliceSet:
    stream = np.random.default_rng(seed)
    masks = np.zeros((n, 4, 8, 8), np.uint8)
    masks[::2, LESION, 2:5, 3:6] = 1
    images = stream.normal(size=(n, modalities, 8, 8)).astype(np.float32)
    return SliceSet(images, masks, np.array([f"sub-{each // 3}" for each in range(n)]))


def runs(real: str = "target") -> SegmenterRuns:
    budget = StepBudget(unit="steps", steps=3, evaluate_every=2)
    return SegmenterRuns(segmenter=SEGMENTER, budget=budget, real=real, n_real=6, seeds=2)


def rows(arm: str, ratio: float, seed: int = 0):
    cell = Cell("task", "domain_shift", arm, "t=50" if arm == "synthetic" else "", ratio)
    return training_set(cell, 20, np.arange(90) % 2, np.arange(200) % 2, seed)


def test_arms_of_domain_shift_share_their_real_slices():
    base, none = rows("real_only", 0)
    assert (len(base), len(none)) == (20, 0)
    for arm in ("synthetic", "target_real"):
        for ratio in (0.5, 1, 8):
            own, added = rows(arm, ratio)
            assert np.array_equal(own, base)
            assert len(set(added)) == 20 * ratio
            assert np.array_equal(added[:10], rows(arm, 0.5)[1])
    more, none = rows("more_source", 3)
    assert np.array_equal(more[:20], base)
    assert (len(set(more)), len(none)) == (80, 0)
    assert not np.array_equal(rows("synthetic", 1)[1], rows("target_real", 1)[1])


def test_every_subset_is_balanced_between_slices_with_and_without_lesion():
    for arm, ratio in (("real_only", 0), ("more_source", 3), ("target_real", 2), ("synthetic", 9)):
        for subset in rows(arm, ratio, 4):
            assert abs(np.sum(subset % 2) - np.sum(subset % 2 == 0)) <= 1


def table_of(*arguments):
    return train_groups(cell_groups(*arguments), NO_CHECKPOINTS)[0]


@pytest.mark.parametrize(
    ("real", "arm", "ratio", "n_real", "n_synthetic"),
    [
        ("target", "real_only", 0, 6, 0),
        ("target", "more_real", 2, 18, 0),
        ("target", "synthetic", 1.5, 6, 9),
        ("source", "more_source", 1, 12, 0),
        ("source", "target_real", 1.5, 15, 0),
        ("source", "synthetic", 2, 6, 12),
    ],
)
def test_rows_of_a_cell(real, arm, ratio, n_real, n_synthetic):
    added = slices(14, 1) if arm in ("synthetic", "target_real") else None
    cell = Cell("task", "experiment", arm, "t=50" if arm == "synthetic" else "", ratio)
    table = table_of(cell, runs(real), slices(20, 0), added, slices(6, 2), slices(7, 3))
    assert list(table.columns) == RUN_COLUMNS
    assert len(table) == 2 * 4
    assert set(table["metric"]) == {"loss", "dice", "lesion_f1", "validation_loss"}
    assert set(table["seed"]) == {0, 1}
    assert set(zip(table["n_real"], table["n_synthetic"], table["steps"], strict=True)) == {(n_real, n_synthetic, 3)}
    assert table.loc[table["metric"].isin(["dice", "lesion_f1"]), "value"].between(0, 1).all()
    assert np.isfinite(table["value"]).all()


def test_what_does_not_fit_is_refused():
    real, other = slices(20, 0), slices(6, 1)
    with pytest.raises(InputError, match=r"arm more_source does not go with `real: target`.*more_real"):
        table_of(Cell("t", "e", "more_source", "", 1), runs(), real, None, other, other)
    with pytest.raises(InputError, match="needs 18 more samples, and there are 14"):
        table_of(Cell("t", "e", "more_real", "", 3), runs(), real, None, other, other)
    with pytest.raises(InputError, match=r"`n_real`: 6 real samples are needed, and there are 5"):
        table_of(Cell("t", "e", "real_only", "", 0), runs(), slices(5, 0), None, other, other)
    with pytest.raises(InputError, match=r"added slices have shape \(3, 8, 8\)"):
        table_of(Cell("t", "e", "synthetic", "t=50", 1), runs(), real, slices(9, 1, modalities=3), other, other)
    with pytest.raises(InputError, match="no slice in the part test"):
        table_of(Cell("t", "e", "real_only", "", 0), runs(), real, None, other, slices(0, 1))
    wild = runs().model_copy(update={"segmenter": SEGMENTER.model_copy(update={"learning_rate": 1e30})})
    with pytest.raises(InputError, match=r"segmenter of seed 0 never had .*`segmenter.learning_rate`"):
        table_of(Cell("t", "e", "real_only", "", 0), wild, real, None, other, other)


@pytest.fixture
def pool(tmp_path):
    """Folders of two networks and the file of their masks."""
    data = slices(16, 5, modalities=3)
    folders = [tmp_path / "full" / "T1w", tmp_path / "full" / "T2w+PDw"]
    for folder, channels in zip(folders, ([0], [1, 2]), strict=True):
        folder.mkdir(parents=True)
        np.save(folder / "t=50.npy", data.images[:, channels])
    masks = tmp_path / "sample_masks.npy"
    np.save(masks, data.masks)
    return folders, masks


def test_program(tmp_path, pool):
    folders, sample_masks = pool
    parts = {"train": 20, "validation": 6, "test": 7}
    sets = [slices(n, seed, modalities=3) for seed, n in enumerate(parts.values())]
    images, masks = (np.concatenate([getattr(each, name) for each in sets]) for name in ("images", "masks"))
    np.save(tmp_path / "images.npy", images)
    np.save(tmp_path / "masks.npy", masks)
    label = masks[:, LESION].any(axis=(1, 2)).astype(int)
    part = np.repeat(list(parts), list(parts.values()))
    scan = np.concatenate([np.char.add(f"{name}-", each.scans) for name, each in zip(parts, sets, strict=True)])
    manifest = {"index": range(33), "id": range(33), "subject": scan, "domain": "A", "scan": scan, "z": 0.0}
    manifest |= {"part": part, "label": label, "class": label, "sha256": [content_hash(each) for each in images]}
    pd.DataFrame(manifest).to_csv(tmp_path / "split.csv", index=False)

    out = tmp_path / "synthetic.csv"
    command = [sys.executable, str(PROGRAM), "--config", runs().to_json(), "--task", "phantom", "--arm", "synthetic"]
    command += ["--experiment", "in_domain", "--quality", "t=50", "--ratios", "2", "1", "--out", str(out)]
    command += ["--images", str(tmp_path / "images.npy"), "--masks", str(tmp_path / "masks.npy")]
    command += ["--split", str(tmp_path / "split.csv"), "--samples", *map(str, folders)]
    command += ["--sample-masks", str(sample_masks), "--seconds", str(tmp_path / "seconds.csv")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    table = read_runs(out)
    keys = zip(table["quality"], table["ratio"], table["n_real"], table["n_synthetic"], strict=True)
    assert set(keys) == {("t=50", 2, 6, 12), ("t=50", 1, 6, 6)}
    assert read_seconds(tmp_path / "seconds.csv")["ratio"].tolist() == [2, 2, 1, 1]

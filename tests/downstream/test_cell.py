"""What each run of a cell trains on, and the rows that it leaves."""

import numpy as np
import pandas as pd
import pytest

from sweetspot.checkpoints import NO_CHECKPOINTS
from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier, ClassifierRuns
from sweetspot.downstream.cell import cell_groups
from sweetspot.downstream.job import train_groups
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.tables.runs import RUN_COLUMNS, SECONDS_COLUMNS

REAL_LABELS = np.repeat([0, 1, 2], [60, 30, 30])
SYNTHETIC_LABELS = np.arange(400) % 3


def rows(arm: str, ratio: float, seed: int = 0):
    cell = Cell("task", "in_domain", arm, "noise=0" if arm == "synthetic" else "", ratio)
    return training_set(cell, 40, REAL_LABELS, SYNTHETIC_LABELS, seed)


def test_the_real_images_of_a_seed_are_the_same_in_every_arm_and_at_every_ratio():
    base, none = rows("real_only", 0)
    assert len(base) == len(set(base)) == 40
    assert len(none) == 0
    for ratio in (0.25, 1, 8):
        assert np.array_equal(rows("synthetic", ratio)[0], base)
    for ratio in (0.25, 1, 2):
        more, none = rows("more_real", ratio)
        assert len(more) == len(set(more)) == 40 + 40 * ratio
        assert np.array_equal(more[:40], base)
        assert len(none) == 0


def test_synthetic_subsets_are_nested_and_balanced():
    small, large = rows("synthetic", 0.5)[1], rows("synthetic", 9)[1]
    assert (len(small), len(large)) == (20, 360)
    assert np.array_equal(large[:20], small)
    assert np.ptp(np.bincount(SYNTHETIC_LABELS[large])) <= 1


def test_seeds_draw_different_subsets():
    assert set(rows("synthetic", 1, 0)[0]) != set(rows("synthetic", 1, 1)[0])
    assert set(rows("synthetic", 1, 0)[1]) != set(rows("synthetic", 1, 1)[1])


def test_real_subsets_keep_the_class_proportions():
    base = rows("real_only", 0, 3)[0]
    assert np.bincount(REAL_LABELS[base]).tolist() == [20, 10, 10]


@pytest.fixture
def sets():
    stream = np.random.default_rng(0)
    return [
        LabelledSet(stream.standard_normal((n, 1, 4, 4)).astype(np.float32), stream.integers(0, 3, n))
        for n in (60, 200, 20, 30)
    ]


def runs(sets, **changed):
    """Rows of a cell and what its runs took."""
    classifier = Classifier(
        channels=(2, 2), dense=4, horizontal_flip=True, replicas_together=changed.pop("together", 20)
    )
    budget = StepBudget(unit="steps", steps=30, evaluate_every=7)
    config = ClassifierRuns(classifier=classifier, budget=budget, n_real=20, **{"seeds": 5} | changed)
    cell = Cell("task", "in_domain", "synthetic", "t=20", 1.5)
    return train_groups(cell_groups(cell, config, *sets, ("a", "b", "c")), NO_CHECKPOINTS)


def test_rows_of_a_cell(sets):
    table, seconds = runs(sets)
    assert list(table.columns) == RUN_COLUMNS
    assert len(table) == 5 * 6
    assert set(table["metric"]) == {"loss", "error", "validation_loss", "error[a]", "error[b]", "error[c]"}
    assert set(table["seed"]) == set(range(5))
    assert set(zip(table["n_real"], table["n_synthetic"], table["steps"], strict=True)) == {(20, 30, 30)}
    assert set(table["selection"]) == {"random"}
    errors = table.loc[table["metric"] == "error", "value"]
    assert errors.between(0, 1).all()
    assert list(seconds.columns) == SECONDS_COLUMNS
    assert seconds["seed"].tolist() == list(range(5))
    assert (seconds["seconds"] > 0).all()
    assert (seconds["peak_memory_mb"] > 10).all()


@pytest.mark.parametrize("together", [1, 2, 3])
def test_a_run_is_the_same_to_the_last_bit_whichever_others_it_trains_with(sets, together):
    pd.testing.assert_frame_equal(runs(sets, together=together)[0], runs(sets)[0], check_exact=True)


def test_a_run_is_the_same_to_the_last_bit_in_whichever_job(sets):
    jobs = [runs(sets, first_seed=first, seeds=seeds)[0] for first, seeds in ((0, 1), (1, 3), (4, 1))]
    pd.testing.assert_frame_equal(pd.concat(jobs, ignore_index=True), runs(sets)[0], check_exact=True)

"""The page's data are those of the tables."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.explorer.measured import measured
from sweetspot.explorer.sources import RunRecords, ids_of_inputs
from sweetspot.figures.curves import quality_styles
from sweetspot.statistics import estimate
from sweetspot.tables.distances import read_distances
from sweetspot.tables.predictions import read_predictions
from sweetspot.tables.runs import read_runs
from sweetspot.theory.stability_bound import shift_gap_bound


@pytest.fixture(scope="module")
def runs(tables):
    return read_runs(tables.runs)


@pytest.fixture(scope="module")
def groups(tables, runs):
    ids = ids_of_inputs(tables.distances) | ids_of_inputs(tables.predictions)
    found = measured(
        runs, read_distances(tables.distances), read_predictions(tables.predictions), RunRecords.of(tables.runs), ids
    )
    return {(each["task"], each["experiment"]): each for each in found}


def curve(group, arm, quality=""):
    return next(each for each in group["curves"] if (each["arm"], each["quality"]) == (arm, quality))


def test_a_group_for_each_task_and_experiment(groups):
    assert list(groups) == [("brains", "in_domain"), ("brains", "domain_shift"), ("digits", "in_domain")]
    digits = groups["digits", "in_domain"]
    assert [each["name"] for each in digits["metrics"]] == ["error", "loss", "error[0]"]
    assert [each["label"] for each in digits["metrics"]] == ["test error", "test loss", "test error, class 0"]
    assert {(each["arm"], each["quality"]) for each in digits["curves"]} == {
        ("synthetic", "noise=0"), ("synthetic", "noise=2"), ("more_real", ""),
    }  # fmt: skip
    assert digits["samples"] == 8


def test_values_means_and_intervals(groups, runs):
    found = curve(groups["digits", "in_domain"], "synthetic", "noise=2")
    assert found["ratios"] == [0.0, 1.0, 4.0]
    rows = runs[(runs["task"] == "digits") & (runs["metric"] == "error")]
    for at, ratio in enumerate(found["ratios"]):
        own = (rows["arm"] == "real_only") if ratio == 0 else (rows["quality"] == "noise=2") & (rows["ratio"] == ratio)
        values = rows[own].sort_values("seed")["value"].to_numpy()
        expected = estimate(values)
        numbers = found["metrics"]["error"]
        np.testing.assert_allclose(numbers["values"][at], values, rtol=1e-4)
        assert numbers["mean"][at] == pytest.approx(expected.mean, rel=1e-4)
        assert numbers["low"][at] == pytest.approx(expected.low, rel=1e-4)
        assert numbers["high"][at] == pytest.approx(expected.high, rel=1e-4)


def test_records_are_those_of_the_jobs(groups, tables):
    found = curve(groups["brains", "in_domain"], "synthetic", "t=300")
    folder = "results/downstream/brains/in_domain"
    names = ["real_only/none/ratio=0", "synthetic/t=300/ratio=1", "synthetic/t=300/ratio=4"]
    assert found["records"] == [[tables.jobs[f"{folder}/{name}.csv"][:12]] for name in names]


def test_the_looks_are_those_of_the_figures(groups):
    styles = quality_styles(["noise=0", "noise=2"])
    for quality in ("noise=0", "noise=2"):
        found = curve(groups["digits", "in_domain"], "synthetic", quality)
        assert found["colour"] == styles["synthetic", quality]["color"].lower()
    assert curve(groups["digits", "in_domain"], "more_real")["colour"] == "#000000"


def test_predictions_are_ordered_and_say_whether_the_sweep_tells_which_ratio_is_best(groups):
    found = groups["digits", "in_domain"]["predictions"]
    assert [each["label"] for each in found["noise=0"]["methods"]] == [
        "pilot sweep", "two populations, plug-in", "real data only",
    ]  # fmt: skip
    assert [each["low"] for each in found["noise=0"]["methods"]] == [0.75, 1.5, None]
    assert (found["noise=0"]["resolved"], found["noise=2"]["resolved"]) == (True, False)
    assert found["noise=0"]["record"] == ("ab" * 32)[:12]
    assert groups["brains", "in_domain"]["predictions"] == {}


def test_bounds_are_those_of_the_theorems(groups):
    within, shifted = (groups["brains", name]["bounds"]["t=300"] for name in ("in_domain", "domain_shift"))
    assert (within["theorem"], shifted["theorem"]) == ("3.1", "5.2")
    # Distances are 5 and, of the source, 3, in one unit.
    source = shifted["distance"] * 3 / 5
    for found, offset in ((within, 0.0), (shifted, source)):
        expected = shift_gap_bound(1, 1, offset, found["distance"], 1, 1, np.array(found["ratios"]))
        np.testing.assert_allclose(found["values"], expected, rtol=1e-3)
        assert found["lowest"] <= min(found["values"]) * (1 + 1e-4)

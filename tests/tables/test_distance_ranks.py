"""The table of distances tells which one orders the qualities as their runs do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweetspot.tables.distance_ranks import COLUMNS, distance_ranks, failing_pairs
from sweetspot.tables.distances import DISTANCE_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = (0.0, 1.0, 4.0)
CURVES = {"noise=0": (5, 4, 3), "noise=1": (5, 4, 6), "noise=2": (5, 6, 7), "steps=60": (5, 4.5, 5.5)}
GOOD, HALF, BAD = (1, 2, 3, 1.5), (1, 3, 2, 1.5), (4, 3, 2, 3.5)


def runs_table(curves=CURVES, experiments=("in_domain",), seeds=6):
    stream = np.random.default_rng(0)
    rows = []
    for experiment in experiments:
        for seed in range(seeds):
            cells = {("real_only", "", 0.0): 5}
            for name, means in curves.items():
                cells |= {("synthetic", name, ratio): mean for ratio, mean in zip(RATIOS[1:], means[1:], strict=True)}
            for (arm, quality, ratio), mean in cells.items():
                value = mean + 0.01 * stream.normal()
                rows.append(("toy", experiment, arm, quality, ratio, "random", 9, 0, 5, seed, "loss", value))
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def distances_table(values, half_width=0.0, qualities=tuple(CURVES)):
    """Distances `values[metric]` of the qualities, on one kind of features."""
    rows = []
    for metric, each in values.items():
        rows.append(("toy", "more_real", "", metric, "pixels", 50, 50, 0.1, 0.0, 0.2))
        for quality, value in zip(qualities, each, strict=False):
            interval = (value - half_width, value + half_width)
            rows.append(("toy", "synthetic", quality, metric, "pixels", 50, 50, value, *interval))
    return pd.DataFrame(rows, columns=DISTANCE_COLUMNS).sample(frac=1, random_state=0)


def test_correlations_are_those_of_scipy_and_the_best_predictor_comes_first():
    table = distance_ranks(distances_table({"bad": BAD, "good": GOOD, "half": HALF}), runs_table())
    assert list(table.columns) == COLUMNS
    assert list(table["metric"].unique()) == ["good", "half", "bad"]
    assert list(table["place"]) == [1, 1, 2, 2, 3, 3]
    best, last = (4, 1, 0, 1), (3, 6, 7, 5.5)
    for metric, distances in (("good", GOOD), ("half", HALF), ("bad", BAD)):
        for outcome, measured in (("best_ratio", best), ("loss_at_largest_ratio", last)):
            row = table[(table["metric"] == metric) & (table["outcome"] == outcome)].iloc[0]
            assert row["spearman"] == pytest.approx(stats.spearmanr(distances, measured).statistic)
            assert row["kendall"] == pytest.approx(stats.kendalltau(distances, measured).statistic)
            # Neither the distances nor the curves leave a doubt.
            assert (row["kendall_ci_low"], row["kendall_ci_high"]) == pytest.approx((row["kendall"],) * 2)
            assert row["n"] == 4


def test_pairs_that_a_distance_orders_wrongly_are_named():
    table = distance_ranks(distances_table({"good": GOOD, "half": HALF}), runs_table())
    found = table.drop_duplicates("metric").set_index("metric")
    assert tuple(found.loc["good", ["orders_qualities", "failing_pairs"]]) == ("yes", "")
    assert tuple(found.loc["half", ["orders_qualities", "failing_pairs"]]) == ("no", "noise=2 not beyond noise=1")
    apart = distance_ranks(distances_table({"good": (1, 2)}, qualities=("noise=2", "steps=60")), runs_table())
    assert set(apart["orders_qualities"]) == set(apart["failing_pairs"]) == {""}  # one quality of either mechanism
    equal = pd.Series({"noise=0": 1.0, "noise=1": 1.0, "steps=60": 0.5})
    assert failing_pairs(equal) == ["noise=1 not beyond noise=0", "steps=60 not beyond noise=0"]


def test_uncertain_distances_make_uncertain_correlations():
    table = distance_ranks(distances_table({"good": GOOD}, half_width=3.0), runs_table())
    row = table[table["outcome"] == "loss_at_largest_ratio"].iloc[0]
    assert row["kendall"] == pytest.approx(1)
    assert row["kendall_ci_low"] < 0.5


def test_equal_best_ratios_have_no_correlation():
    falling = dict.fromkeys(CURVES, (5, 4, 3)) | {"noise=2": (5, 4.5, 3.5)}
    table = distance_ranks(distances_table({"good": GOOD}), runs_table(falling))
    row = table[table["outcome"] == "best_ratio"].iloc[0]
    assert np.isnan(row["kendall"])
    assert np.isnan(row["spearman"])
    assert (row["kendall_ci_low"], row["kendall_ci_high"]) == (0, 0)


def test_every_experiment_has_its_rows_and_one_quality_has_none():
    distances = distances_table({"good": GOOD})
    table = distance_ranks(distances, runs_table(experiments=("in_domain", "in_domain_epochs")))
    assert list(table["experiment"]) == ["in_domain"] * 2 + ["in_domain_epochs"] * 2
    assert distance_ranks(distances_table({"good": GOOD[:1]}), runs_table()).empty
    assert distance_ranks(distances.assign(task="other"), runs_table()).empty

"""Claims are decided by intervals that hold what they promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweetspot.claims.claim import COLUMNS, Claim
from sweetspot.claims.curves import u_depth, values_by_ratio
from sweetspot.claims.table import claims_table
from sweetspot.statistics import Estimate, estimate
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0)
U_SHAPE = (0.30, 0.20, 0.10, 0.20, 0.30)
FALLING = (0.30, 0.25, 0.20, 0.15, 0.10)
FALLS, HELPS, U, WORSE, REAL, EVERYWHERE = (
    "test error falls with the ratio",
    "synthetic data helps",
    "test error is U-shaped in the ratio",
    "the worse quality has the larger error at the largest ratio",
    "more real data helps",
    "a ratio of 1 to 2 helps at every quality",
)


def runs_table(curves, seeds=10, noise=0.01, experiment="in_domain", task="toy"):
    """Rows of `runs.csv` for the mean errors `curves[quality]`, or `curves["more_real"]`, at `RATIOS`.

    A seed shifts all its errors alike by far more than they differ; only pairs see through that.
    """
    stream = np.random.default_rng(0)
    shift = stream.normal(0, 1, seeds)
    rows = []
    real_only = next(iter(curves.values()))[0]
    cells = {("real_only", "", 0.0): real_only}
    for name, means in curves.items():
        arm, quality = ("more_real", "") if name == "more_real" else ("synthetic", name)
        cells |= {(arm, quality, ratio): mean for ratio, mean in zip(RATIOS[1:], means[1:], strict=False)}
    for (arm, quality, ratio), mean in cells.items():
        for seed in range(seeds):
            value = mean + shift[seed] + noise * stream.normal()
            for metric, number in (("error", value), ("loss", -5 * value), ("error[a]", -value)):
                rows.append((task, experiment, arm, quality, ratio, "random", 10, 0, 1, seed, metric, number))
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


def verdicts(curves, **options):
    table = claims_table(runs_table(curves, **options))
    return dict(zip(zip(table["claim"], table["evidence"], strict=True), table["verdict"], strict=True))


def test_a_u_and_a_help_are_told_apart():
    found = verdicts({"noise=0": U_SHAPE, "noise=1": FALLING})
    assert found == {
        (FALLS, "toy, in_domain, noise=0"): "not supported",
        (FALLS, "toy, in_domain, noise=1"): "supported",
        (HELPS, "toy, in_domain, noise=0 at ratio 4"): "inconclusive",
        (U, "toy, in_domain, noise=0: ratio 1 against 0 and 4"): "supported",
        (HELPS, "toy, in_domain, noise=1 at ratio 4"): "supported",
        (U, "toy, in_domain, noise=1: ratio 2 against 0 and 4"): "not supported",
        (WORSE, "toy, in_domain, ratio 4: noise=1 against noise=0"): "not supported",
        (EVERYWHERE, "toy, in_domain at ratio 1: noise=0, noise=1"): "supported",
        (EVERYWHERE, "toy, in_domain at ratio 2: noise=0, noise=1"): "supported",
    }


def test_a_flat_curve_decides_nothing():
    runs = runs_table({"noise=0": (0.0,) * 4})
    runs["value"] = 2 / 3  # in binary, sums of it are not exact
    assert set(claims_table(runs)["verdict"]) == {"inconclusive"}


def test_data_that_only_hurt_are_neither_a_help_nor_a_u():
    found = verdicts({"noise=0": FALLING[::-1]})
    assert list(found.values()) == ["not supported"] * 5


def test_claims_are_made_for_each_task_and_experiment():
    tables = [
        runs_table({"noise=0": U_SHAPE}, task=task, experiment=experiment)
        for task in ("b", "a")
        for experiment in ("in_domain", "in_domain_epochs")
    ]
    evidence = claims_table(pd.concat(tables))["evidence"].str.split(", noise| at ratio", regex=True).str[0]
    assert list(evidence.unique()) == [
        f"{task}, {experiment}" for task in "ab" for experiment in ("in_domain", "in_domain_epochs")
    ]


def test_the_table_has_its_columns_and_the_paired_interval():
    runs = runs_table({"noise=0": FALLING})
    table = claims_table(runs)
    assert list(table.columns) == COLUMNS
    row = table[table["claim"] == HELPS].iloc[0]
    errors = runs[runs["metric"] == "error"].set_index("seed")
    worst, best = (errors.loc[errors["ratio"] == ratio, "value"].sort_index() for ratio in (0, 4))
    expected = stats.ttest_rel(worst, best).confidence_interval(0.95)
    assert (row["estimate"], row["n"]) == (pytest.approx((worst - best).mean()), 10)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_more_real_data_is_judged_at_the_largest_ratio_that_was_run():
    found = verdicts({"noise=0": U_SHAPE, "more_real": FALLING[:4]})
    assert found[REAL, "toy, in_domain, more_real at ratio 2"] == "supported"
    assert not [claim for claim, _ in verdicts({"noise=0": U_SHAPE}) if claim == REAL]


def test_one_added_ratio_has_no_inner_ratio_and_so_no_u():
    found = verdicts({"noise=0": (0.3, 0.1)})
    assert found == {
        (FALLS, "toy, in_domain, noise=0"): "supported",
        (HELPS, "toy, in_domain, noise=0 at ratio 0.5"): "supported",
    }


def test_the_slope_is_that_of_least_squares_for_each_seed():
    runs = runs_table({"noise=0": FALLING})
    row = claims_table(runs).query("claim == @FALLS").iloc[0]
    errors = runs[runs["metric"] == "error"]
    slopes = [stats.linregress(np.log1p(group["ratio"]), group["value"]).slope for _, group in errors.groupby("seed")]
    assert row["estimate"] == pytest.approx(-np.mean(slopes))
    assert row["n"] == len(slopes) == 10


def test_pairs_of_qualities_follow_each_mechanism_from_better_to_worse():
    curves = dict.fromkeys(["noise=1", "steps=60", "noise=0", "t=20", "steps=150", "noise=0.5"], FALLING)
    pairs = [evidence.split(": ")[1] for claim, evidence in verdicts(curves) if claim == WORSE]
    assert pairs == [
        "noise=0.5 against noise=0",
        "noise=1 against noise=0.5",
        "t=20 against noise=0",
        "steps=150 against noise=0",
        "steps=60 against steps=150",
    ]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 0.3, "supported"),
        (-0.3, -0.1, "not supported"),
        (-0.1, 0.3, "inconclusive"),
        (0.0, 0.3, "inconclusive"),
        (-0.3, 0.0, "inconclusive"),
    ],
)
def test_the_verdict_is_read_from_the_interval(low, high, verdict):
    row = Claim("c", "s", "e", Estimate((low + high) / 2, low, high, 5)).row()
    assert row[-1] == verdict


def test_a_curve_has_one_row_for_each_seed_and_ratio_0_is_real_data():
    runs = runs_table({"noise=0": U_SHAPE, "noise=1": FALLING, "more_real": FALLING}, seeds=3)
    curve = values_by_ratio(runs[runs["metric"] == "error"], "synthetic", "noise=1")
    assert list(curve.columns) == list(RATIOS)
    assert list(curve.index) == [0, 1, 2]
    assert curve.mean().diff().dropna().to_numpy() == pytest.approx(-0.05, abs=0.03)


def curve_of(values):
    return pd.DataFrame(values, columns=[float(ratio) for ratio in range(values.shape[1])])


def test_with_one_inner_ratio_the_depth_is_that_of_the_less_clear_end():
    values = np.random.default_rng(0).normal([2, 0, 1], 0.1, (12, 3))
    depth, best = u_depth(curve_of(values))
    right = estimate(values[:, 2] - values[:, 1])
    assert best == 1
    assert (depth.mean, depth.low, depth.n) == (pytest.approx(right.mean), pytest.approx(right.low), 12)
    # The upper bound allows for either end being the one that decides.
    assert depth.high > right.high


def rates(means, depth=0.0, seeds=8, repeats=200):
    """How often the interval lies wholly above, and wholly below, `depth`."""
    stream = np.random.default_rng(5)
    above = below = 0
    for _ in range(repeats):
        found, _ = u_depth(curve_of(np.array(means) + stream.normal(0, 1, (seeds, len(means)))))
        above += found.low > depth
        below += found.high < depth
    return above / repeats, below / repeats


@pytest.mark.parametrize(
    ("means", "depth"),
    [
        ([0] * 6, 0),  # flat
        ([9, 0, 0, 0, 0, 0, 0, 0], 0),  # falls and stays low: the curve that is most easily taken for a U
        ([3, 2, 0, 1, 2], 2),
        ([0, 1, 2], -1),
    ],
)
def test_the_interval_misses_the_depth_no_more_often_than_stated(means, depth):
    """So where the depth is 0, a U is found in at most 2.5 % of the tables, up to three standard errors."""
    above, below = rates(means, depth)
    most = 0.025 + 3 * np.sqrt(0.025 * 0.975 / 200)
    assert above <= most
    assert below <= most


def test_a_clear_u_is_found_nearly_always_and_a_falling_curve_refuted():
    assert rates([3, 1.5, 0, 1.5, 3], repeats=60)[0] > 0.9
    assert rates([6, 4, 3, 0], repeats=60)[1] > 0.9

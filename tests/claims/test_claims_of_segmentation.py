"""Claims of segmentation are made by test loss, where the arms allow them, and decided by paired intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweetspot.claims.claim import Claim
from sweetspot.claims.segmentation import best_ratio_difference
from sweetspot.claims.table import claims_table
from sweetspot.statistics import Estimate
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0)
FALLING = (0.50, 0.45, 0.40, 0.35, 0.30)
RISING = (0.50, 0.55, 0.60, 0.65, 0.70)
FLAT = (0.50,) * 5
STEP, HELPS, WORSE, BEST, SYNTHETIC_TARGET, REAL_TARGET = (
    "more real data helps at every step",
    "synthetic data at the smallest t improves on real data only",
    "the largest t is worse than the smallest at every ratio from 1 up",
    "the best ratio at the largest t is not larger than at the smallest",
    "synthetic target data at the smallest t beats as much extra source data",
    "real target data beats as much extra source data",
)


def runs_table(curves, experiment="in_domain", task="brains", seeds=10, noise=0.005, n_real=16):
    """Rows of `runs.csv` with the mean losses `curves[quality or arm]` at `RATIOS`.

    A seed shifts all its losses alike by far more than they differ; only pairs see through that.
    """
    stream = np.random.default_rng(0)
    shift = stream.normal(0, 1, seeds)
    cells = {("real_only", "", 0.0): 0.5}
    for name, means in curves.items():
        arm, quality = ("synthetic", name) if "=" in name else (name, "")
        cells |= {(arm, quality, ratio): mean for ratio, mean in zip(RATIOS[1:], means[1:], strict=False)}
    rows = []
    for (arm, quality, ratio), mean in cells.items():
        for seed in range(seeds):
            value = mean + shift[seed] + noise * stream.normal()
            added = 0 if arm == "synthetic" else round(ratio * n_real)
            key = (task, experiment, arm, quality, ratio, "random", n_real + added, 0, 1, seed)
            # Metrics that would turn every verdict round, were they used.
            rows += [(*key, "loss", value), (*key, "dice", -value), (*key, "validation_loss", -value)]
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


def verdicts(table, claim):
    rows = table[table["claim"] == claim]
    return dict(zip(rows["evidence"], rows["verdict"], strict=True))


def test_each_step_of_more_real_data_is_judged_on_its_own():
    runs = runs_table({"more_real": (0.5, 0.4, 0.4, 0.45, 0.3)})
    found = verdicts(claims_table(runs), STEP)
    assert list(found) == [
        f"brains, in_domain, more_real: ratio {step} real slices"
        for step in ("0 to 0.5, 16 to 24", "0.5 to 1, 24 to 32", "1 to 2, 32 to 48", "2 to 4, 48 to 80")
    ]
    assert list(found.values()) == ["supported", "inconclusive", "not supported", "supported"]


def test_the_interval_of_a_step_is_that_of_the_paired_t_test():
    runs = runs_table({"more_real": FALLING})
    row = claims_table(runs).query("claim == @STEP").iloc[1]
    losses = runs[runs["metric"] == "loss"].set_index("seed").sort_index()
    before, after = (losses.loc[losses["ratio"] == ratio, "value"] for ratio in (0.5, 1.0))
    expected = stats.ttest_rel(before, after)
    assert (row["estimate"], row["n"]) == (pytest.approx((before - after).mean()), 10)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_stops_of_the_chain_are_compared_by_number_and_other_qualities_left_out():
    curves = {"t=300": RISING, "t=50": FALLING, "t=150": FLAT, "noise=1": RISING, "steps=10+t=20": RISING}
    table = claims_table(runs_table(curves))
    assert verdicts(table, HELPS) == {
        f"brains, in_domain, t=50 at ratio {ratio}": "supported" for ratio in ("0.5", "1", "2", "4")
    }
    assert verdicts(table, WORSE) == {
        f"brains, in_domain, ratio {ratio}: t=300 against t=50": "supported" for ratio in ("1", "2", "4")
    }
    assert verdicts(table, BEST) == {"brains, in_domain: t=50 against t=300, best ratios 4 and 0": "supported"}


def test_claims_that_fail_are_refuted():
    table = claims_table(runs_table({"t=50": RISING, "t=300": FALLING}))
    for claim in (HELPS, WORSE, BEST):
        assert set(verdicts(table, claim).values()) == {"not supported"}


def test_full_samples_are_the_smallest_t():
    table = claims_table(runs_table({"t=50": FLAT, "noise=0": FALLING}))
    assert all("noise=0 at" in evidence for evidence in verdicts(table, HELPS))
    assert all(evidence.endswith("t=50 against noise=0") for evidence in verdicts(table, WORSE))


def test_under_domain_shift_target_data_are_held_against_as_much_source_data():
    curves = {"more_source": FLAT[:4], "t=50": FALLING, "t=300": RISING, "target_real": FALLING}
    table = claims_table(runs_table(curves, experiment="domain_shift"))
    ratios = ("0.5", "1", "2")  # where both were run
    assert verdicts(table, SYNTHETIC_TARGET) == {
        f"brains, domain_shift, ratio {ratio}: t=50 against more_source": "supported" for ratio in ratios
    }
    assert verdicts(table, REAL_TARGET) == {
        f"brains, domain_shift, ratio {ratio}: target_real against more_source": "supported" for ratio in ratios
    }
    assert not verdicts(table, STEP)


def test_claims_need_their_arms():
    assert claims_table(runs_table({})).empty
    only_more_real = claims_table(runs_table({"more_real": FALLING}))
    assert set(only_more_real["claim"]) == {STEP}
    one_stop = claims_table(runs_table({"t=50": FALLING}))
    assert HELPS in set(one_stop["claim"])
    assert not {WORSE, BEST, SYNTHETIC_TARGET, REAL_TARGET} & set(one_stop["claim"])


def test_classification_beside_segmentation_keeps_its_claims():
    segmentation = runs_table({"t=50": FALLING})
    errors = runs_table({"t=50": RISING, "more_real": FALLING}, task="photos")
    errors = errors[errors["metric"] == "loss"]
    errors = pd.concat([errors.assign(metric="error"), errors])
    alone, both = claims_table(errors), claims_table(pd.concat([segmentation, errors]))
    pd.testing.assert_frame_equal(both[both["evidence"].str.startswith("photos")].reset_index(drop=True), alone)
    assert set(alone["claim"]).isdisjoint({STEP, HELPS})
    assert alone["statement"].str.contains("error").all()
    assert both.loc[both["evidence"].str.startswith("brains"), "statement"].str.contains("loss").all()


def curve(values):
    return pd.DataFrame(values, columns=list(RATIOS))


def test_the_best_ratio_is_that_of_the_mean_and_seeds_are_resampled_in_pairs():
    stream = np.random.default_rng(1)
    shared = stream.normal(0, 1, (12, 1)) * np.linspace(-1, 1, 5)  # tilts both curves of a seed alike
    first, second = (curve(np.array(means) + shared) for means in (FLAT, FLAT))
    found, decidable = best_ratio_difference(first, second, "test")
    assert (found.mean, found.low, found.high, found.n) == (0, 0, 0, 12)
    assert not decidable
    falling, rising = (curve(np.tile(means, (12, 1))) for means in (FALLING, RISING))
    found, decidable = best_ratio_difference(falling, rising, "test")
    assert (found.mean, found.low, found.high) == pytest.approx((np.log(5),) * 3)
    assert decidable
    assert best_ratio_difference(rising, falling, "test")[0].mean == pytest.approx(-np.log(5))


def test_the_bootstrap_is_unsure_where_seeds_disagree_and_the_same_each_time():
    half = curve([FALLING] * 4 + [RISING] * 4)
    rising = curve([RISING] * 8)
    found, decidable = best_ratio_difference(half, rising, "test")
    assert (found.low, found.high) == pytest.approx((0, np.log(5)))
    assert decidable
    assert best_ratio_difference(half, rising, "test") == (found, True)


INNER = (0.50, 0.45, 0.40, 0.45, 0.50)


@pytest.mark.parametrize(
    ("smallest", "largest", "verdict"),
    [
        (FALLING, FALLING, "inconclusive"),  # both best ratios are at least 4
        (INNER, INNER, "inconclusive"),
        (RISING, RISING, "inconclusive"),
        (FALLING, INNER, "supported"),  # at least 4 against 1
        (FALLING, RISING, "supported"),
        (INNER, RISING, "supported"),
        (INNER, FALLING, "not supported"),
        (RISING, INNER, "not supported"),
    ],
)
def test_best_ratios_at_the_end_of_the_grid_are_at_least_that(smallest, largest, verdict):
    row = claims_table(runs_table({"t=50": smallest, "t=300": largest})).query("claim == @BEST").iloc[0]
    assert row["verdict"] == verdict
    assert "inconclusive where both best ratios are the largest that was run" in row["statement"]


def test_resamples_with_both_best_ratios_at_the_end_do_not_support_by_equality():
    half = curve([FALLING] * 5 + [INNER] * 3)  # its best ratio is 4 in many resamples
    found, decidable = best_ratio_difference(curve([FALLING] * 8), half, "test")
    assert (found.low, decidable) == (0, False)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.0, 0.0, "supported"), (0.0, 1.0, "supported"), (-0.1, 1.0, "inconclusive"), (-1.0, 0.0, "inconclusive")],
)
def test_not_below_the_threshold_includes_it(low, high, verdict):
    result = Estimate((low + high) / 2, low, high, 5)
    assert Claim("c", "s", "e", result, or_equal=True).row()[-1] == verdict

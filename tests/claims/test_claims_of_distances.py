"""Claims about distances are judged by curves and distances whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweetspot.claims.curves import rise_at_end
from sweetspot.claims.distances import farther_minus_nearer
from sweetspot.claims.table import claims_table
from sweetspot.tables.distances import DISTANCE_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = (0.0, 1.0, 2.0, 4.0)
FALLING, U, RISING = (5, 4, 3, 2), (5, 3, 4, 6), (5, 6, 7, 8)
SHARPER, FALLS, MIRRORS, WASSERSTEIN, LEARNED = (
    "the U is sharper at a larger distance",
    "the best ratio falls with the distance",
    "the Fréchet distance mirrors the loss under domain shift",
    "the Wasserstein distance predicts better than the MMD",
    "distances of learned features predict better than those of pixels",
)


def runs_table(curves, task="toy", experiment="in_domain", metrics=("loss",), seeds=10, noise=0.05):
    """Rows of `runs.csv` with the means `curves[quality or arm]` at `RATIOS`; seeds shift all their values alike."""
    stream = np.random.default_rng(0)
    cells = {("real_only", "", 0.0): 5}
    for name, means in curves.items():
        arm, quality = ("synthetic", name) if "=" in name else (name, "")
        cells |= {(arm, quality, ratio): mean for ratio, mean in zip(RATIOS[1:], means[1:], strict=True)}
    rows = []
    for seed, shift in enumerate(stream.normal(0, 1, seeds)):
        for (arm, quality, ratio), mean in cells.items():
            value = mean + shift + noise * stream.normal()
            key = (task, experiment, arm, quality, ratio, "random", 8 if arm == "real_only" else 0, 0, 5, seed)
            rows += [(*key, metric, value) for metric in metrics]
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


def distances_table(values, task="toy", half_width=0.1):
    """Distances `values[metric, features][quality, or training set with its number of images]`."""
    rows = []
    for (metric, features), sets in values.items():
        for name, value in sets.items():
            arm, quality, n_b = ("synthetic", name, 50) if isinstance(name, str) else name
            rows.append((task, arm, quality, metric, features, 50, n_b, value, value - half_width, value + half_width))
    return pd.DataFrame(rows, columns=DISTANCE_COLUMNS)


def verdicts(runs, distances, claim):
    table = claims_table(runs, distances)
    rows = table[table["claim"] == claim]
    return dict(zip(rows["evidence"], rows["verdict"], strict=True))


FAR_IS_BAD = {("frechet", "network"): {"noise=0": 1.0, "noise=1": 2.0, "noise=2": 3.0}}


def test_u_and_best_ratio_by_distance():
    distances = distances_table(FAR_IS_BAD)
    expected = runs_table({"noise=0": FALLING, "noise=1": U, "noise=2": RISING})
    assert verdicts(expected, distances, SHARPER) == {"toy, in_domain: noise=2 against noise=0": "supported"}
    evidence = "toy, in_domain, from near to far: noise=0, noise=1, noise=2"
    assert verdicts(expected, distances, FALLS) == {evidence: "supported"}
    contrary = runs_table({"noise=0": RISING, "noise=1": U, "noise=2": FALLING})
    assert set(verdicts(contrary, distances, SHARPER).values()) == {"not supported"}
    assert verdicts(contrary, distances, FALLS) == {evidence: "not supported"}
    alike = runs_table(dict.fromkeys(["noise=0", "noise=1", "noise=2"], FALLING))
    for claim in (SHARPER, FALLS):
        assert set(verdicts(alike, distances, claim).values()) == {"inconclusive"}


def test_distances_that_may_be_either_way_round_support_nothing():
    runs = runs_table({"noise=0": FALLING, "noise=1": U, "noise=2": RISING})
    unsure = distances_table(FAR_IS_BAD, half_width=5.0)
    assert set(verdicts(runs, unsure, FALLS).values()) == {"inconclusive"}


def test_pairs_are_taken_from_the_nearer_to_the_farther():
    values = np.array([[10.0, 20.0, 40.0]])
    # Over the pairs: 10, 30 and 20.
    assert farther_minus_nearer(values, np.array([[1, 2, 3]])) == pytest.approx([20])
    assert farther_minus_nearer(values, np.array([[3, 2, 1]])) == pytest.approx([-20])
    assert farther_minus_nearer(values, np.array([[1, 3, 2]])) == pytest.approx([(10 + 30 - 20) / 3])


@pytest.mark.parametrize(
    ("means", "rise"), [((5, 3, 4, 6), 3), ((5, 4, 3, 2), 0), ((0, 0, 0, 0), 0), ((2, 3, 4, 5), 3)]
)
def test_the_rise_misses_its_interval_no_more_often_than_stated(means, rise):
    stream = np.random.default_rng(0)
    above = below = 0
    for _ in range(200):
        curve = pd.DataFrame(np.array(means) + stream.normal(0, 1, (8, 4)), columns=list(RATIOS))
        found = rise_at_end(curve)
        above += found.low > rise
        below += found.high < rise
    assert max(above, below) / 200 <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / 200)


def test_the_rise_is_found_where_it_is():
    stream = np.random.default_rng(0)
    curve = pd.DataFrame(np.array(U) + stream.normal(0, 0.1, (10, 4)), columns=list(RATIOS))
    assert rise_at_end(curve).low > 2.5


def test_rivals_are_judged_by_the_order_of_the_ends():
    runs = runs_table({"noise=0": FALLING, "noise=1": U, "noise=2": RISING})
    right, wrong = {"noise=0": 1.0, "noise=1": 2.0, "noise=2": 3.0}, {"noise=0": 3.0, "noise=1": 2.0, "noise=2": 1.0}
    values = {
        ("sliced_wasserstein", "network"): right,
        ("mmd", "network"): wrong,
        ("sliced_wasserstein", "pixels"): wrong,
        ("mmd", "pixels"): right,
        ("frechet", "pixels"): right,
    }
    found = verdicts(runs, distances_table(values), WASSERSTEIN)
    assert found == {
        "toy, in_domain: sliced_wasserstein on network against mmd on network, 3 qualities": "supported",
        "toy, in_domain: sliced_wasserstein on pixels against mmd on pixels, 3 qualities": "not supported",
    }
    found = verdicts(runs, distances_table(values), LEARNED)
    assert list(found.values()) == ["supported", "not supported"]
    equal = distances_table(dict.fromkeys(values, right))
    assert set(verdicts(runs, equal, WASSERSTEIN).values()) == {"inconclusive"}
    two = runs_table({"noise=0": FALLING, "noise=1": U})
    assert not verdicts(two, distances_table(values), WASSERSTEIN)


def mixtures(order):
    """Distances of training sets: the arms of `order` from near to far, at every ratio; larger sets are nearer."""
    sets = {("source", "", 8): 50.0}
    for place, (arm, quality) in enumerate(order):
        sets |= {(f"source+{arm}", quality, 8 + 8 * ratio): 10 + 2 * place - ratio for ratio in (1, 2, 4)}
    return distances_table({("frechet", "network"): sets}, task="brains")


def test_training_sets_of_one_size_are_compared():
    curves = {"target_real": FALLING, "t=50": (5, 4.5, 4, 3), "more_source": U, "t=300": RISING}
    runs = runs_table(curves, "brains", "domain_shift", ("loss", "dice"))
    order = [("target_real", ""), ("synthetic", "t=50"), ("more_source", ""), ("synthetic", "t=300")]
    row = claims_table(runs, mixtures(order)).query("claim == @MIRRORS").iloc[0]
    # U is better than t=50 at ratio 1, and equal to it at ratio 2.
    assert row["estimate"] == pytest.approx((3 * 6 - 2) / 18, abs=0.12)
    assert (row["verdict"], row["evidence"]) == ("supported", "brains, domain_shift: 18 pairs of training sets")
    assert set(verdicts(runs, mixtures(order[::-1]), MIRRORS).values()) == {"not supported"}
    assert not verdicts(runs, mixtures(order[:1]), MIRRORS)

"""The parabola through the runs of a pilot."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.predict.informed_pilot import agreement, informed_pilot, relative_regret
from sweetspot.predict.pilot import (
    Noise,
    QualityRuns,
    noise_around,
    parabola,
    pilot,
    predict_from_runs,
    runs_by_quality,
)
from sweetspot.predict.prediction import Curve, Prediction
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = np.repeat([0.0, 1, 4, 16], 3)
QUIET = Noise(1e-12, 8)


def losses(coefficients, ratios=RATIOS):
    return parabola(ratios) @ np.asarray(coefficients, float)


@given(st.floats(0.1, 2.7))
def test_the_lowest_point_of_a_parabola_is_found(at):
    predicted = predict_from_runs(RATIOS, losses([at**2, -2 * at, 1]), QUIET, 0)
    spacing = np.log1p(16) / 64
    assert np.log1p(predicted.ratio) == pytest.approx(at, abs=spacing / 2 + 1e-9)
    assert predicted.low <= predicted.ratio <= predicted.high
    assert np.log1p(predicted.high) - np.log1p(predicted.low) <= 2 * spacing


@pytest.mark.parametrize(("slope", "expected"), [(1.0, 0.0), (-1.0, 16.0)])
def test_a_curve_without_a_turn_leads_to_an_end(slope, expected):
    assert predict_from_runs(RATIOS, losses([1, slope, 0]), QUIET, 0).ratio == expected


@given(st.floats(0.01, 100), st.floats(-5, 5))
def test_scale_and_shift_of_the_losses_do_not_matter(scale, shift):
    noisy = losses([1, -0.8, 0.3]) + np.random.default_rng(0).normal(0, 0.05, len(RATIOS))
    first = predict_from_runs(RATIOS, noisy, noise_around([(RATIOS, noisy)]), 0)
    other = scale * noisy + shift
    second = predict_from_runs(RATIOS, other, noise_around([(RATIOS, other)]), 0)
    assert (first.ratio, first.low, first.high) == pytest.approx((second.ratio, second.low, second.high))


def test_the_noise_is_estimated_from_all_curves():
    stream = np.random.default_rng(1)
    curves = [(RATIOS, losses(stream.normal(size=3)) + stream.normal(0, 0.1, len(RATIOS))) for _ in range(400)]
    noise = noise_around(curves)
    assert noise.degrees == 400 * (len(RATIOS) - 3)
    assert noise.variance == pytest.approx(0.01, rel=0.1)


def test_the_interval_contains_the_true_optimum_as_often_as_it_says():
    stream, at, hits = np.random.default_rng(2), 1.5, 0
    for trial in range(200):
        noisy = losses([0, -0.2 * at, 0.1]) + stream.normal(0, 0.03, len(RATIOS))
        predicted = predict_from_runs(RATIOS, noisy, noise_around([(RATIOS, noisy)]), trial)
        hits += predicted.low <= np.expm1(at) <= predicted.high
    assert 0.9 <= hits / 200 <= 1


def test_without_degrees_of_freedom_every_ratio_is_possible():
    ratios = np.array([0.0, 1, 7])
    noise = noise_around([(ratios, np.array([3.0, 2, 1]))])
    assert noise.degrees == 0
    predicted = predict_from_runs(ratios, np.array([3.0, 2, 1]), noise, 0)
    assert (predicted.ratio, predicted.low, predicted.high) == (7, 0, 7)


def test_two_ratios_give_a_line_and_one_gives_nothing():
    ratios = np.array([0.0, 0, 3, 3])
    losses_of_line = np.array([1.0, 1.1, 0.6, 0.5])
    assert predict_from_runs(ratios, losses_of_line, noise_around([(ratios, losses_of_line)]), 0).ratio == 3
    with pytest.raises(ValueError, match="two different ratios"):
        predict_from_runs(np.array([1.0, 1]), np.array([1.0, 2]), QUIET, 0)


def runs_table():
    rows = []
    for seed in (20, 21):
        rows.append(("t", "e", "real_only", "", 0.0, "random", 50, 0, 300, seed, "validation_loss", 1.0))
        for quality, values in {"noise=0": (0.9, 0.5), "noise=9": (1.5, 2.0)}.items():
            for ratio, value in zip((1.0, 4.0), values, strict=True):
                key = ("t", "e", "synthetic", quality, ratio, "random", 50, int(50 * ratio), 300, seed)
                rows.append((*key, "validation_loss", value + 0.001 * (seed - 20)))
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def test_each_quality_starts_at_the_runs_with_real_data_only():
    runs = runs_by_quality(runs_table())
    assert {quality: pilot(each).ratio for quality, each in runs.items()} == {"noise=0": 4, "noise=9": 0}
    assert [each.steps for each in runs.values()] == [1800, 1800]
    assert [each.steps for each in runs_by_quality(runs_table(), 1).values()] == [900, 900]


def test_other_metrics_of_the_runs_are_not_looked_at():
    table = runs_table()
    test_losses = table.assign(metric="loss", value=-table["value"])
    with_test = runs_by_quality(pd.concat([table, test_losses], ignore_index=True))
    assert {quality: pilot(each).ratio for quality, each in with_test.items()} == {"noise=0": 4, "noise=9": 0}


def ridge(*losses_on_ratios):
    ratios = np.array([0.0, 1, 4])
    return Prediction(0.0, 0.0, 4.0, Curve(ratios, np.array(losses_on_ratios, float), *np.zeros((2, 3))))


def test_a_curve_that_contradicts_the_runs_is_not_believed():
    for quality, runs in runs_by_quality(runs_table()).items():
        against = ridge(0, 1, 2) if quality == "noise=0" else ridge(2, 1, 0)
        assert agreement(runs, against.curve) == 0
        assert informed_pilot(runs, against).ratio == pilot(runs).ratio


def test_a_curve_that_agrees_decides_where_the_runs_do_not():
    # Symmetric in log(1 + ratio) about its middle: the runs alone cannot tell 0 from 4.
    ratios = np.array([0.0, np.sqrt(5) - 1, 4])
    runs = QualityRuns(ratios, np.array([0.5, 1.0, 0.5]), Noise(np.nan, 0), 3)
    assert informed_pilot(runs, ridge(0.0, 1.0, 0.4)).ratio == 0
    assert informed_pilot(runs, ridge(0.4, 1.0, 0.0)).ratio == 4


def test_a_flat_curve_says_nothing():
    (runs, *_) = runs_by_quality(runs_table()).values()
    assert agreement(runs, ridge(1, 1, 1).curve) == 0
    assert (relative_regret(np.ones(3)) == 0).all()

"""The interval is that of the t-test and covers as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweetspot.statistics import CONFIDENCE, RESAMPLES, estimate, percentile_estimate, resampling_weights


@pytest.mark.parametrize("n", [2, 3, 20, 200])
@pytest.mark.parametrize("confidence", [0.5, CONFIDENCE, 0.999])
def test_the_interval_is_that_of_the_t_test(n, confidence):
    values = np.random.default_rng(n).normal(3, 2, n)
    ours = estimate(values, confidence)
    theirs = stats.ttest_1samp(values, 0).confidence_interval(confidence)
    assert (ours.mean, ours.n) == (pytest.approx(values.mean()), n)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_paired_differences_give_the_interval_of_the_paired_test():
    stream = np.random.default_rng(0)
    shared = stream.normal(0, 10, 15)
    a, b = shared + stream.normal(1, 1, 15), shared + stream.normal(0, 1, 15)
    ours, theirs = estimate(a - b), stats.ttest_rel(a, b).confidence_interval(0.95)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


@pytest.mark.parametrize("n", [2, 5, 20])
def test_95_percent_of_intervals_contain_the_mean(n):
    stream = np.random.default_rng(1)
    repeats = 2000
    inside = 0
    for _ in range(repeats):
        found = estimate(stream.normal(7, 3, n))
        inside += found.low <= 7 <= found.high
    # Four standard errors of a binomial proportion.
    assert abs(inside / repeats - 0.95) < 4 * np.sqrt(0.95 * 0.05 / repeats)


def test_equal_values_have_an_interval_of_width_zero():
    found = estimate([0.25] * 4)
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)


@pytest.mark.parametrize("values", [[], [1.0], [[1.0, 2.0]], [1.0, np.nan], [1.0, np.inf]])
def test_too_few_or_not_finite_values_are_an_error(values):
    with pytest.raises(ValueError, match="two or more"):
        estimate(np.array(values))


def test_a_bootstrap_of_the_mean_has_its_standard_error_and_the_sample_first():
    values = np.random.default_rng(0).normal(3, 2, 50)
    weights = resampling_weights(50, "test")
    assert weights.shape == (1 + RESAMPLES, 50)
    assert weights.sum(axis=1) == pytest.approx(1)
    assert set(np.unique(np.round(weights * 50, 9))) <= set(range(10))  # whole numbers of copies
    assert (weights == resampling_weights(50, "test")).all()
    assert not (weights == resampling_weights(50, "other")).all()
    means = weights @ values
    assert means[0] == pytest.approx(values.mean())
    assert means[1:].std() == pytest.approx(values.std() / np.sqrt(50), rel=0.05)
    found, exact = percentile_estimate(means, 50), estimate(values)
    assert (found.mean, found.n) == (pytest.approx(values.mean()), 50)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.1 * (exact.high - exact.low))

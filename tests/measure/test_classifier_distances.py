"""KL, total variation and the two-sample test of Gaussians whose distances are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from sweetspot.measure.classifier_distances import classifier_distances, log_odds


def normal(n, d, seed=0, scale=1.0, shift=0.0):
    return shift + scale * np.random.default_rng(seed).standard_normal((n, d))


def distances(a, b, **units):
    return classifier_distances(*log_odds(a, b, **units))


def test_gaussians_that_differ_in_mean():
    found = distances(normal(3000, 2), normal(3000, 2, seed=1, shift=0.7))
    shift = 0.7 * np.sqrt(2)
    assert found.kl[0] == pytest.approx(shift**2 / 2, rel=0.15)
    assert found.total_variation[0] == pytest.approx(2 * stats.norm.cdf(shift / 2) - 1, rel=0.1)
    assert found.c2st[0] == pytest.approx(stats.norm.cdf(shift / 2), rel=0.03)


def test_gaussians_that_differ_in_variance_only():
    found = distances(normal(4000, 1), normal(4000, 1, seed=1, scale=1.6))
    p, q = stats.norm(0, 1), stats.norm(0, 1.6)
    variation = 0.5 * integrate.quad(lambda x: abs(p.pdf(x) - q.pdf(x)), -12, 12, limit=200)[0]
    assert found.kl[0] == pytest.approx(np.log(1.6) + 1 / (2 * 1.6**2) - 0.5, rel=0.15)
    assert found.total_variation[0] == pytest.approx(variation, rel=0.12)
    assert found.c2st[0] == pytest.approx((1 + variation) / 2, rel=0.04)


def test_the_exact_log_odds_give_the_exact_distances():
    a, b = normal(200_000, 1)[:, 0], normal(200_000, 1, seed=1, shift=1.0)[:, 0]
    found = classifier_distances(0.5 - a, 0.5 - b)
    assert found.kl[0] == pytest.approx(0.5, rel=0.01)
    assert found.total_variation[0] == pytest.approx(2 * stats.norm.cdf(0.5) - 1, rel=0.01)
    assert found.c2st[0] == pytest.approx(stats.norm.cdf(0.5), rel=0.01)


def test_two_halves_of_one_set_cannot_be_told_apart():
    found = distances(normal(400, 5), normal(400, 5, seed=1))
    assert found.c2st[0] == pytest.approx(0.5, abs=0.06)
    assert found.kl[0] < 0.02
    assert found.total_variation[0] < 0.2


def test_sets_of_other_sizes_are_balanced():
    found = distances(normal(3000, 2), normal(300, 2, seed=1, shift=0.7))
    assert found.c2st[0] == pytest.approx(stats.norm.cdf(0.7 * np.sqrt(2) / 2), rel=0.06)
    assert found.kl[0] == pytest.approx(0.49, rel=0.25)


def test_rows_of_a_unit_are_judged_together():
    """Ten copies of each of 30 rows: whoever has seen a copy knows the row."""
    units = np.repeat(np.arange(30), 10)
    a, b = normal(30, 20).repeat(10, axis=0), normal(30, 20, seed=1).repeat(10, axis=0)
    assert distances(a, b).c2st[0] > 0.8
    assert distances(a, b, units_a=units, units_b=units).c2st[0] < 0.65


def test_too_few_units_are_no_units():
    a, b = normal(50, 2), normal(50, 2, seed=1, shift=2)
    assert distances(a, b, units_a=np.zeros(50)).c2st[0] > 0.85


def test_counts_weigh_the_scores():
    odds_a, odds_b = np.array([1.0, -3.0]), np.array([-2.0, 0.0])
    found = classifier_distances(odds_a, odds_b, np.array([[1, 1], [2, 0]]), np.array([[1, 1], [0, 2]]))
    assert found.kl.tolist() == [0, 1]
    assert found.c2st.tolist() == [(0.5 + 0.75) / 2, (1 + 0.5) / 2]
    assert found.total_variation[1] == pytest.approx(np.tanh(0.5) / 2, rel=1e-12)


def test_equal_calls_give_equal_values():
    a, b = normal(40, 3), normal(40, 3, seed=1)
    assert np.array_equal(log_odds(a, b)[0], log_odds(a, b)[0])


def test_too_few_rows_are_refused():
    with pytest.raises(ValueError, match="5 rows or more"):
        log_odds(np.ones((4, 2)), np.ones((40, 2)))

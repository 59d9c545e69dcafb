"""Covariance matching from features to positions."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.select.covariance_matching import covariance_matching
from sweetspot.select.greedy import greedy


def features(seed, n, d):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) * np.linspace(2, 0.2, d) @ np.linalg.qr(rng.standard_normal((d, d)))[0] + 3


def distance(real, selected, ddof=0):
    goal, reached = np.cov(real.T, ddof=ddof), np.cov(selected.T, ddof=ddof)
    return np.linalg.norm(reached - goal) / np.linalg.norm(goal)


@pytest.mark.parametrize("convention", ["population", "sample"])
def test_with_all_components_it_is_greedy_on_the_features(convention):
    real, pool = features(0, 200, 5), features(1, 300, 5)
    found = covariance_matching(real, pool, 40, dimensions=5, convention=convention)
    about_mean, ddof = pool - real.mean(axis=0), int(convention == "sample")
    assert found.indices.tolist() == greedy(about_mean, np.cov(real.T, ddof=ddof), 40, convention).tolist()
    assert found.distance == pytest.approx(distance(real, pool[found.indices], ddof), rel=1e-9)
    assert (found.dimensions, found.indices.dtype) == (5, np.int64)


def test_it_comes_far_nearer_than_chance():
    real = features(0, 2000, 6)
    real, pool = real[::20], 1.3 * real
    found = covariance_matching(real, pool, 100)
    assert found.distance < distance(real, pool[:100]) / 20
    assert covariance_matching(real, pool, 100, swaps=3).distance < found.distance


@pytest.mark.parametrize(("n", "dimensions"), [(4, 3), (2, 1), (40, 8)])
def test_few_real_samples_have_few_components(n, dimensions):
    assert covariance_matching(features(0, n, 8), features(1, 50, 8), 5).dimensions == dimensions


def test_turn_shift_and_scale_of_both_are_no_matter():
    real, pool = features(0, 60, 6), features(1, 150, 6)
    turn = np.linalg.qr(np.random.default_rng(2).standard_normal((6, 6)))[0]
    plain = covariance_matching(real, pool, 30, dimensions=4, swaps=2)
    turned = covariance_matching(7 * real @ turn - 5, 7 * pool @ turn - 5, 30, dimensions=4, swaps=2)
    assert turned.indices.tolist() == plain.indices.tolist()
    assert turned.distance == pytest.approx(plain.distance, rel=1e-6)


def test_one_sample_has_no_covariance():
    found = covariance_matching(features(0, 20, 3), features(1, 9, 3), 1)
    assert found.distance == pytest.approx(1)
    assert covariance_matching(features(0, 20, 3), features(1, 9, 3), 1, first=4).indices.tolist() == [4]


def test_real_samples_that_are_all_the_same_are_refused():
    with pytest.raises(InputError, match="no covariance to match"):
        covariance_matching(np.full((5, 3), 0.1), features(1, 9, 3), 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"swaps": -1}, "swaps must be at least 0"),
        ({"dimensions": 0}, "dimensions must be at least 1"),
        ({"convention": "mean"}, "convention must be"),
        ({"first": 9}, "first must be from 0 to 8"),
    ],
)
def test_arguments_out_of_range_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        covariance_matching(features(0, 20, 3), features(1, 9, 3), 2, **change)

"""Exchanges lower the distance, as a naive search for them does, until none can."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.select.greedy import greedy
from sweetspot.select.moments import covariance
from sweetspot.select.swap import swap

CONVENTIONS = ["population", "sample"]


def case(seed, p, q):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((2 * q, q))
    return rng.standard_normal((p, q)) * rng.uniform(0.3, 2, q) + rng.standard_normal(q), root.T @ root / q


def distance(rows, target, order, convention):
    return np.linalg.norm(covariance(rows[order], convention) - target)


def naive_pass(rows, target, order, convention):
    """Every exchange from scratch."""
    order = list(order)
    for place in range(len(order)):
        left = np.setdiff1d(np.arange(len(rows)), order)
        trials = [[*order[:place], i, *order[place + 1 :]] for i in left]
        distances = [distance(rows, target, trial, convention) for trial in trials]
        if distances and min(distances) < distance(rows, target, order, convention):
            order = trials[int(np.argmin(distances))]
    return order


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(seed=st.integers(0, 10**6), p=st.integers(3, 30), q=st.integers(1, 5), data=st.data())
@settings(max_examples=25)
def test_a_pass_is_that_of_the_naive_search(convention, seed, p, q, data):
    rows, target = case(seed, p, q)
    order = np.random.default_rng(seed).permutation(p)[: data.draw(st.integers(2, min(p, 8)))]
    assert swap(rows, target, order, convention).tolist() == naive_pass(rows, target, order, convention)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_no_pass_increases_the_distance_and_the_last_leaves_none_to_lower_it(convention):
    rows, target = case(0, 300, 4)
    order = greedy(rows, target, 25, convention)
    distances = [
        distance(rows, target, swap(rows, target, order, convention, passes), convention) for passes in range(8)
    ]
    assert distances[1] < distances[0]
    assert np.all(np.diff(distances) <= 0)
    settled = swap(rows, target, order, convention, passes=100)
    assert naive_pass(rows, target, settled, convention) == settled.tolist()


def test_without_passes_or_alternatives_nothing_changes():
    rows, target = case(1, 12, 3)
    order = greedy(rows, target, 12)
    assert swap(rows, target, order[:5], passes=0).tolist() == order[:5].tolist()
    assert swap(rows, target, order).tolist() == order.tolist()
    assert swap(rows, target, order[:1]).tolist() == order[:1].tolist()


def test_copies_are_not_exchanged_for_each_other():
    rows, target = case(2, 6, 2)
    rows = np.repeat(rows, 4, axis=0)
    order = swap(rows, target, np.arange(8), passes=20)
    assert len(set(order.tolist())) == 8
    again = swap(rows, target, order, passes=20)
    assert again.tolist() == order.tolist()


def test_a_large_pool_of_every_scale():
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((2000, 6)) / rng.gamma(0.7, size=(2000, 1))
    target = np.diag([3.0, 1, 1, 0.5, 0.1, 0.01])
    order = greedy(rows, target, 40)
    refined = swap(rows, target, order)
    assert refined.tolist() == naive_by_moments(rows, target, order)


def naive_by_moments(rows, target, order):
    """A naive pass with all exchanges of a place at once, from sums."""
    order = np.array(order)
    for place in range(len(order)):
        kept = np.delete(order, place)
        sums, squares = rows[kept].sum(axis=0) + rows, rows[kept].T @ rows[kept] + rows[:, :, None] * rows[:, None]
        mean = sums / len(order)
        covariances = squares / len(order) - mean[:, :, None] * mean[:, None]
        distances = np.linalg.norm(covariances - target, axis=(1, 2))
        now = distances[order[place]]
        distances[order] = np.inf
        if distances.min() < now * (1 - 1e-12):
            order[place] = np.argmin(distances)
    return order.tolist()

"""The greedy order: reference numbers, and the picks of a naive search on whatever input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.select.conditioning import conditioned
from sweetspot.select.greedy import greedy
from sweetspot.select.moments import Moments

ROWS, COLUMNS = np.arange(200)[:, None], np.arange(6)
WAVES = np.sin(1.3 * ROWS * (COLUMNS + 1) + 0.7 * COLUMNS) * (1 + 0.5 * np.cos(0.9 * ROWS)) * np.linspace(2, 0.5, 6)
REFERENCE, TARGET = WAVES + 0.3, np.diag(np.linspace(1, 0.3, 6))
CONVENTIONS = ["population", "sample"]


def distances_by_definition(candidates, target, order, convention):
    """|np.cov - target|_F with each of the candidates added to those in `order`; inf for these."""
    distances = np.full(len(candidates), np.inf)
    for i in np.setdiff1d(np.arange(len(candidates)), order):
        covariance = np.cov(candidates[[*order, i]], rowvar=False, ddof=convention == "sample")
        distances[i] = np.linalg.norm(covariance.reshape(target.shape) - target)
    return distances


def by_definition(candidates, target, n, convention, first):
    """The naive greedy order, with every covariance from scratch."""
    order = [first]
    while len(order) < n:
        order.append(int(np.argmin(distances_by_definition(candidates, target, order, convention))))
    return order


def by_all_scores(candidates, target, n, convention, first):
    """The scores of all candidates left, without any bound: the same to the last bit where there are ties."""
    rows, goal = conditioned(candidates, target)
    moments, order = Moments(goal, convention), [first]
    moments.add(rows[first])
    while len(order) < n:
        scores = moments.step().scores(rows)
        scores[order] = np.inf
        order.append(int(np.argmin(scores)))
        moments.add(rows[order[-1]])
    return order


def random_case(seed, p, q, copies=1):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((p, q)) @ rng.standard_normal((q, q)) + rng.standard_normal(q)
    rows = np.repeat(rows, copies, axis=0)[rng.permutation(p * copies)]
    root = rng.standard_normal((2 * q, q))
    return rows, root.T @ root / q


@pytest.mark.parametrize(
    ("convention", "picks", "distance"),
    [
        ("population", [0, 116, 187, 5, 24, 61, 45, 75, 47, 169], 0.32523216),
        ("sample", [0, 58, 111, 100, 87, 5, 176, 51, 47, 148], 0.34183296),
    ],
)
def test_reference_order(convention, picks, distance):
    order = greedy(REFERENCE, TARGET, 30, convention, first=0)
    assert order[:10].tolist() == picks
    covariance = np.cov(REFERENCE[order], rowvar=False, ddof=convention == "sample")
    assert np.linalg.norm(covariance - TARGET) == pytest.approx(distance, abs=5e-9)
    assert order.tolist() == by_definition(REFERENCE, TARGET, 30, convention, 0)


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(
    seed=st.integers(0, 10**6),
    p=st.integers(2, 40),
    q=st.integers(1, 6),
    offset=st.sampled_from([0.0, 10.0, 1e4]),
)
@settings(max_examples=25)
def test_it_picks_what_covariances_from_scratch_pick(convention, seed, p, q, offset):
    rows, target = random_case(seed, p, q)
    first, n = seed % p, min(p, 12)
    order = greedy(rows + offset, target, n, convention, first)
    assert order.tolist() == by_definition(rows + offset, target, n, convention, first)


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(seed=st.integers(0, 10**6), p=st.integers(2, 12), q=st.integers(1, 4))
@settings(max_examples=20)
def test_of_copies_the_first_is_picked(convention, seed, p, q):
    rows, target = random_case(seed, p, q, copies=3)
    order = greedy(rows, target, 12 if p > 4 else 5, convention, first=0).tolist()
    for k in range(1, len(order)):
        distances = distances_by_definition(rows, target, order[:k], convention)
        # Other rows may be as good: {a, b, a} and {a, b, b} have one covariance.
        assert distances[order[k]] == pytest.approx(distances.min(), rel=1e-9)
        earlier_copies = np.flatnonzero(np.all(rows[: order[k]] == rows[order[k]], axis=1))
        assert set(earlier_copies) <= set(order[:k])


@st.composite
def cases(draw):
    """Candidates and a target of every kind that makes sums lose digits, ties frequent or bounds useless."""
    p, q = draw(st.integers(1, 60)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    kind = draw(st.sampled_from(["normal", "grid", "constant", "few rows", "near copies", "constant column"]))
    rows = rng.standard_normal((p, q))
    if kind == "grid":
        rows = rng.integers(-1, 2, (p, q)).astype(float)
    elif kind == "constant":
        rows = np.full((p, q), rng.standard_normal())
    elif kind == "few rows":
        rows = rows[rng.integers(0, min(p, 4), p)]
    elif kind == "near copies":
        rows = rows[:1] + 10.0 ** rng.integers(-16, 0) * rows
    elif kind == "constant column":
        rows[:, 0] = 3
    rows *= 10.0 ** (draw(st.sampled_from([0, 0, 3, 12])) * rng.uniform(-1, 1, q))
    if draw(st.booleans()):
        rows += 10.0 ** draw(st.integers(-3, 12))
    if draw(st.booleans()):
        rows[rng.integers(p)] *= 10.0 ** draw(st.integers(1, 40))
    root = rng.standard_normal((q + 1, q)) * 10.0 ** draw(st.sampled_from([0, 0, -6, 6]))
    target = root.T @ root * draw(st.sampled_from([0, 1]))
    exponent = draw(st.sampled_from([0, 0, 450, -450]))
    return np.ldexp(rows, exponent), np.ldexp(target, 2 * exponent)


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(case=cases(), data=st.data())
@settings(max_examples=100)
def test_no_bound_hides_the_best_candidate(convention, case, data):
    rows, target = case
    first = data.draw(st.integers(0, len(rows) - 1))
    n = data.draw(st.integers(1, len(rows)))
    order = greedy(rows, target, n, convention, first)
    assert order.tolist() == by_all_scores(rows, target, n, convention, first)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("shape", ["equal", "falling", "clusters", "heavy tails", "shifted"])
def test_a_larger_pool_is_searched_as_well(convention, shape):
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((1500, 12))
    if shape == "falling":
        rows /= np.arange(1, 13)
    elif shape == "clusters":
        rows = 0.01 * rows + rng.standard_normal((7, 12))[rng.integers(0, 7, 1500)]
    elif shape == "heavy tails":
        rows /= rng.gamma(0.5, size=(1500, 1))
    elif shape == "shifted":
        rows[:, 0] += rng.integers(0, 2, 1500) * 1e4
    target = np.cov(rng.standard_normal((50, 12)), rowvar=False)
    order = greedy(rows, target, 150, convention, first=5)
    assert order.tolist() == by_all_scores(rows, target, 150, convention, 5)


@given(seed=st.integers(0, 10**6), exponent=st.integers(-900, 900))
@settings(max_examples=30)
def test_a_power_of_two_as_the_unit_changes_nothing(seed, exponent):
    rows, target = random_case(seed, 30, 3)
    half = exponent // 2
    scaled = greedy(np.ldexp(rows, half), np.ldexp(target, 2 * half), 12, first=0)
    assert scaled.tolist() == greedy(rows, target, 12, first=0).tolist()


def test_the_order_begins_with_that_of_fewer_picks():
    rows, target = random_case(0, 60, 4)
    assert greedy(rows, target, 40)[:10].tolist() == greedy(rows, target, 10).tolist()


@pytest.mark.parametrize("exponent", [-1000, -700, 700, 1000])
def test_a_target_of_0_has_no_unit_of_its_own(exponent):
    rows, target = random_case(5, 60, 4)
    assert greedy(np.ldexp(rows, exponent), 0 * target, 20).tolist() == greedy(rows, 0 * target, 20).tolist()


def test_every_candidate_is_picked_once():
    rows, target = random_case(1, 60, 4, copies=2)
    assert sorted(greedy(rows, target, len(rows))) == list(range(len(rows)))


def test_the_first_is_the_nearest_to_the_origin_unless_given():
    rows, target = random_case(2, 60, 4)
    assert greedy(rows, target, 1)[0] == np.argmin(np.linalg.norm(rows, axis=1))
    assert greedy(rows, target, 1, first=7)[0] == 7


def test_progress_is_told_after_each_pick():
    told = []
    rows, target = random_case(3, 20, 2)
    greedy(rows, target, 5, progress=told.append)
    assert told == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 0}, "n must be from 1 to 20"),
        ({"n": 21}, "n must be from 1 to 20"),
        ({"first": 20}, "first must be from 0 to 19"),
        ({"target": np.eye(3)}, "the target"),
        ({"candidates": np.full((20, 2), np.nan)}, "finite"),
        ({"convention": "other"}, "convention must be population or sample"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change, message):
    rows, target = random_case(4, 20, 2)
    with pytest.raises(ValueError, match=message):
        greedy(**{"candidates": rows, "target": target, "n": 5} | change)

"""The search finds the candidate that scoring all of them finds, whatever comes, goes, moves and is rounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.select.candidate_search import CandidateSearch
from sweetspot.select.contenders import Contenders
from sweetspot.select.moments import Moments


def best_of_all(search, picked):
    scores = search.moments.step().scores(search.rows)
    scores[picked] = np.inf
    return int(np.argmin(scores))


def nearly_tied(rng, p, q, difference):
    """Rows of which many have scores that float32 does not tell apart."""
    return rng.standard_normal((5, q))[rng.integers(0, 5, p)] + difference * rng.standard_normal((p, q))


@given(
    seed=st.integers(0, 10**6),
    difference=st.sampled_from([1.0, 1e-3, 1e-5, 1e-7, 1e-9]),
    shift=st.sampled_from([0.0, 3.0, 300.0]),
    target=st.sampled_from([0.0, 1.0, 30.0]),
    convention=st.sampled_from(["population", "sample"]),
)
@settings(max_examples=60)
def test_it_finds_the_best_after_any_picks_and_returns(seed, difference, shift, target, convention):
    rng = np.random.default_rng(seed)
    p, q = 400, int(rng.integers(1, 8))
    rows = nearly_tied(rng, p, q, difference)
    # The centre of all stays where most are; picks among the others are far from it.
    rows[: p // 3, 0] += shift
    root = rng.standard_normal((q + 2, q))
    search = CandidateSearch(rows, target * root.T @ root / q, convention)
    picked = [int(rng.integers(p))]
    search.pick(picked[0])
    for _ in range(60):
        found = search.best()
        assert found == best_of_all(search, picked)
        if rng.random() < 0.25 and len(picked) > 2:
            search.put_back(picked.pop(int(rng.integers(len(picked)))))
        else:
            taken = found if rng.random() < 0.7 else int(rng.choice(np.setdiff1d(np.arange(p), picked)))
            picked.append(taken)
            search.pick(taken)


SHOWN = slice(120, None)


def follow(held, moments, row, sign=1):
    """One more sample, or with sign -1 one less."""
    if moments.count:
        share = sign * moments.count / (moments.count + sign)
        held.follow(row - moments.sum / moments.count, share, moments.magnitude())
    (moments.add if sign > 0 else moments.remove)(row)


def assert_bounds_are_below(held, step, centre, rows):
    """f(x) - u . E u in the longest numbers there are is above the bounds."""
    mean, unit = step.mean.astype(np.longdouble), np.longdouble(held.unit)
    form = step.divisor * step.gap.astype(np.longdouble) / unit**2
    d, u = (rows - mean) / unit, (mean - centre) / unit
    f = ((d @ form) * d).sum(axis=1) + step.divisor * step.weight / np.longdouble(2) * (d * d).sum(axis=1) ** 2
    assert np.all(held.bounds(step)[SHOWN] <= (f - u @ form @ u)[SHOWN])
    assert np.isfinite(held.bounds(step)[SHOWN]).all()


def some_far_from_most(rng, length, shift):
    """The first 150 rows are far from most; the second 60 mirror the first, and 30 more are about their mean."""
    rows = rng.standard_normal((2000, 4))
    rows[:60] *= length
    rows[0] *= 1e-3
    rows[60:120] = -rows[:60]
    rows[135:150] *= length
    rows[:150, 0] += shift
    return rows


@pytest.mark.parametrize("target", [0.0, 1.0, 1000.0])
@pytest.mark.parametrize("shift", [0.0, 1000.0])
@pytest.mark.parametrize("length", [1e-3, 1.0, 30.0])
def test_bounds_are_below_whatever_is_rounded(target, shift, length):
    rows, covariance = some_far_from_most(np.random.default_rng(0), length, shift), target * np.diag([1, 0.5, 0.2, 0.1])
    moments, held = Moments(covariance), Contenders(rows, covariance)
    for i in range(len(rows))[SHOWN]:
        held.show(i)
    for k in range(400):
        # Pairs on either side leave the mean where it is, so that no slack is for its moves.
        follow(held, moments, rows[k % 60])
        follow(held, moments, rows[60 + k % 60])
        if k == 0:
            held.refresh(moments.step())
            centre = moments.step().mean
        if k < 10 or k % 10 == 0:
            assert_bounds_are_below(held, moments.step(), centre, rows)


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("length", [1e-3, 1.0, 30.0])
def test_bounds_are_below_when_the_mean_moves_and_samples_go(target, length):
    rows, covariance = some_far_from_most(np.random.default_rng(0), length, 0), target * np.diag([1, 0.5, 0.2, 0.1])
    moments, held = Moments(covariance), Contenders(rows, covariance)
    for i in range(len(rows))[SHOWN]:
        held.show(i)
    for k in range(20):
        follow(held, moments, rows[k])
        follow(held, moments, rows[60 + k])
    held.refresh(moments.step())
    centre = moments.step().mean
    for k in range(18):
        # First pairs, of which only the share of one sample knows; then what moves the mean.
        follow(held, moments, rows[k], sign=-1)
        follow(held, moments, rows[60 + k], sign=-1)
        assert_bounds_are_below(held, moments.step(), centre, rows)
    for k in range(20, 40):
        follow(held, moments, rows[k])
        assert_bounds_are_below(held, moments.step(), centre, rows)


def test_a_mean_that_moves_far_hides_nothing():
    rows = np.random.default_rng(0).standard_normal((500, 3))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[:2] = [[0, 0, 0], [100, 0, 0]]
    search, picked = CandidateSearch(rows, 1e6 * np.eye(3), "population"), [0, 1]
    search.pick(0)
    assert search.best() == best_of_all(search, picked[:1])
    search.pick(1)
    assert search.best() == best_of_all(search, picked)


def test_few_candidates_are_looked_at():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((5000, 8))
    search = CandidateSearch(rows, np.cov(rows[:100], rowvar=False), "population")
    search.pick(0)
    for _ in range(200):
        search.pick(search.best())
    assert len(search._contenders.of(search.moments.step())) < 250


def test_numbers_beyond_float32_are_left_to_float64():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((50, 3))
    rows[7] *= 1e30
    rows[9] *= 1e9
    search = CandidateSearch(rows, np.eye(3), "population")
    picked = [7]
    search.pick(7)
    while len(picked) < len(rows):
        picked.append(best_of_all(search, picked))
        assert search.best() == picked[-1]
        search.pick(picked[-1])


def test_far_candidates_compete_with_near_ones():
    rows = np.random.default_rng(0).standard_normal((200, 2))
    rows[[7, 90]] *= 1e6
    search, picked = CandidateSearch(rows, 1e13 * np.eye(2), "population"), [0]
    search.pick(0)
    for _ in range(30):
        picked.append(best_of_all(search, picked))
        assert search.best() == picked[-1]
        search.pick(picked[-1])
    assert set(picked[1:3]) == {7, 90}


def test_what_is_hidden_is_no_contender():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((30, 2))
    search = CandidateSearch(rows, np.eye(2), "sample")
    search.pick(0)
    held = Contenders(rows, np.eye(2))
    for i in (3, 4):
        held.show(i)
    step = search.moments.step()
    assert set(held.of(step)) <= {3, 4}
    held.hide(4)
    assert held.of(step).tolist() == [3]
    held.show(4)
    assert 4 in held.of(step) or step.scores(rows[[4]]) > step.scores(rows[[3]])
    held.hide(3)
    held.hide(4)
    assert held.of(step).size == 0

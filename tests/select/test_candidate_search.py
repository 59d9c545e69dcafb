"""The search finds the candidate that scoring all of them finds, whatever comes, goes, moves and is rounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.select import contenders
from sweetspot.select.candidate_search import CandidateSearch
from sweetspot.select.contenders import Contenders


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


@pytest.mark.parametrize("target", [0.0, 1.0, 1000.0])
@pytest.mark.parametrize("length", [1e-3, 1.0, 30.0])
def test_roundings_of_a_thousand_picks_hide_nothing(monkeypatch, target, length):
    # Without a second look at anything, bounds get looser from the first pick on.
    monkeypatch.setattr(contenders, "REFRESH", np.inf)
    rng = np.random.default_rng(0)
    rows = nearly_tied(rng, 500, 4, 1e-6)
    common = length * rng.standard_normal((1000, 4))
    search = CandidateSearch(
        np.concatenate([rows, common, -common]), target * np.diag([1, 0.5, 0.2, 0.1]), "population"
    )
    for i in range(1000):
        # Pairs on either side leave the mean at 0.
        search.pick(500 + i)
        search.pick(1500 + i)
        if i % 100 == 0 or i > 990:
            picked = [*range(500, 501 + i), *range(1500, 1501 + i)]
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

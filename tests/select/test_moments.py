"""Moments of picked samples, and the score of one more, against covariances from scratch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.select.moments import Moments, covariance

CONVENTIONS = ["population", "sample"]


def rows_and_target(seed, n, q):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, q)) + 1, np.diag(rng.uniform(0, 2, q))


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 20), q=st.integers(1, 6))
def test_the_score_is_what_the_squared_distance_gains_over_the_gap(convention, seed, n, q):
    rows, target = rows_and_target(seed, n, q)
    moments = Moments(target, convention)
    for row in rows[:-1]:
        moments.add(row)
    step = moments.step()
    squared = np.linalg.norm(covariance(rows, convention) - target) ** 2
    assert np.linalg.norm(step.gap) ** 2 + step.scores(rows[-1:])[0] == pytest.approx(squared, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_removal_undoes_addition(convention):
    rows, target = rows_and_target(0, 10, 3)
    moments, fewer = Moments(target, convention), Moments(target, convention)
    for row in rows:
        moments.add(row)
    for row in rows[4:]:
        fewer.add(row)
    for row in rows[:4]:
        moments.remove(row)
    assert moments.count == 6
    assert moments.step().scores(rows) == pytest.approx(fewer.step().scores(rows), rel=1e-9)


@pytest.mark.parametrize("q", [1, 2, 3, 7, 8, 9, 16, 31, 32, 33, 130])
def test_a_row_has_the_same_score_to_the_last_bit_wherever_it_stands(q):
    rows, target = rows_and_target(q, 300, q)
    moments = Moments(target)
    for row in rows[:7]:
        moments.add(row)
    step = moments.step()
    together = step.scores(rows)
    assert step.scores(rows[3:200])[50] == together[53]
    assert [step.scores(rows[[i]])[0] for i in range(len(rows))] == together.tolist()
    assert step.scores(np.asfortranarray(rows)).tolist() == together.tolist()


@given(seed=st.integers(0, 10**6), n=st.integers(1, 50), q=st.integers(1, 40), exponent=st.integers(-30, 30))
def test_scores_by_a_product_are_within_their_doubt(seed, n, q, exponent):
    rows, target = rows_and_target(seed, n, q)
    rows = rows * 10.0 ** (exponent / 10) - 1
    moments = Moments(target)
    for row in rows[:5]:
        moments.add(row)
    scores, doubt = moments.step().bounded_scores(rows)
    assert np.all(np.abs(scores - moments.step().scores(rows)) <= doubt)
    assert np.all(doubt <= 1e-10 * (1 + np.abs(scores).max()))


def test_the_sample_convention_is_that_of_numpy():
    rows, _ = rows_and_target(1, 9, 4)
    assert covariance(rows, "sample") == pytest.approx(np.cov(rows.T))
    assert covariance(rows) == pytest.approx(np.cov(rows.T) * 8 / 9)


def test_without_samples_there_is_no_step():
    with pytest.raises(ValueError, match="without a first sample"):
        Moments(np.eye(2)).step()


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="convention must be population or sample, not 'mean'"):
        Moments(np.eye(2), "mean")

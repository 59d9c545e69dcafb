"""Appendix D: the traditional bounds have no optimum in between."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from sweetspot.theory import traditional_bound as bound

COUNTS = np.concatenate([[0], np.geomspace(1e-4, 1e8, 400), [np.inf]])
ENDS = (bound.separate_bound, bound.concatenated_bound)


def test_reference_numbers():
    # n = 100, C = 1, so V = 0.1
    assert bound.endpoint_optimum(100, 1, 0.2) == 0
    assert bound.endpoint_optimum(100, 1, 0.05) == math.inf
    assert bound.best_share(300, 100, 1, 0.05) == pytest.approx(0.5419874264155391, rel=1e-10)
    assert bound.balance(100, 1, 0.2) == pytest.approx(64.03882032022075, rel=1e-10)


def test_hump_of_the_separate_bound():
    rho = np.linspace(0, 1, 100_001)
    values = bound.separate_bound(rho * 100, 100, 1, 0) / 0.1
    assert values.max() == pytest.approx((1 + math.sqrt(2)) / 2, rel=1e-8)
    assert rho[np.argmax(values)] == pytest.approx((math.sqrt(2) - 1) ** 2, abs=1e-3)


@given(st.integers(1, 10**5), st.floats(0.01, 100), st.floats(0, 3))
def test_no_number_in_between_is_better_than_both_ends(n, complexity, relative_bias):
    bias = relative_bias * complexity / math.sqrt(n)
    best = bound.endpoint_optimum(n, complexity, bias)
    for function in ENDS:
        values = function(COUNTS, n, complexity, bias)
        assert np.all(values >= function(best, n, complexity, bias) * (1 - 1e-12))
        assert values[0] == pytest.approx(complexity / math.sqrt(n))
        assert values[-1] == pytest.approx(bias, abs=1e-12)


def test_variance_and_bias_balance():
    m = bound.balance(100, 1, 0.2)
    variance = bound.concatenated_bound(m, 100, 1, 0)
    assert bound.concatenated_bound(m, 100, 1, 0.2) == pytest.approx(2 * variance)
    assert bound.balance(100, 1, 0) == math.inf


@given(st.integers(1, 1000), st.floats(0.1, 10), st.floats(0, 1.5), st.floats(0.1, 1e5))
def test_best_share_is_the_minimum(n, complexity, relative_bias, m):
    bias = relative_bias * complexity / math.sqrt(n)
    share = bound.best_share(m, n, complexity, bias)
    smallest = bound.weighted_bound(share, m, n, complexity, bias)
    assert smallest == bound.best_weighted_bound(m, n, complexity, bias)
    found = minimize_scalar(
        lambda a: float(bound.weighted_bound(a, m, n, complexity, bias)), bounds=(0, 1), method="bounded"
    )
    assert smallest <= found.fun * (1 + 1e-9)


def test_the_free_share_never_loses_by_more_data():
    for bias in (0, 0.05, 0.0999, 0.1, 0.3):
        values = bound.best_weighted_bound(COUNTS, 100, 1, bias)
        assert np.all(np.diff(values) <= 1e-15)
        assert values[0] == pytest.approx(0.1)
        assert values[-1] == pytest.approx(min(0.1, bias), abs=1e-12)
    # Without a bias it weights every sample alike.
    assert bound.best_share(300, 100, 1, 0) == pytest.approx(0.75)
    assert bound.best_share(np.array([0, np.inf]), 100, 1, 0.05) == pytest.approx([0, 1])
    assert bound.best_share(np.inf, 100, 1, 0.2) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bound.separate_bound(-1, 10, 1, 1), "m must"),
        (lambda: bound.concatenated_bound(1, 0, 1, 1), "n must"),
        (lambda: bound.weighted_bound(1.5, 1, 10, 1, 1), "share"),
        (lambda: bound.endpoint_optimum(10, 1, -1), "bias"),
        (lambda: bound.balance(10, 0, 1), "complexity"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""Theorems 3.1 and 5.2: constant, shape, optimum and its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.theory import stability_bound as bound

LAMBDAS = np.geomspace(1e-6, 1e6, 2001)


def test_constant_from_its_parts():
    # G [8 G (4L)^d/(c mu)]^{1/(d+1)} = 3 (8 * 3 * 4/(0.5 * 2))^{1/2}
    assert bound.stability_constant(3, 1, 2, 0.5, 1) == pytest.approx(3 * math.sqrt(96), rel=1e-12)
    # Twice the gradient bound: 2^{1 + 1/(d+1)} times the constant.
    assert bound.stability_constant(6, 1, 2, 0.5, 3) == pytest.approx(
        2**1.25 * bound.stability_constant(3, 1, 2, 0.5, 3), rel=1e-12
    )


@pytest.mark.parametrize(
    ("distance", "expected"), [(0.02, 14400.66664352205), (0.1, 576.6660890765834), (1, 6.37782043)]
)
def test_reference_optima(distance, expected):
    assert bound.gap_optimum(16, 1, distance, 1, 100) == pytest.approx(expected, rel=1e-9)


def test_reference_optimum_under_domain_shift():
    assert bound.shift_gap_optimum(16, 1, 0.9, 1, 1, 100) == pytest.approx(576.6660890765838, rel=1e-9)


@given(
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.floats(0.5, 12),
    st.integers(1, 10**6),
)
def test_one_minimum_where_the_closed_form_says(log_constant, log_distance, dimension, n):
    constant, distance = 10.0**log_constant, 10.0**log_distance
    best = bound.gap_optimum(constant, 1, distance, dimension, n)
    exponent = 1 / (dimension + 1)
    level = constant * n**-exponent
    if math.isfinite(best):
        right = level * (exponent * best ** (-exponent - 1) + (1 + exponent) * best**-exponent)
        assert right == pytest.approx(distance, rel=1e-6)
    # Differences, since far from the optimum the bound itself is flat to the last digit.
    values = bound.gap_bound(constant, 1, distance, dimension, n, LAMBDAS)
    slope = np.diff(values)
    tolerance = 1e-12 * values.max()
    assert np.all(slope[LAMBDAS[1:] <= best] <= tolerance)
    assert np.all(slope[LAMBDAS[:-1] >= best] >= -tolerance)


def test_limits_of_the_optimum():
    for distance in (1e-9, 1e9):
        large, small = bound.optimum_asymptotes(16, 1, distance, 2, 100)
        best = bound.gap_optimum(16, 1, distance, 2, 100)
        assert best >= max(large, small)
        assert best == pytest.approx(large if distance < 1 else small, rel=2e-3)
    large, _ = bound.optimum_asymptotes(16, 0.5, 1e-3, 2, 100)
    assert large == pytest.approx((4 * 16 / (3 * 0.5 * 1e-3)) ** 3 / 100, rel=1e-12)


def test_optimum_falls_with_distance_and_with_real_data():
    by_distance = [bound.gap_optimum(16, 1, w, 1, 100) for w in np.geomspace(1e-3, 1e3, 30)]
    by_number = [bound.gap_optimum(16, 1, 0.1, 1, n) for n in (10, 100, 1000, 10_000)]
    assert np.all(np.diff(by_distance) < 0)
    assert np.all(np.diff(by_number) < 0)


def test_no_distance_means_all_synthetic():
    assert bound.gap_optimum(16, 1, 0, 1, 100) == math.inf
    values = bound.gap_bound(16, 1, 0, 1, 100, np.array([1e-3, 1, 1e3, np.inf]))
    assert np.all(np.diff(values) < 0)
    assert values[-1] == 0
    # The synthetic data are nearer to the target than the source is.
    assert bound.shift_gap_optimum(16, 1, 1, 1, 1, 100) == math.inf
    assert bound.shift_gap_optimum(16, 1, 1, 0.5, 1, 100) == math.inf


def test_shift_adds_a_constant_and_moves_the_distance():
    for source, generator in ((0.3, 0.8), (0.5, 0.2)):
        shifted = bound.shift_gap_bound(16, 2, source, generator, 1, 100, LAMBDAS)
        rest = bound.stability(16, 1, 100, LAMBDAS) + 2 * (generator - source) * LAMBDAS
        np.testing.assert_allclose(shifted, 2 * source + rest / (1 + LAMBDAS), rtol=1e-9)
    no_source = bound.shift_gap_bound(16, 2, 0, 0.8, 1, 100, LAMBDAS)
    np.testing.assert_array_equal(no_source, bound.gap_bound(16, 2, 0.8, 1, 100, LAMBDAS))


def test_distances_and_ratios_broadcast():
    distances = np.array([[0.0], [0.1], [2.0]])
    values = bound.gap_bound(16, 1, distances, 1, 100, LAMBDAS)
    assert values.shape == (3, LAMBDAS.size)
    np.testing.assert_array_equal(values[1], bound.gap_bound(16, 1, 0.1, 1, 100, LAMBDAS))
    assert bound.gap_bound(16, 1, 2.0, 1, 100, np.inf) == pytest.approx(2.0)


def test_the_stability_of_a_mean_is_below_its_bound():
    # Mean estimation, f(x) = b with |b| <= 1 and squared loss: G = 4, mu = 2, and Q uniform on [0, 1] gives c = 1,
    # d = 1; L may be anything above 0. One label moved from -1 to 1 moves b by (1 - w) 2/N.
    n, lambdas = 50, np.geomspace(1e-2, 1e2, 20)
    moved = 2 / n / (1 + lambdas)
    change = 4 * moved
    constant = bound.stability_constant(4, 1, 2, 1, 1)
    assert np.all(change <= bound.stability(constant, 1, n, lambdas))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bound.gap_bound(0, 1, 1, 1, 10, [1.0]), "constant"),
        (lambda: bound.gap_bound(1, 1, 1, 0, 10, [1.0]), "dimension"),
        (lambda: bound.gap_bound(1, 1, -1, 1, 10, [1.0]), "distances"),
        (lambda: bound.gap_bound(1, 1, 1, 1, 10, [0.0]), "lambda"),
        (lambda: bound.gap_optimum(1, 1, -1, 1, 10), "distance"),
        (lambda: bound.stability_constant(1, 1, 0, 1, 1), "strong_convexity"),
        (lambda: bound.optimum_asymptotes(1, 1, 0, 1, 10), "distance"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()

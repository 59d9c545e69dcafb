"""The Fréchet distance against closed forms and against scipy's matrix root, as pytorch-fid uses it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg

from sweetspot.measure.frechet import bures_wasserstein, frechet_distance, frechet_of_moments, moments


def correlated(n, d, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) / np.sqrt(d) + rng.standard_normal(d)


def by_matrix_root(a, b):
    """As pytorch-fid computes it."""
    difference = a.mean(0) - b.mean(0)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(cov_a @ cov_b).real
    return difference @ difference + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(root)


@pytest.mark.parametrize(("n_a", "n_b", "d"), [(200, 300, 20), (60, 50, 40), (500, 100, 64)])
def test_it_agrees_with_the_matrix_root(n_a, n_b, d):
    a, b = correlated(n_a, d, 0), correlated(n_b, d, 1)
    assert frechet_distance(a, b) == pytest.approx(by_matrix_root(a, b), rel=1e-8)


@pytest.mark.parametrize(("n_a", "n_b"), [(20, 30), (30, 20), (20, 200), (200, 20), (33, 33), (32, 40)])
def test_fewer_rows_than_features_agree_with_the_covariances(n_a, n_b):
    a, b = correlated(n_a, 32, 0), correlated(n_b, 32, 1)
    by_eigenvalues = np.sqrt(np.abs(linalg.eigvals(moments(a)[1] @ moments(b)[1]))).sum()
    (mean_a, cov_a), (mean_b, cov_b) = moments(a), moments(b)
    expected = np.sum((mean_a - mean_b) ** 2) + np.trace(cov_a + cov_b) - 2 * by_eigenvalues
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(a, b) == pytest.approx(frechet_of_moments(*moments(a), *moments(b)), rel=1e-7)


@given(
    means=st.lists(st.floats(-5, 5), min_size=3, max_size=3),
    deviations=st.lists(st.floats(0, 3), min_size=6, max_size=6),
)
def test_gaussians_with_common_axes(means, deviations):
    s, t = np.array(deviations[:3]), np.array(deviations[3:])
    expected = np.sum(np.square(means)) + np.sum((s - t) ** 2)
    turn = linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    value = frechet_of_moments(np.zeros(3), turn @ np.diag(s**2) @ turn.T, turn @ means, turn @ np.diag(t**2) @ turn.T)
    assert value == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_one_dimension_is_the_difference_of_means_and_deviations():
    a, b = np.array([[0.0], [2], [4]]), np.array([[1.0], [1], [7], [11]])
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-12)
    assert bures_wasserstein(a, b) == pytest.approx(np.sqrt(expected), rel=1e-12)


@pytest.mark.parametrize("n", [10, 100])
def test_equal_sets_have_distance_zero_even_with_features_that_never_vary(n):
    a = correlated(n, 20, 0)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-12)
    a[:, 3] = 7
    a[:, 4] = a[:, 5]
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(a, a[::-1]) == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("n", [10, 100])
def test_symmetry_shift_and_scale(n):
    a, b = correlated(n, 20, 0), correlated(n + 5, 20, 1)
    value = frechet_distance(a, b)
    assert frechet_distance(b, a) == pytest.approx(value, rel=1e-9)
    assert frechet_distance(a + 3, b + 3) == pytest.approx(value, rel=1e-9)
    assert frechet_distance(5 * a, 5 * b) == pytest.approx(25 * value, rel=1e-9)
    assert frechet_distance(a, a + np.full(20, 0.5)) == pytest.approx(20 * 0.25, rel=1e-9)
    assert bures_wasserstein(a, b) ** 2 == pytest.approx(value, rel=1e-12)


def test_features_that_are_no_features_are_refused():
    good = np.ones((4, 3))
    for bad in (np.ones(4), np.ones((4, 2)), np.ones((1, 3)), np.full((4, 3), np.nan), np.ones((4, 0))):
        with pytest.raises(ValueError, match=r"feature|rows"):
            frechet_distance(good, bad)

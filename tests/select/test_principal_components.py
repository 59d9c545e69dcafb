"""Principal components of real features as coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.select.principal_components import fit_components


def features(n, d, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + 5


@pytest.mark.parametrize(("n", "d"), [(40, 10), (10, 40), (10, 10), (2, 3)])
def test_all_components_keep_the_covariance(n, d):
    real = features(n, d)
    components = fit_components(real, 1000)
    assert components.dimensions == min(n - 1, d)
    found = components.project(real) * components.unit
    assert found.mean(axis=0) == pytest.approx(0, abs=1e-9)
    covariance = np.cov(found.T).reshape(components.dimensions, -1)
    eigenvalues = np.sort(np.linalg.eigvalsh(np.cov(real.T)))[::-1][: components.dimensions]
    assert covariance == pytest.approx(np.diag(eigenvalues), rel=1e-8, abs=1e-8 * eigenvalues[0])


def test_fewer_components_are_the_first_ones():
    real = features(50, 8)
    all_of_them, few = fit_components(real, 8), fit_components(real, 3)
    assert np.array_equal(few.axes, all_of_them.axes[:, :3])


def test_directions_without_variance_are_left_out():
    real = features(30, 4) @ np.eye(4, 9)
    assert fit_components(real + 1e6, 9).dimensions == 4
    with pytest.raises(InputError, match="all real samples have the same features"):
        fit_components(np.full((6, 3), 0.1), 3)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_scale_is_no_matter(scale):
    real = features(30, 4)
    plain, scaled = fit_components(real, 2), fit_components(real * scale, 2)
    assert np.abs(scaled.axes) == pytest.approx(np.abs(plain.axes), abs=1e-9)
    ratio = plain.unit * scale / scaled.unit
    assert np.abs(scaled.project(real * scale)) == pytest.approx(
        np.abs(plain.project(real)) * ratio, rel=1e-8, abs=1e-9
    )


def test_equal_rows_have_equal_coordinates_to_the_last_bit():
    pool = np.repeat(features(101, 7), 3, axis=0)[np.random.default_rng(0).permutation(303)]
    found = fit_components(features(30, 7), 5).project(pool)
    _, first, group = np.unique(pool, axis=0, return_index=True, return_inverse=True)
    assert np.array_equal(found, found[first[group.ravel()]])


def test_no_component_is_an_error():
    with pytest.raises(ValueError, match="dimensions must be at least 1, not 0"):
        fit_components(features(5, 2), 0)

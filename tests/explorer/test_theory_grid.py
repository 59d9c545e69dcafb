"""The grid holds what `sweetspot.theory` gives, for every value of every slider."""

from __future__ import annotations

import base64
import itertools

import numpy as np
import pytest

from sweetspot.explorer.theory_grid import EXPONENT, TERMS, theory_grid
from sweetspot.theory.kernel_bounds import generator_distance, optima, risk_bound, squared_rkhs_norm, tight_bound
from sweetspot.theory.kernel_risk import deterministic_equivalent
from sweetspot.theory.sine_design import eigenvalues

AXES = {"noises": (0.2, 1.0), "distances": (0.0, 0.3, 10.0), "decays": (1.0, 3.0), "samples": (30, 1000)}


@pytest.fixture(scope="module")
def grid():
    return theory_grid(**AXES)


def values(grid, name):
    shape = (2, 3, 2, 2, len(grid["ratios"]))
    return 10 ** (np.frombuffer(base64.b64decode(grid["curves"][name]), "<i2") / 1000).reshape(shape)


def cells():
    return itertools.product(*(enumerate(axis) for axis in AXES.values()))


def setting(distance, decay):
    mu = eigenvalues(decay, TERMS)
    series = mu**EXPONENT
    return mu, series * np.sqrt(distance / generator_distance(mu, series))


def test_curves_are_those_of_the_theory(grid):
    ratios = np.array(grid["ratios"])
    for (a, noise), (b, distance), (c, decay), (d, samples) in cells():
        mu, series = setting(distance, decay)
        expected = {
            "bound": risk_bound(distance, decay, np.sum(mu**2), noise**2, samples, ratios),
            "tight": tight_bound(squared_rkhs_norm(mu, series), decay, noise**2, samples, ratios),
            "risk": deterministic_equivalent(mu, series, noise**2, samples, ratios),
        }
        for name, curve in expected.items():
            np.testing.assert_allclose(values(grid, name)[a, b, c, d], curve, rtol=2e-3, err_msg=name)


def test_optima_are_those_of_the_theory(grid):
    found = {name: np.array(each, dtype=float).reshape(2, 3, 2, 2) for name, each in grid["optima"].items()}
    for (a, noise), (b, distance), (c, decay), (d, samples) in cells():
        if distance == 0:
            assert all(np.isnan(each[a, b, c, d]) for each in found.values())  # null: infinite
            continue
        mu, series = setting(distance, decay)
        expected = optima(mu, series, decay, noise**2, samples)
        assert found["bound"][a, b, c, d] == pytest.approx(expected["bound"], rel=1e-4)
        assert found["tight"][a, b, c, d] == pytest.approx(expected["tight"], rel=1e-4)
        # The risk's is that of a grid, which ends at 1e-3.
        best = max(expected["deterministic_equivalent"], 1e-3)
        assert found["risk"][a, b, c, d] == pytest.approx(best, rel=0.04)


def test_the_bounds_bound_the_risk_of_many_samples(grid):
    for name in ("bound", "tight"):
        assert np.all(values(grid, name)[..., 1, :] >= 0.9 * values(grid, "risk")[..., 1, :])

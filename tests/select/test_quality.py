"""Measures of a selection against closed forms and limits."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.measure.frechet import frechet_distance
from sweetspot.select import quality as module
from sweetspot.select.principal_components import fit_components
from sweetspot.select.quality import manifold_share, quality


def quality_of(real, selected):
    return quality(real, selected, fit_components(real, 32))


def features(seed, n=80, d=4):
    return np.random.default_rng(seed).standard_normal((n, d)) + 1


def test_the_real_samples_themselves_are_perfect():
    real = features(0)
    found = quality_of(real, real[::-1])
    assert found.covariance_distance == pytest.approx(0, abs=1e-12)
    assert found.frechet == pytest.approx(0, abs=1e-9)
    assert found.diversity == pytest.approx(1)
    assert manifold_share(real, real[::-1]) == 1


def test_a_selection_of_another_scale():
    real = features(0)
    found = quality_of(real, 3 * real)
    assert found.covariance_distance == pytest.approx(8)
    assert found.diversity == pytest.approx(9)
    assert found.frechet == pytest.approx(frechet_distance(real, 3 * real), rel=1e-9)


def test_one_sample_over_and_over_is_precise_but_neither_diverse_nor_complete():
    real = features(0)
    selected = np.repeat(real[:1], 10, axis=0)
    found = quality_of(real, selected)
    assert found.diversity == pytest.approx(0, abs=1e-12)
    assert found.covariance_distance == pytest.approx(1)
    assert (manifold_share(real, selected), manifold_share(selected, real)) == (1, 1 / 80)


def test_far_away_samples_are_neither_precise_nor_complete():
    real, selected = features(0), features(1) + 100
    assert (manifold_share(real, selected), manifold_share(selected, real)) == (0, 0)


def test_the_manifold_reaches_to_the_third_neighbour(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_VALUES", 8)
    reference = np.array([[0.0], [1], [3], [4]])
    # Radii 4, 3, 3 and 4: the manifold is [-4, 8].
    assert manifold_share(reference, np.array([[-4.0], [-4.1], [8], [8.1], [2]])) == 0.6


def test_three_samples_have_no_third_neighbour():
    assert np.isnan(manifold_share(features(0, 3), features(1)))


def test_a_single_sample_is_refused():
    with pytest.raises(InputError, match="one selected sample has no covariance"):
        quality_of(features(0), features(1, 1))

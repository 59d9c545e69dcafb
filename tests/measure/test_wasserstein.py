"""Exact and sliced Wasserstein distances against closed forms, POT and brute force."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import ot
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sweetspot.measure import wasserstein as module
from sweetspot.measure.bootstrap import draw_counts
from sweetspot.measure.wasserstein import sliced_wasserstein_distances, wasserstein_distances
from sweetspot.streams import numpy_stream


def normal(n, d, seed=0, scale=1.0, shift=0.0):
    return shift + scale * np.random.default_rng(seed).standard_normal((n, d))


def exact(a, b):
    return wasserstein_distances(a, b)[0]


def sliced(a, b, projections=50):
    return sliced_wasserstein_distances(a, b, projections)[0]


def test_the_exact_distance_is_the_best_pairing():
    a, b = normal(5, 3), normal(5, 3, seed=1)
    best = min(np.mean(np.sum((a - b[list(order)]) ** 2, axis=1)) for order in itertools.permutations(range(5)))
    assert exact(a, b) == pytest.approx(np.sqrt(best), rel=1e-12)


@given(
    a=st.lists(st.floats(-10, 10), min_size=2, max_size=7),
    b=st.lists(st.floats(-10, 10), min_size=2, max_size=7),
)
def test_in_one_dimension_both_are_the_distance_of_quantiles(a, b):
    levels = (np.arange(420) + 0.5) / 420  # 420 is a multiple of 2 ... 7
    quantiles = [np.sort(each)[(levels * len(each)).astype(int)] for each in (a, b)]
    expected = np.sqrt(np.mean((quantiles[0] - quantiles[1]) ** 2))
    columns = np.array(a)[:, None], np.array(b)[:, None]
    assert exact(*columns) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert sliced(*columns, projections=3) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_gaussians_in_one_dimension():
    levels = (np.arange(300) + 0.5) / 300
    a, b = stats.norm.ppf(levels)[:, None], 2 + 3 * stats.norm.ppf(levels)[:, None]
    assert exact(a, b) == pytest.approx(np.sqrt(4 + 4), rel=0.02)
    assert sliced(a, b) == pytest.approx(np.sqrt(4 + 4), rel=0.02)


def test_a_shift_is_a_distance():
    a, shift = normal(60, 4), np.array([1.0, -2, 0, 2])
    assert exact(a, a + shift) == pytest.approx(3, rel=1e-9)
    # The mean of (w . s)^2 over the sphere is |s|^2 / d.
    assert sliced(a, a + shift, projections=4000) == pytest.approx(3 / 2, rel=0.03)


@pytest.mark.parametrize("distance", [exact, sliced])
def test_zero_for_equal_sets_symmetric_and_scales(distance):
    a, b = normal(40, 6), normal(30, 6, seed=1, scale=1.5, shift=0.5)
    assert distance(a, a[::-1]) == pytest.approx(0, abs=1e-7)
    assert distance(a, b) == pytest.approx(distance(b, a), rel=1e-9)
    assert distance(3 * a + 1, 3 * b + 1) == pytest.approx(3 * distance(a, b), rel=1e-9)


def test_the_sliced_distance_agrees_with_another_implementation():
    a, b = normal(50, 5), normal(70, 5, seed=1, scale=2)
    directions = numpy_stream("sliced Wasserstein/5", 0).standard_normal((30, 5))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    assert sliced(a, b, 30) == pytest.approx(ot.sliced_wasserstein_distance(a, b, projections=directions.T), rel=1e-9)


def test_chunks_change_nothing(monkeypatch):
    a, b = normal(50, 5), normal(70, 5, seed=1, scale=2)
    whole = sliced(a, b)
    monkeypatch.setattr(module, "CHUNK_VALUES", 7 * 120)
    assert sliced(a, b) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize(("n_a", "n_b", "units"), [(40, 40, 40), (40, 30, 10)])
def test_a_resample_by_counts_is_a_resample_of_rows(n_a, n_b, units):
    a, b = normal(n_a, 3), normal(n_b, 3, seed=1, scale=2)
    stream = numpy_stream("test", 0)
    counts_a, counts_b = (draw_counts(np.arange(n) % units, 5, stream) for n in (n_a, n_b))
    values = sliced_wasserstein_distances(a, b, 20, counts_a, counts_b)
    copies = [sliced(a.repeat(x, axis=0), b.repeat(y, axis=0), 20) for x, y in zip(counts_a, counts_b, strict=True)]
    assert values == pytest.approx(np.array(copies), rel=1e-9)


def test_the_linear_resamples_of_the_exact_distance_spread_as_new_samples_do():
    """The standard deviation over new samples from the same Gaussians, of which the bootstrap sees one."""
    fresh = [exact(normal(80, 2, seed=2 * s), normal(80, 2, seed=2 * s + 1, shift=1.5)) for s in range(60)]
    a, b = normal(80, 2, seed=1000), normal(80, 2, seed=1001, shift=1.5)
    stream = numpy_stream("test", 0)
    counts = draw_counts(np.arange(80), 200, stream), draw_counts(np.arange(80), 200, stream)
    values = wasserstein_distances(a, b, *counts)
    assert values[0] == pytest.approx(exact(a, b), rel=1e-12)
    assert np.std(values[1:]) == pytest.approx(np.std(fresh), rel=0.35)


def test_it_does_not_import_torch():
    code = "import sys, sweetspot.measure.wasserstein; sys.exit('torch' in sys.modules)"
    scripts = Path(module.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=scripts, check=False).returncode == 0


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="1 or more"):
        sliced(np.ones((3, 2)), np.ones((3, 2)), 0)
    with pytest.raises(ValueError, match="equal d"):
        exact(np.ones((3, 2)), np.ones((3, 3)))
    with pytest.raises(ValueError, match="counts must be"):
        wasserstein_distances(np.ones((3, 2)), np.ones((3, 2)), np.ones((1, 4)))

"""All distances together: names, intervals, ordering, and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.measure.distances import CLASSIFIED, GEOMETRIC, Effort, Features, distances, metrics_of
from sweetspot.measure.frechet import frechet_distance
from sweetspot.measure.kernel_distances import kernel_distances, median_distance
from sweetspot.measure.wasserstein import sliced_wasserstein_distances, wasserstein_distances

EFFORT = Effort(replicates=25, projections=20)
ALL = (*GEOMETRIC, *CLASSIFIED)


def normal(n, d, seed=0, scale=1.0, shift=0.0):
    values = shift + scale * np.random.default_rng(seed).standard_normal((n, d))
    return Features(values, np.arange(n))


def test_which_metrics_are_measured_on_which_features():
    assert metrics_of("rapsd") == ("rapsd",)
    assert metrics_of("pixels") == GEOMETRIC
    assert metrics_of("network") == metrics_of("clip") == ALL


@pytest.mark.parametrize("d", [3, 300])
def test_values_are_those_of_the_modules(d):
    a, b = normal(40, d), normal(30, d, seed=1, scale=1.5)
    found = distances(a, b, GEOMETRIC, EFFORT)
    assert found["frechet"].value == pytest.approx(frechet_distance(a.values, b.values), rel=1e-7)
    assert found["bures_wasserstein"].value == pytest.approx(np.sqrt(found["frechet"].value), rel=1e-9)
    assert found["wasserstein"].value == pytest.approx(wasserstein_distances(a.values, b.values)[0], rel=1e-9)
    assert found["sliced_wasserstein"].value == pytest.approx(
        sliced_wasserstein_distances(a.values, b.values, 20)[0], rel=1e-9
    )
    kernel = kernel_distances(a.values, b.values, median_distance(a.values))
    assert found["mmd"].value == pytest.approx(kernel.mmd[0], rel=1e-7)
    assert found["energy"].value == pytest.approx(kernel.energy[0], rel=1e-7)


@given(st.sampled_from(["scale", "shift"]), st.floats(0.2, 1.0))
@settings(max_examples=10)
def test_every_distance_orders_worse_and_worse_sets(way, step):
    a = normal(120, 4)
    worse = [normal(120, 4, seed=1, **{way: (1.0 if way == "scale" else 0.0) + k * step}) for k in range(1, 4)]
    found = [distances(a, b, GEOMETRIC, Effort(replicates=2)) for b in worse]
    for metric in GEOMETRIC:
        values = [each[metric].value for each in found]
        assert values[0] < values[1] < values[2], metric


def test_the_interval_is_around_the_value_and_within_bounds():
    for shift in (0.0, 5.0):
        found = distances(normal(50, 3), normal(50, 3, seed=1, shift=shift), ALL, EFFORT)
        for metric, interval in found.items():
            assert 0 <= interval.low <= interval.high, metric
            if metric in ("c2st", "total_variation"):
                assert interval.high <= 1
    assert found["frechet"].low < found["frechet"].value < found["frechet"].high


def test_slices_of_few_subjects_make_a_wide_interval():
    rng = np.random.default_rng(0)
    own = rng.standard_normal((10, 3)).repeat(12, axis=0) + 0.1 * rng.standard_normal((120, 3))
    b = normal(120, 3, seed=1, shift=3)
    width = {}
    for name, units in (("slices", np.arange(120)), ("subjects", np.repeat(np.arange(10), 12))):
        found = distances(Features(own, units), b, ["bures_wasserstein"], Effort(replicates=200))
        width[name] = found["bures_wasserstein"].high - found["bures_wasserstein"].low
    assert width["subjects"] > 1.5 * width["slices"]


def test_equal_calls_give_equal_intervals_and_another_seed_others():
    a, b = normal(30, 3), normal(30, 3, seed=1, shift=1)
    first = distances(a, b, ALL, EFFORT)
    assert distances(a, b, ALL, EFFORT) == first
    other = distances(a, b, ALL, Effort(replicates=25, projections=20, seed=1))
    assert other["frechet"].value == first["frechet"].value
    assert other["frechet"].low != first["frechet"].low


def test_unknown_metrics_and_features_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="unknown metric 'fid'"):
        distances(normal(9, 3), normal(9, 3), ["fid"], EFFORT)
    with pytest.raises(ValueError, match="equal d"):
        distances(normal(9, 3), normal(9, 4), ["frechet"], EFFORT)


def test_spectra_are_resampled_by_images():
    a, b = Features(np.array([[1.0], [3]]), np.arange(2)), Features(np.array([[5.0], [5]]), np.arange(2))
    found = distances(a, b, ["rapsd"], Effort(replicates=400))["rapsd"]
    assert found.value == 3
    # Means of two draws of 1 and 3: 1, 2, 3; so distances of 4, 3 and 2.
    assert (found.low, found.high) == pytest.approx((2, 4), abs=0.15)

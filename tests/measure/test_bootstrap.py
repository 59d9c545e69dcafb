"""Bootstrap intervals: which resamples there are, and how often the interval holds the truth."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.measure.bootstrap import bootstrap_interval, draw_counts, of_each_resample
from sweetspot.measure.frechet import bures_wasserstein
from sweetspot.streams import numpy_stream


def stream(seed=0):
    return numpy_stream("test", seed)


def test_the_sample_itself_comes_first_and_every_resample_has_its_size():
    counts = draw_counts(np.arange(30), 50, stream())
    assert counts.shape == (51, 30)
    assert np.all(counts[0] == 1)
    assert np.all(counts.sum(axis=1) == 30)
    assert len(np.unique(counts[1:], axis=0)) == 50


def test_rows_of_a_unit_are_drawn_together():
    units = np.array(["b", "a", "b", "c", "a", "b"])
    counts = draw_counts(units, 40, stream())
    for unit in "abc":
        mine = counts[:, units == unit]
        assert np.all(mine == mine[:, :1])
    assert np.all(counts[:, [0, 1, 3]].sum(axis=1) == 3)
    # Units have different sizes, so resamples have too.
    assert len(set(counts[1:].sum(axis=1))) > 1


def test_the_interval_has_the_spread_of_the_resamples_around_the_value():
    resampled = 100 + np.linspace(-1, 1, 2001)
    interval = bootstrap_interval(np.array([5.0, *resampled]))
    assert (interval.value, interval.low, interval.high) == pytest.approx((5, 4.05, 5.95), abs=1e-9)
    assert bootstrap_interval(np.array([0.1, *resampled])).low == 0


def test_an_interval_needs_resamples():
    with pytest.raises(ValueError, match="two or more resamples"):
        bootstrap_interval(np.array([1.0, 2.0]))


def test_rows_are_repeated_as_often_as_they_are_drawn():
    a, b = np.array([[1.0], [10]]), np.array([[100.0], [1000]])
    counts_a, counts_b = np.array([[1, 1], [2, 0]]), np.array([[1, 1], [0, 3]])
    sums = of_each_resample(lambda x, y: float(x.sum() + y.sum()), a, b, counts_a, counts_b)
    assert sums.tolist() == [1111, 3002]


@pytest.mark.parametrize("slices", [1, 4])
def test_the_interval_holds_a_known_distance_about_as_often_as_it_says(slices):
    """Gaussians N(0, 1) and N(2, 1.5^2) in 2 dimensions; W^2 = 8 + 0.5. Slices of a subject are nearly the same."""
    true = np.sqrt(8 + 0.5)
    subjects = 80
    units = np.repeat(np.arange(subjects), slices)
    held = []
    for seed in range(100):
        rng = np.random.default_rng(seed)

        def sample(mean, deviation, rng=rng):
            own = rng.standard_normal((subjects, 2)).repeat(slices, axis=0)
            return mean + deviation * (own + 0.01 * rng.standard_normal(own.shape))

        a, b = sample(0, 1), sample(2, 1.5)
        draws = stream(seed)
        counts_a, counts_b = draw_counts(units, 60, draws), draw_counts(units, 60, draws)
        interval = bootstrap_interval(of_each_resample(bures_wasserstein, a, b, counts_a, counts_b))
        held.append(interval.low <= true <= interval.high)
    assert np.mean(held) >= 0.87

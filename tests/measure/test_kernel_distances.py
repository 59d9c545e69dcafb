"""MMD and energy distance against the definition, scipy and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweetspot.measure import kernel_distances as module
from sweetspot.measure.bootstrap import draw_counts
from sweetspot.measure.kernel_distances import BANDWIDTHS, kernel_distances, median_distance
from sweetspot.streams import numpy_stream


def normal(n, d, seed=0, scale=1.0, shift=0.0):
    return shift + scale * np.random.default_rng(seed).standard_normal((n, d))


def naive_mmd(a, b, bandwidth):
    def kernel(x, y):
        squared = np.sum((x[:, None] - y[None]) ** 2, axis=-1)
        return np.mean([np.exp(-squared / (2 * (h * bandwidth) ** 2)) for h in BANDWIDTHS], axis=0).mean()

    return np.sqrt(kernel(a, a) + kernel(b, b) - 2 * kernel(a, b))


def test_mmd_is_the_definition():
    a, b = normal(20, 3), normal(31, 3, seed=1, scale=2)
    assert kernel_distances(a, b, 1.3).mmd[0] == pytest.approx(naive_mmd(a, b, 1.3), rel=1e-10)


def test_energy_in_one_dimension_is_that_of_scipy():
    a, b = normal(20, 1), normal(31, 1, seed=1, shift=1)
    assert kernel_distances(a, b, 1.0).energy[0] == pytest.approx(stats.energy_distance(a[:, 0], b[:, 0]), rel=1e-9)


def test_mmd_of_gaussians_comes_to_its_closed_form():
    """E exp(-|x - y|^2 / (2 h^2)) for x - y ~ N(m, v) is sqrt(h^2 / (h^2 + v)) exp(-m^2 / (2 (h^2 + v)))."""
    a, b = normal(3000, 1), normal(3000, 1, seed=1, scale=2, shift=1)

    def kernel(mean, variance):
        h2 = np.square(BANDWIDTHS)
        return np.mean(np.sqrt(h2 / (h2 + variance)) * np.exp(-(mean**2) / (2 * (h2 + variance))))

    expected = np.sqrt(kernel(0, 2) + kernel(0, 8) - 2 * kernel(1, 5))
    assert kernel_distances(a, b, 1.0).mmd[0] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("block", [2**21, 64])
def test_blocks_change_nothing_and_resamples_by_counts_are_resamples_of_rows(monkeypatch, block):
    a, b = normal(25, 4), normal(33, 4, seed=1, shift=0.5)
    stream = numpy_stream("test", 0)
    counts_a, counts_b = draw_counts(np.arange(25) % 9, 4, stream), draw_counts(np.arange(33), 4, stream)
    copies = [
        kernel_distances(a.repeat(x, axis=0), b.repeat(y, axis=0), 2.0) for x, y in zip(counts_a, counts_b, strict=True)
    ]
    monkeypatch.setattr(module, "BLOCK_VALUES", block)
    values = kernel_distances(a, b, 2.0, counts_a, counts_b)
    assert values.mmd == pytest.approx(np.array([each.mmd[0] for each in copies]), rel=1e-9)
    assert values.energy == pytest.approx(np.array([each.energy[0] for each in copies]), rel=1e-9)


def test_zero_for_equal_sets_symmetric_and_scale():
    a, b = normal(40, 6), normal(30, 6, seed=1, scale=1.5)
    same, there, back = (kernel_distances(*pair, 1.0) for pair in ((a, a[::-1]), (a, b), (b, a)))
    scaled = kernel_distances(9 * a, 9 * b, 9.0)
    for name in ("mmd", "energy"):
        assert getattr(same, name)[0] == pytest.approx(0, abs=1e-7)
        assert getattr(there, name)[0] == pytest.approx(getattr(back, name)[0], rel=1e-9)
    assert scaled.mmd[0] == pytest.approx(there.mmd[0], rel=1e-9)
    assert scaled.energy[0] == pytest.approx(3 * there.energy[0], rel=1e-9)


def test_several_bandwidths_tell_large_distances_apart_where_one_saturates():
    a = normal(50, 2)
    values = [kernel_distances(a, a + shift, 1.0).mmd[0] for shift in (1, 3, 6)]
    assert values[0] < 0.8 * values[1]
    assert values[1] < 0.9 * values[2]


def test_the_median_distance():
    assert median_distance(np.array([[0.0], [1], [3]])) == 2
    assert median_distance(normal(3000, 1)) == pytest.approx(0.954, rel=0.05)


def test_wrong_arguments_are_refused():
    for bandwidth in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="bandwidth"):
            kernel_distances(np.ones((3, 2)), np.ones((3, 2)), bandwidth)
    with pytest.raises(ValueError, match="equal d"):
        kernel_distances(np.ones((3, 2)), np.ones((3, 3)), 1.0)

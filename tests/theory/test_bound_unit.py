"""The unit of the bound's distance axis, fitted to measured best ratios."""

import math

import numpy as np
import pytest

from sweetspot.theory.bound_unit import MeasuredOptimum, fit_unit, optimum
from sweetspot.theory.stability_bound import gap_optimum, shift_gap_optimum


def measured(unit, distances, n=50, source=0.0, largest=1e9, dimension=1):
    """Best ratios as the bound says, with C1/C2 = unit."""
    best = [shift_gap_optimum(unit, 1, source, w, dimension, n) for w in distances]
    return [MeasuredOptimum(w, min(at, largest), largest, n, source) for w, at in zip(distances, best, strict=True)]


def test_a_unit_is_recovered():
    for unit in (0.3, 20.0):
        cells = measured(unit, (0.5, 1.0, 3.0)) + measured(unit, (2.0, 3.0), n=200, source=1.0)
        assert fit_unit(cells, 1) == pytest.approx(unit, rel=0.06)
        # Distances in other units.
        scaled = [
            MeasuredOptimum(9 * c.distance, c.best_ratio, c.largest_ratio, c.n, 9 * c.source_distance) for c in cells
        ]
        assert fit_unit(scaled, 1) == pytest.approx(9 * fit_unit(cells, 1), rel=1e-9)


def test_the_optimum_is_that_of_the_bound():
    cell = MeasuredOptimum(0.5, 1.0, 16.0, 50)
    assert optimum(3.0, cell, 2) == pytest.approx(gap_optimum(3.0, 1, 0.5, 2, 50), rel=1e-12)
    assert optimum(3.0, MeasuredOptimum(0.5, 1.0, 16.0, 50, source_distance=0.6), 2) == math.inf


def test_a_best_ratio_at_the_end_of_the_sweep_says_at_least_that():
    # All three are beyond the sweep: any large unit will do, and the fit is in the middle of those.
    cells = [MeasuredOptimum(w, 16.0, 16.0, 50) for w in (0.1, 0.2, 0.4)]
    unit = fit_unit(cells, 1)
    assert min(optimum(unit, cell, 1) for cell in cells) >= 16
    # With one inside, that one decides.
    inside = measured(5.0, (2.0,), largest=1e9)
    assert fit_unit([*cells, *inside], 1) == pytest.approx(fit_unit(inside, 1), rel=0.5)


def test_a_larger_best_ratio_means_a_larger_unit():
    units = [fit_unit([MeasuredOptimum(1.0, best, 16.0, 50)], 1) for best in (0.5, 2.0, 8.0)]
    assert np.all(np.diff(units) > 0)


def test_bad_arguments():
    for cells in ([], [MeasuredOptimum(0.0, 1.0, 2.0, 10)]):
        with pytest.raises(ValueError, match="distances above 0"):
            fit_unit(cells, 1)

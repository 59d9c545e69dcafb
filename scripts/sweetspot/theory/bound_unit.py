"""The one constant that puts measured distances on the axis of the bounds of Theorems 3.1 and 5.2.

The bounds' own constants are far too loose for numbers. Their optimum depends on C1 and C2 only through C1/C2, which
has the unit of a distance; so one number for each task, fitted to its measured best ratios, says how far on the bound's
axis a measured distance is. What such a fit leaves to be seen is the shape. This project's extension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.theory.stability_bound import shift_gap_optimum

GRID = np.geomspace(1e-4, 1e6, 401)  # of C1/C2, in units of the typical measured distance


@dataclass(frozen=True)
class MeasuredOptimum:
    """A quality of synthetic data: its distance, and the ratio that was best among those from 0 to `largest_ratio`."""

    distance: float
    best_ratio: float
    largest_ratio: float
    n: int
    source_distance: float = 0.0


def fit_unit(measured: Sequence[MeasuredOptimum], dimension: float) -> float:
    """C1/C2 in units of the measured distances.

    It minimises the sum of squared differences of log(1 + best ratio) and log(1 + lambda*), where lambda* is that of
    `shift_gap_optimum`, at most the largest ratio that was measured. Of a range of equally good ones, the middle.

    Raises
    ------
    ValueError : nothing measured, or a distance that is not above 0.
    """
    if not measured or not all(each.distance > 0 for each in measured):
        raise ValueError("a unit needs measured distances above 0")
    units = GRID * float(np.exp(np.mean([np.log(each.distance) for each in measured])))

    def misfit(unit: float) -> float:
        return sum(
            (np.log1p(min(optimum(unit, each, dimension), each.largest_ratio)) - np.log1p(each.best_ratio)) ** 2
            for each in measured
        )

    misfits = np.array([misfit(unit) for unit in units])
    best = np.flatnonzero(misfits <= misfits.min() + 1e-9)
    return float(units[best[(len(best) - 1) // 2]])


def optimum(unit: float, measured: MeasuredOptimum, dimension: float) -> float:
    """lambda* at the distances of `measured`, with C1/C2 = `unit`."""
    return shift_gap_optimum(unit, 1.0, measured.source_distance, measured.distance, dimension, measured.n)

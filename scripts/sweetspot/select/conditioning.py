"""Candidates and target in a frame in which no number overflows and differences keep their digits."""

from __future__ import annotations

import numpy as np

NOTHING = -2200  # half of it, too, is below the exponent of any number


def conditioned(candidates: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Candidates (p, q) about their median and a target covariance (q, q), both in a unit near the largest of them.

    Shift and scale change no covariance's order of distances to the target. The unit is a power of 2, so that nothing
    is rounded but by the shift; what is below 1e-150 of the largest counts as 0 where it is squared. The median is not
    moved by an outlier, which would cost all others their digits.
    """
    exponent = magnitude(candidates)
    rows = np.ldexp(candidates, -exponent)
    rows = rows - np.median(rows, axis=0)
    unit = max(exponent + magnitude(rows), -(-magnitude(target) // 2))
    return np.ldexp(rows, exponent - unit), np.ldexp(target, -2 * unit)


def magnitude(values: np.ndarray) -> int:
    """The least e with all |values| < 2^e; far below any other if all are 0."""
    largest = float(np.abs(values).max())
    return int(np.frexp(largest)[1]) if largest > 0 else NOTHING

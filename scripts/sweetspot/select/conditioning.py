"""Candidates and target in a frame in which no number overflows and differences keep their digits."""

from __future__ import annotations

import numpy as np


def conditioned(candidates: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Candidates (p, q) about their median and a target covariance (q, q), both in a unit near the largest of them.

    Shift and scale change no covariance's order of distances to the target. The unit is a power of 2, so that nothing
    is rounded but by the shift; what is below 1e-150 of the largest counts as 0 where it is squared. The median is not
    moved by an outlier, which would cost all others their digits.
    """
    rows = np.ldexp(candidates, -_exponent(candidates))
    rows = rows - np.median(rows, axis=0)
    # The candidates' unit before and after the shift.
    exponent = _exponent(candidates)
    rows_exponent = _exponent(rows)
    target_exponent = -(-_exponent(target) // 2)
    common = max(exponent + rows_exponent, target_exponent)
    return np.ldexp(rows, exponent - common), np.ldexp(target, -2 * common)


def _exponent(values: np.ndarray) -> int:
    """The least e with all |values| < 2^e; far below any other if all are 0."""
    largest = float(np.abs(values).max())
    return int(np.frexp(largest)[1]) if largest > 0 else -1100

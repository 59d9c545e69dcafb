"""Means, intervals and paired differences over seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean over `n` values with its two-sided Student-t interval."""

    mean: float
    low: float
    high: float
    n: int


def estimate(values: np.ndarray, confidence: float = CONFIDENCE) -> Estimate:
    """Mean and t-interval of independent `values`, shape (n,), n >= 2.

        mean +- t_{n-1} s / sqrt(n)

    For paired data pass the differences: what the pairs share cancels, and the interval is that of the paired t-test.

    Raises
    ------
    ValueError : fewer than two values, or one that is not finite.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"an interval needs two or more finite values, got {values!r}")
    half = stats.t.ppf((1 + confidence) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return Estimate(values.mean(), values.mean() - half, values.mean() + half, len(values))

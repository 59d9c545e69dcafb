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
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(f"an interval needs two or more finite values, got {values!r}")
    mean, low, high = mean_interval(values, confidence)
    return Estimate(float(mean), float(low), float(high), len(values))


def mean_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over the first axis of `values` (n, ...) and the ends of its t-interval, each of shape (...).

    Raises
    ------
    ValueError : n below 2.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    if n < 2:
        raise ValueError(f"an interval needs two or more values, got {n}")
    mean = values.mean(axis=0)
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half

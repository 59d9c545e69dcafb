"""Means, intervals and paired differences over seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sweetspot.streams import numpy_stream

CONFIDENCE = 0.95
RESAMPLES = 2000


@dataclass(frozen=True)
class Estimate:
    """A mean, or another number, of `n` independent values, with its two-sided interval."""

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


def resampling_weights(n: int, stream: str) -> np.ndarray:
    """Weights of a bootstrap, shape (1 + RESAMPLES, n), each row with the sum 1; the first row is the sample itself.

    `weights @ values` are means of resamples with replacement. The same weights for several quantities of the same n
    units keep their pairing.

    Parameters
    ----------
    stream : name of the stream of random numbers.
    """
    drawn = numpy_stream(stream, 0).integers(n, size=(RESAMPLES, n))
    return np.stack([np.ones(n), *(np.bincount(each, minlength=n) for each in drawn)]) / n


def percentile_estimate(values: np.ndarray, n: int) -> Estimate:
    """The first of `values`, with the interval between the percentiles of the others, which are its resamples.

    With few units such intervals are too short rather than too long.
    """
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values[1:], [tail, 1 - tail])
    return Estimate(float(values[0]), float(low), float(high), n)

"""Bootstrap intervals of distances.

Both sets are drawn again with replacement, each for itself. Rows that belong together, such as the slices of a subject,
are drawn together: they are no independent evidence. A draw is a vector of counts, one for each row, so that distances
that are sums over rows, or over pairs of rows, need no copy of the data.

A distance of two samples is larger on average than that of their distributions, and that of two resamples larger still,
since they hold rows twice. So the interval takes only the spread of the resampled distances, not their place: it is
an interval for the mean distance of two samples *of these sizes*. What such a distance is where there is nothing to
find, the floor of real against real at the same sizes tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sweetspot.statistics import CONFIDENCE


@dataclass(frozen=True)
class Interval:
    """A value with the two ends of its interval."""

    value: float
    low: float
    high: float


def draw_counts(units: np.ndarray, replicates: int, stream: np.random.Generator) -> np.ndarray:
    """How often each row is in each resample, int64 (1 + replicates, n); the first is the sample itself, all ones.

    Parameters
    ----------
    units : what each row belongs to, (n,), such as its subject; rows of equal unit are drawn together.
    """
    _, unit_of_row = np.unique(units, return_inverse=True)
    count = unit_of_row.max() + 1
    drawn = stream.multinomial(count, np.full(count, 1 / count), size=replicates)
    return np.vstack([np.ones((1, len(unit_of_row)), np.int64), drawn[:, unit_of_row]])


def bootstrap_interval(values: np.ndarray, most: float = np.inf, confidence: float = CONFIDENCE) -> Interval:
    """The interval of a distance. `values` (1 + replicates,): that of the samples first, then those of the resamples.

        [v + q((1 - c) / 2), v + q((1 + c) / 2)],   q: the quantiles of v*_r - mean(v*)

    with no end below 0 or above `most`, the largest distance that there can be.

    Raises
    ------
    ValueError : fewer than 2 resamples.
    """
    value, resampled = float(values[0]), np.asarray(values[1:], dtype=float)
    if len(resampled) < 2:
        raise ValueError(f"an interval needs two or more resamples, got {len(resampled)}")
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.clip(value + np.quantile(resampled - resampled.mean(), tails), 0, most)
    return Interval(value, float(low), float(high))


def of_each_resample(
    distance: Callable[[np.ndarray, np.ndarray], float],
    a: np.ndarray,
    b: np.ndarray,
    counts_a: np.ndarray,
    counts_b: np.ndarray,
) -> np.ndarray:
    """`distance` of every pair of resamples of the rows of a and b, (1 + replicates,), where there is no faster way."""
    return np.array(
        [
            distance(np.repeat(a, times_a, axis=0), np.repeat(b, times_b, axis=0))
            for times_a, times_b in zip(counts_a, counts_b, strict=True)
        ]
    )

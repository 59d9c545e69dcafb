"""The exact and the sliced 2-Wasserstein distance of two sets of features.

Both take one row of counts for each resample, (r, n_a) and (r, n_b), see `sweetspot.measure.bootstrap`; without them,
each row counts once. Exact transport is solved by POT's network simplex (Flamary et al., JMLR 2021).
"""

from __future__ import annotations

import os

os.environ["POT_BACKEND_DISABLE_PYTORCH"] = "1"  # else importing POT imports torch, which takes seconds

import numpy as np
import ot

from sweetspot.measure.arguments import feature_sets, shares
from sweetspot.streams import numpy_stream

CHUNK_VALUES = 2**21  # projected values sorted at a time: 16 MB
MOST_PIVOTS = 100_000_000


def wasserstein_distances(
    a: np.ndarray, b: np.ndarray, counts_a: np.ndarray | None = None, counts_b: np.ndarray | None = None
) -> np.ndarray:
    """The exact 2-Wasserstein distance of a (n_a, d) and b (n_b, d), in units of a, for each row of counts, (r,).

        W^2 = min over couplings of E|x - y|^2 = mean_i u_i + mean_j v_j

    with u, v the optimal potentials of the whole samples. For resamples the means of these potentials are taken again,
    no transport is solved again: W^2 is that linear up to smaller terms, and its limit law is that of the means (del
    Barrio and Loubes, Annals of Probability 2019). The costs are an n_a x n_b matrix, and time grows a little faster
    than with its size.
    """
    a, b = feature_sets(a, b)
    _, solution = ot.emd2([], [], ot.dist(a, b), numItermax=MOST_PIVOTS, log=True)
    squared = shares(counts_a, len(a)) @ solution["u"] + shares(counts_b, len(b)) @ solution["v"]
    return np.sqrt(np.maximum(squared, 0))


def sliced_wasserstein_distances(
    a: np.ndarray,
    b: np.ndarray,
    projections: int,
    counts_a: np.ndarray | None = None,
    counts_b: np.ndarray | None = None,
    seed: int = 0,
) -> np.ndarray:
    """The sliced 2-Wasserstein distance, in units of a, for each row of counts, (r,).

        SW^2 = mean over directions w of W^2(a w, b w),   in one dimension W^2 = int_0^1 (F_a^-1(t) - F_b^-1(t))^2 dt

    over `projections` directions drawn from the unit sphere, the same for every pair of sets of equal d (Bonneel et
    al., J. Mathematical Imaging and Vision 2015). Exact for each direction, for any sizes; only some directions at a
    time are in memory.

    Raises
    ------
    ValueError : projections below 1, or features that do not fit.
    """
    a, b = feature_sets(a, b)
    if projections < 1:
        raise ValueError(f"projections must be 1 or more, got {projections}")
    directions = numpy_stream(f"sliced Wasserstein/{a.shape[1]}", seed).standard_normal((projections, a.shape[1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    counts_a = np.ones((1, len(a)), np.int64) if counts_a is None else counts_a
    counts_b = np.ones((1, len(b)), np.int64) if counts_b is None else counts_b
    matches = [_match(times_a.sum(), times_b.sum()) for times_a, times_b in zip(counts_a, counts_b, strict=True)]
    total = np.zeros(len(counts_a))
    step = max(1, CHUNK_VALUES // (len(a) + len(b)))
    for first in range(0, projections, step):
        chunk = directions[first : first + step]
        sorted_a, sorted_b = _Sorted(chunk @ a.T), _Sorted(chunk @ b.T)
        for r, (rows_a, rows_b, widths) in enumerate(matches):
            gap = sorted_a.resampled(counts_a[r])[:, rows_a] - sorted_b.resampled(counts_b[r])[:, rows_b]
            total[r] += np.sum(gap**2 @ widths)
    return np.sqrt(total / projections)


class _Sorted:
    """Values (projections, n), sorted along the last axis once, for any resample of the n."""

    def __init__(self, values: np.ndarray) -> None:
        self.order = np.argsort(values, axis=1, kind="stable")
        self.values = np.take_along_axis(values, self.order, axis=1)

    def resampled(self, counts: np.ndarray) -> np.ndarray:
        """The sorted values (projections, sum of counts) of a resample."""
        if np.all(counts == 1):
            return self.values
        return np.repeat(self.values.ravel(), counts[self.order].ravel()).reshape(len(self.values), -1)


def _match(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How n sorted values and m others are coupled: positions in both, and the mass of each pair."""
    if n == m:
        return np.arange(n), np.arange(m), np.full(n, 1 / n)
    # In units of 1/(n m) the ends of the steps of both quantile functions are whole numbers.
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    starts = np.concatenate([[0], ends[:-1]])
    return starts // m, starts // n, (ends - starts) / (n * m)

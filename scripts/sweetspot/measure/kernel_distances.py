"""The maximum mean discrepancy (MMD) and the energy distance: sums over all pairs of rows, in bounded memory.

Both take one row of counts for each resample, (r, n_a) and (r, n_b), see `sweetspot.measure.bootstrap`; without them,
each row counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist

from sweetspot.measure.arguments import feature_sets, shares

BLOCK_VALUES = 2**19  # pairs at a time: 4 MB for each of a handful of arrays
# One bandwidth sees one scale only and saturates beyond. Each is twice the next, so that the kernels are powers of one.
BANDWIDTHS = (4.0, 2.0, 1.0, 0.5, 0.25)
MEDIAN_ROWS = 1000
ROUNDING = 1e-13


@dataclass(frozen=True)
class KernelDistances:
    """Both distances of each resample, (r,)."""

    mmd: np.ndarray
    energy: np.ndarray


def median_distance(features: np.ndarray) -> float:
    """The median distance of two rows of `features` (n, d): the usual unit of bandwidths.

    Of more than 1,000 rows, 1,000 at equal steps are taken.
    """
    features = np.asarray(features, dtype=float)
    rows = np.linspace(0, len(features) - 1, min(len(features), MEDIAN_ROWS)).astype(int)
    return float(np.median(pdist(features[rows])))


def kernel_distances(
    a: np.ndarray,
    b: np.ndarray,
    bandwidth: float,
    counts_a: np.ndarray | None = None,
    counts_b: np.ndarray | None = None,
) -> KernelDistances:
    """MMD and energy distance of a (n_a, d) and b (n_b, d), each the root of its square.

        MMD^2 = E k(x, x') + E k(y, y') - 2 E k(x, y),   k(x, y) = mean over h of exp(-|x - y|^2 / (2 h^2))
        energy^2 = 2 E|x - y| - E|x - x'| - E|y - y'|

    with x, x' from a, y, y' from b and h = `bandwidth` times 4, 2, 1, 1/2 and 1/4 (Gretton et al., JMLR 2012; Székely
    and Rizzo, J. Statistical Planning and Inference 2013). Both are V-statistics: the pairs of a row with itself count,
    so neither is negative, and both are somewhat too large, as the floor of real against real is. MMD has no unit and
    is below sqrt(2); energy has the unit of the root of a.

    Raises
    ------
    ValueError : a bandwidth that is not above 0, or features that do not fit.
    """
    a, b = feature_sets(a, b)
    if not (np.isfinite(bandwidth) and bandwidth > 0):
        raise ValueError(f"bandwidth must be finite and above 0, got {bandwidth!r}")
    weights_a, weights_b = shares(counts_a, len(a)), shares(counts_b, len(b))
    # Around their mean squared lengths are smallest, and differences of them lose the least.
    centre = a.mean(axis=0)
    a, b = a - centre, b - centre
    # Pairs of a set with itself are counted once in two blocks that mirror each other.
    within_a = _mean_over_pairs(a, a, weights_a, weights_a, bandwidth, mirrored=True)
    within_b = _mean_over_pairs(b, b, weights_b, weights_b, bandwidth, mirrored=True)
    kernel, distance = within_a + within_b - 2 * _mean_over_pairs(a, b, weights_a, weights_b, bandwidth)
    return KernelDistances(mmd=np.sqrt(np.maximum(kernel, 0)), energy=np.sqrt(np.maximum(-distance, 0)))


def _mean_over_pairs(
    x: np.ndarray,
    y: np.ndarray,
    weights_x: np.ndarray,
    weights_y: np.ndarray,
    bandwidth: float,
    mirrored: bool = False,
) -> np.ndarray:
    """Weighted means of the kernel and of the distance over all pairs, (2, r); `mirrored` if y is x."""
    total = np.zeros((2, len(weights_x)))
    step = max(1, BLOCK_VALUES // len(y))
    for first in range(0, len(x), step):
        rows = slice(first, first + step)
        columns = slice(first if mirrored else 0, None)
        weights = np.array(weights_y[:, columns])
        if mirrored:
            weights[:, step:] *= 2
        squared = _squared_distances(x[rows], y[columns])
        for value, values in enumerate((_kernel(squared, bandwidth), np.sqrt(squared))):
            total[value] += np.einsum("rn,nr->r", weights_x[:, rows], values @ weights.T)
    return total


def _squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x_i - y_j|^2 by |x|^2 + |y|^2 - 2 x y, several times as fast as by differences."""
    lengths_x, lengths_y = np.sum(x**2, axis=1), np.sum(y**2, axis=1)
    squared = x @ y.T
    squared *= -2
    squared += lengths_x[:, None]
    squared += lengths_y
    # What rounding leaves of equal rows would be a distance of 1e-8 of their lengths: it is 0.
    squared *= squared > ROUNDING * (lengths_x.max() + lengths_y.max())
    return squared


def _kernel(squared: np.ndarray, bandwidth: float) -> np.ndarray:
    """The mean of the Gaussian kernels at all bandwidths, for squared distances."""
    kernel = np.exp(squared * (-0.5 / (BANDWIDTHS[0] * bandwidth) ** 2))
    total = kernel.copy()
    for _ in BANDWIDTHS[1:]:
        # Half the bandwidth is four times the exponent: the fourth power.
        np.square(kernel, out=kernel)
        np.square(kernel, out=kernel)
        total += kernel
    return total / len(BANDWIDTHS)

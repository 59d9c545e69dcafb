"""Covariance matching on principal components: the samples of a pool whose covariance is nearest to the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from sweetspot.select.checks import check_features
from sweetspot.select.greedy import greedy
from sweetspot.select.moments import covariance
from sweetspot.select.principal_components import DIMENSIONS, fit_components
from sweetspot.select.swap import swap


@dataclass(frozen=True, eq=False)
class Matching:
    """What covariance matching selected.

    indices : positions in the pool in the order of picking, int64; a swap puts the new sample in the old one's place.
    dimensions : of the principal components that were used.
    distance : |C_S - C_t|_F/|C_t|_F on these components; 0 is best, 1 is what samples without any variance have.
    """

    indices: np.ndarray
    dimensions: int
    distance: float


def covariance_matching(
    real: np.ndarray,
    pool: np.ndarray,
    n: int,
    dimensions: int = DIMENSIONS,
    convention: str = "population",
    first: int | None = None,
    swaps: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Matching:
    """Select n of a pool (p, d) so that their covariance matches that of the real features (n_real, d).

    Both are projected on principal components of the real features; then samples are picked greedily, each to bring
    |C_S - C_t|_F down the most (paper 2, section 5). Means play no part, which is what paper 2's theory asks for.

    Parameters
    ----------
    dimensions : components; fewer are used where the real features have variance in fewer directions (at most
        n_real - 1), see `Matching.dimensions`.
    convention : `population` (1/k) or `sample` (1/(k - 1)), of both covariances.
    first : position of the first pick; None: the sample nearest to the real mean on the components.
    swaps : passes over the picked samples, at most, in which each is exchanged for a better one (this project's).
    progress : called with the number of picks after each.

    Raises
    ------
    InputError : features or n that do not fit, see `check_features`; real features that are all the same.
    ValueError : a first, convention, number of dimensions or of swaps out of range.
    """
    real, pool = check_features(real, pool, n)
    if swaps < 0:
        raise ValueError(f"swaps must be at least 0, not {swaps}")
    # Products of this size gain nothing from threads, whose number would change their last bits.
    with threadpool_limits(limits=1):
        components = fit_components(real, dimensions)
        coordinates = components.project(pool)
        target = covariance(components.project(real), convention)
        order = greedy(coordinates, target, n, convention, first, progress)
        order = swap(coordinates, target, order, convention, swaps)
    selected = coordinates[order]
    # One sample has no covariance, which counts as 0.
    reached = covariance(selected, convention) if n > 1 else np.zeros_like(target)
    return Matching(order, components.dimensions, float(np.linalg.norm(reached - target) / np.linalg.norm(target)))

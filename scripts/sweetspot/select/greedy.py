"""Greedy covariance matching: pick after pick the candidate that brings the covariance nearest to a target."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sweetspot.select.candidate_search import CandidateSearch
from sweetspot.select.conditioning import conditioned, magnitude


def greedy(
    candidates: np.ndarray,
    target: np.ndarray,
    n: int,
    convention: str = "population",
    first: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Positions of n of the candidates (p, q) in the order of picking, int64.

    Each pick minimises |C' - C_t|_F over the candidates left, C' the covariance with the pick among the samples picked
    before; of equal ones the lowest position is picked. The rule is that of paper 2, section 5; the score of a
    candidate and its parts are those of `sweetspot.select.moments`.

    Parameters
    ----------
    target : C_t, (q, q), symmetric.
    n : from 1 to p.
    convention : `population`, covariances divided by the count, or `sample`, by one less, as in `np.cov`.
    first : position of the first pick, which no covariance tells; None: the candidate nearest to the origin.
    progress : called with the number of picks after each.

    Raises
    ------
    ValueError : an argument that does not fit.
    """
    candidates, target = np.asarray(candidates, dtype=float), np.asarray(target, dtype=float)
    _check(candidates, target, n, first)
    rows, goal = conditioned(candidates, target)
    search = CandidateSearch(rows, goal, convention)
    order = np.empty(n, dtype=np.int64)
    for k in range(n):
        if k > 0:
            order[k] = search.best()
        else:
            order[k] = nearest_to_origin(candidates) if first is None else first
        search.pick(order[k])
        if progress is not None:
            progress(k + 1)
    return order


def nearest_to_origin(rows: np.ndarray) -> int:
    """Position of the shortest of rows (p, q), the first of equal ones."""
    return int(np.argmin(np.sum(np.ldexp(rows, -magnitude(rows)) ** 2, axis=1)))


def _check(candidates: np.ndarray, target: np.ndarray, n: int, first: int | None) -> None:
    if candidates.ndim != 2 or target.shape != (candidates.shape[1],) * 2:
        raise ValueError(f"candidates must be (p, q) and the target (q, q), not {candidates.shape} and {target.shape}")
    if not (np.isfinite(candidates).all() and np.isfinite(target).all()):
        raise ValueError("candidates and target must be finite")
    if not 1 <= n <= len(candidates):
        raise ValueError(f"n must be from 1 to {len(candidates)}, not {n}")
    if first is not None and not 0 <= first < len(candidates):
        raise ValueError(f"first must be from 0 to {len(candidates) - 1}, not {first}")

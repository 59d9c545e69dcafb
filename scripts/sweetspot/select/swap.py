"""Refinement of a selection: exchange one picked sample at a time while the covariance comes nearer to the target."""

from __future__ import annotations

import numpy as np

from sweetspot.select.greedy import best_candidate
from sweetspot.select.moments import Moments


def swap(
    candidates: np.ndarray, target: np.ndarray, order: np.ndarray, convention: str = "population", passes: int = 1
) -> np.ndarray:
    """Positions of candidates (p, q) as in `order`, (n,), after up to `passes` passes of exchanges.

    A pass takes each picked sample in turn out of the selection and puts in its place the candidate, itself or an
    unpicked one, that brings |C - C_t|_F down the most. So no pass increases that distance, and after one without an
    exchange no single exchange can lower it; then no further pass is made. This project's.
    """
    order = np.array(order)
    if len(order) < 2:
        return order
    moments = Moments(target, convention)
    left = np.ones(len(candidates), dtype=bool)
    left[order] = False
    for pick in order:
        moments.add(candidates[pick])
    for _ in range(passes):
        exchanged = False
        for place, old in enumerate(order):
            moments.remove(candidates[old])
            step = moments.step()
            new = best_candidate(step, candidates, left)
            if new is not None and step.scores(candidates[[new]]) < step.scores(candidates[[old]]):
                order[place], exchanged = new, True
                left[old], left[new] = True, False
            moments.add(candidates[order[place]])
        if not exchanged:
            break
    return order

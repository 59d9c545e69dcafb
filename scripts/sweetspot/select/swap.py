"""Refinement of a selection: exchange one picked sample at a time while the covariance comes nearer to the target."""

from __future__ import annotations

import numpy as np

from sweetspot.select.candidate_search import CandidateSearch
from sweetspot.select.conditioning import conditioned


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
    rows, goal = conditioned(candidates, target)
    search = CandidateSearch(rows, goal, convention)
    for pick in order:
        search.pick(pick)
    for _ in range(passes):
        exchanged = False
        for place, old in enumerate(order):
            search.put_back(old)
            new = search.best()
            (with_new, with_old), doubt = search.moments.step().bounded_scores(rows[[new, old]])
            # What rounding may feign is no improvement.
            if with_new + doubt.sum() < with_old:
                order[place], exchanged = new, True
            search.pick(order[place])
        if not exchanged:
            break
    return order

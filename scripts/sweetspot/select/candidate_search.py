"""The candidate that brings a covariance nearest to a target, found again and again while samples come and go."""

from __future__ import annotations

import numpy as np

from sweetspot.select.checks import first_copies
from sweetspot.select.contenders import Contenders
from sweetspot.select.moments import Moments

FEW = 8  # contenders that are scored without a look at their number again


class CandidateSearch:
    """Candidates, rows (p, q), some of which are picked, and the moments of those.

    The candidate that it finds is, for certain, the one that has the lowest `Step.scores` of all that are not picked.
    """

    def __init__(self, rows: np.ndarray, target: np.ndarray, convention: str) -> None:
        """`target` and `convention` are those of `Moments`."""
        self.rows = rows
        self.moments = Moments(target, convention)
        self._contenders = Contenders(rows, target)
        self._picked = np.zeros(len(rows), dtype=bool)
        # Of equal rows one at a time takes part, the first of those that are not picked.
        first = first_copies(rows)
        order = np.argsort(first, kind="stable")
        again = first[order[1:]] == first[order[:-1]]
        self._next_copy = np.full(len(rows), -1)
        self._next_copy[order[:-1][again]] = order[1:][again]
        for i in np.flatnonzero(first == np.arange(len(rows))):
            self._contenders.show(i)

    def pick(self, i: int) -> None:
        """Candidate i is one of the picked samples from now on."""
        k = self.moments.count
        if k:
            self._contenders.follow(self._from_mean(i), k / (k + 1), self.moments.magnitude())
        self.moments.add(self.rows[i])
        self._picked[i] = True
        self._contenders.hide(i)
        after = self._next_copy[i]
        if after >= 0 and not self._picked[after]:
            self._contenders.show(after)

    def put_back(self, i: int) -> None:
        """The picked sample i is a candidate again; at least one must stay picked."""
        k = self.moments.count
        self._contenders.follow(self._from_mean(i), -k / (k - 1), self.moments.magnitude())
        self.moments.remove(self.rows[i])
        self._picked[i] = False
        self._contenders.show(i)

    def best(self) -> int:
        """Position of the candidate whose pick brings the covariance nearest to the target; of equal ones the lowest.

        Raises
        ------
        ValueError : nothing is picked yet.
        """
        step = self.moments.step()
        positions = self._contenders.of(step)
        if len(positions) > FEW:
            scores, doubt = step.bounded_scores(self.rows[positions])
            positions = positions[scores - doubt <= np.min(scores + doubt)]
        scores = step.scores(self.rows[positions])
        return int(positions[scores == scores.min()].min())

    def _from_mean(self, i: int) -> np.ndarray:
        return self.rows[i] - self.moments.sum / self.moments.count

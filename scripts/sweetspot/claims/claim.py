"""A claim and its verdict.

A claim's verdict is `supported` if the interval of its estimate lies above its threshold, `not supported` if it lies
below, and `inconclusive` if it contains it or the runs cannot tell. A claim that fails is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.statistics import CONFIDENCE, Estimate, estimate

COLUMNS = ["claim", "source", "statement", "evidence", "estimate", "ci_low", "ci_high", "n", "verdict"]
THRESHOLD = 0.0
PAPER = "paper 1, Section 6"
REVIEWS = "reviews of paper 1"


@dataclass(frozen=True)
class Claim:
    """One row of `claims.csv`: `result` is above the threshold or, with `or_equal`, not below it.

    decidable : False where the runs cannot tell, whatever the interval; `statement` says when.
    """

    claim: str
    statement: str
    evidence: str
    result: Estimate
    or_equal: bool = False
    decidable: bool = True
    source: str = PAPER

    def row(self) -> tuple[object, ...]:
        result = self.result
        verdict = "inconclusive"
        if self.decidable and (result.low > THRESHOLD or (self.or_equal and result.low == THRESHOLD)):
            verdict = "supported"
        elif self.decidable and result.high < THRESHOLD:
            verdict = "not supported"
        return (
            self.claim,
            self.source,
            self.statement,
            self.evidence,
            result.mean,
            result.low,
            result.high,
            result.n,
            verdict,
        )


def smallest(differences: Sequence[np.ndarray]) -> Estimate:
    """The smallest of several means, each over the same units, with an interval that holds for the smallest.

        min_k E[differences_k]

    The lower end is the smallest of the lower ends: that of the smallest mean is among them. The upper end is the
    smallest of upper ends that hold together (Bonferroni). So the interval contains the smallest mean with at least the
    usual confidence.
    """
    together = 1 - (1 - CONFIDENCE) / len(differences)
    low = min(estimate(each).low for each in differences)
    high = min(estimate(each, together).high for each in differences)
    return Estimate(float(min(each.mean() for each in differences)), low, high, len(differences[0]))

"""A claim and its verdict.

A claim's verdict is `supported` if the interval of its estimate lies above its threshold, `not supported` if it lies
below, and `inconclusive` if it contains it or the runs cannot tell. A claim that fails is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass

from sweetspot.statistics import Estimate

COLUMNS = ["claim", "source", "statement", "evidence", "estimate", "ci_low", "ci_high", "n", "verdict"]
THRESHOLD = 0.0
PAPER = "paper 1, Section 6"


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

"""Rules of thumb: the same ratio for everyone. Every other method must beat them."""

from __future__ import annotations

from sweetspot.predict.evidence import Evidence
from sweetspot.predict.prediction import Prediction, fixed


def real_only(evidence: Evidence) -> Prediction:
    """Ratio 0. Sees: nothing."""
    return fixed(0)


def one_to_one(evidence: Evidence) -> Prediction:
    """Ratio 1, of the paper's advice "1:1 to 1:2" (paper 1, Section 4). Sees: nothing but the largest ratio."""
    return fixed(min(1, evidence.largest_ratio))


def one_to_two(evidence: Evidence) -> Prediction:
    """Ratio 2: twice as many synthetic as real images. Sees: nothing but the largest ratio."""
    return fixed(min(2, evidence.largest_ratio))


def everything(evidence: Evidence) -> Prediction:
    """The largest ratio. Sees: nothing but that."""
    return fixed(evidence.largest_ratio)

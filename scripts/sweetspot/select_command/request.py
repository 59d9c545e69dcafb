"""What the user asks to be picked, and the rules to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.select.rules import RULES

COVARIANCE_RULES = ("covariance", "covariance_swap")
TEXT = "text"
DESCRIPTIONS = {name: rule.description for name, rule in RULES.items()} | {
    TEXT: "most similar to the text embeddings of --text"
}


@dataclass(frozen=True)
class Request:
    """What to pick, and how.

    n : samples, by `rule`, a name in `DESCRIPTIONS`; class by class with `per_class`.
    seed : of what the rule draws.
    dimensions, convention, swaps : see `covariance_matching`; other rules have no use for them.
    text : of the rule `text`, embeddings (prompts, d); class by class one row for each class, in the order of their
        names.
    """

    n: int
    rule: str
    per_class: bool
    seed: int
    dimensions: int
    convention: str
    swaps: int
    text: np.ndarray | None = None

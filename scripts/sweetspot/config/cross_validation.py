"""What `sweetspot recommend --measure` trains: the config file that it is given."""

from __future__ import annotations

from pydantic import field_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier


class CrossValidation(Block):
    """Runs of a classifier on the real set and on synthetic data, each judged on a fold that it has not seen."""

    classifier: Classifier = key(REQUIRED, "the network and its training")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    folds: int = key(5, "parts of the real set, each left out once at every ratio", ge=2, le=100)
    ratios: tuple[float, ...] = key(
        (), "synthetic images per real one; 0 is always run; empty means three, even in log(1 + ratio), to the largest"
    )

    @field_validator("ratios")
    @classmethod
    def _usable(cls, ratios: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 < ratio <= 1e6 for ratio in ratios):
            raise ValueError("each ratio must be above 0 and at most 1000000; ratio 0 is always run")
        return tuple(sorted(set(ratios)))

"""What the training on selected samples depends on, and the second architecture that is trained so."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.sample_selection import Reference, RuleName

Paradigm = Literal["scratch", "distillation", "pretrained"]
ArchitectureName = Literal["cnn", "transformer"]


class Transformer(Block):
    """A vision transformer in the place of the convolutions; all else is as in the block `classifier`."""

    patch: int = key(2, "edge of the square patches that become tokens; a divisor of both sides", unit="pixels", ge=1)
    width: int = key(32, "length of the vector of a token; a multiple of `heads`", ge=1, le=100_000)
    depth: int = key(2, "blocks of attention and a two-layer network", ge=1, le=1000)
    heads: int = key(2, "attention heads", ge=1)

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"`width`: {self.width} is no multiple of `heads`, which is {self.heads}")
        return self


class SelectedRuns(Block):
    """One paradigm with one architecture: a run for each rule and seed; images and picks are given by files."""

    paradigm: Paradigm = key(REQUIRED, "what is trained, on what targets")
    classifier: Classifier = key(REQUIRED, "the network and its training")
    transformer: Transformer | None = key(REQUIRED, "what replaces its convolutions; null: nothing does")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(REQUIRED, "real images in each training set", ge=1)
    rules: tuple[RuleName | Reference, ...] = key(REQUIRED, "whose picks are added", min_length=1)
    seeds: int = key(REQUIRED, "runs of each rule", ge=1)

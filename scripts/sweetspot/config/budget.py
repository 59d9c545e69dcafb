"""The `budget` block of an experiment: how long each run trains."""

from __future__ import annotations

from typing import Literal

from sweetspot.config.block import REQUIRED, Block, key

PAPER = "paper 1, Section 6: 20 for CIFAR-10 classification; a plateau for segmentation"


class StepBudget(Block):
    """Every run takes the same number of optimiser steps, whatever the size of its training set."""

    unit: Literal["steps"] = key(REQUIRED, "`steps`: equal for every ratio, so that only the data differ")
    steps: int = key(REQUIRED, "optimiser steps of every run", unit="steps", ge=1)
    evaluate_every: int = key(20, "steps between two looks at the validation set", unit="steps", ge=1)


class EpochBudget(Block):
    """As in the paper: a number of passes over the training set, so that steps grow with the ratio."""

    unit: Literal["epochs"] = key(REQUIRED, "`epochs`: with early stopping on validation, as the paper trains")
    epochs: int = key(20, "most passes over the training set", unit="epochs", ge=1, source=PAPER)
    patience: int = key(5, "epochs without a lower validation loss before training stops", unit="epochs", ge=1)

"""The `classifier` and `experiments` blocks: the downstream network, its training, and the runs to make."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key

PAPER_CNN = "paper 1, Section 6 (CIFAR-10 classification)"


class Classifier(Block):
    """The paper's convolutional network and its training."""

    channels: tuple[int, int] = key(
        (32, 64),
        "filters of the two 3 x 3 convolutions, each followed by ReLU and 2 x 2 max pooling",
        source=PAPER_CNN,
    )
    dense: int = key(512, "units of the hidden dense layer", unit="units", ge=1, le=100_000, source=PAPER_CNN)
    dropout: float = key(0.25, "dropout probability before the last layer", ge=0, lt=1, source=PAPER_CNN)
    optimiser: Literal["adam"] = key("adam", "the optimiser", source=PAPER_CNN)
    learning_rate: float = key(1e-3, "learning rate of Adam", gt=0)
    batch_size: int = key(64, "images in a batch", unit="images", ge=1, source=PAPER_CNN)
    horizontal_flip: bool = key(
        REQUIRED,
        "mirror each training image with probability 1/2: for photographs, not for digits",
        source=PAPER_CNN,
        paper=True,
    )
    replicas_together: int = key(20, "runs of equal shape trained together in one process", unit="runs", ge=1)

    @field_validator("channels")
    @classmethod
    def _positive(cls, channels: tuple[int, int]) -> tuple[int, int]:
        if min(channels) < 1:
            raise ValueError("both numbers of filters must be 1 or more")
        return channels


class StepBudget(Block):
    """Every run takes the same number of optimiser steps, whatever the size of its training set."""

    unit: Literal["steps"] = key(REQUIRED, "`steps`: equal for every ratio, so that only the data differ")
    steps: int = key(REQUIRED, "optimiser steps of every run", unit="steps", ge=1)
    evaluate_every: int = key(20, "steps between two looks at the validation set", unit="steps", ge=1)


class EpochBudget(Block):
    """As in the paper: a number of passes over the training set, so that steps grow with the ratio."""

    unit: Literal["epochs"] = key(REQUIRED, "`epochs`: with early stopping on validation, as the paper trains")
    epochs: int = key(20, "most passes over the training set", unit="epochs", ge=1, source=PAPER_CNN)
    patience: int = key(5, "epochs without a lower validation loss before training stops", unit="epochs", ge=1)


class Experiment(Block):
    """One sweep over ratios and qualities."""

    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(
        REQUIRED,
        "real images in the training set at ratio 0",
        unit="images",
        ge=1,
        source=PAPER_CNN,
        paper=500,
    )
    ratios: tuple[float, ...] = key(
        REQUIRED,
        "added images per real image; 0, real data only, is always run",
        min_length=1,
        source=PAPER_CNN,
        paper=[0.5, 1, 3, 9],
    )
    seeds: int = key(REQUIRED, "runs of each cell, with seeds 0, 1, ...", unit="runs", ge=2, le=10_000)
    qualities: tuple[str, ...] = key((), "qualities to run, of those in `sampling`; empty means all of them")
    more_real: bool = key(True, "also add real images instead of synthetic ones, as far as the training part goes")

    @field_validator("ratios")
    @classmethod
    def _ascending_and_distinct(cls, ratios: tuple[float, ...]) -> tuple[float, ...]:
        if min(ratios) < 0:
            raise ValueError(f"a ratio must be 0 or more, and {min(ratios):g} is not")
        if max(ratios) > 1e6:
            raise ValueError(f"a ratio must be at most 1000000, and {max(ratios):g} is not")
        if len(set(ratios)) < len(ratios):
            raise ValueError("a ratio stands twice; list each once")
        for ratio in ratios:
            if float(f"{ratio:g}") != ratio:
                raise ValueError(f"{ratio!r} has too many digits for the name of a file; write {ratio:g}")
        added = tuple(sorted(ratio for ratio in ratios if ratio > 0))
        if not added:
            raise ValueError("at least one ratio must be greater than 0")
        return added

    @field_validator("qualities")
    @classmethod
    def _distinct(cls, qualities: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(qualities)) < len(qualities):
            raise ValueError("a quality stands twice; list each once")
        return qualities

    @model_validator(mode="after")
    def _ratios_add_something(self) -> Experiment:
        if round(self.ratios[0] * self.n_real) < 1:
            raise ValueError(
                f"`ratios`: {self.ratios[0]:g} times `n_real` {self.n_real} rounds to no image; use a larger ratio"
            )
        return self


class ClassifierRuns(Block):
    """What one cell of an experiment depends on: all seeds of one arm at one ratio."""

    classifier: Classifier = key(REQUIRED, "the network and its training")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(REQUIRED, "real images at ratio 0", ge=1)
    seeds: int = key(REQUIRED, "number of runs", ge=2)

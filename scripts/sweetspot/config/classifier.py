"""The `classifier` block: the downstream network of a classification task and its training."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.compute import Compute

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
    replicas_together: int = key(
        20, "most runs of a job that train together; no result depends on it", unit="runs", ge=1
    )
    compute: Compute = key(Compute(), "device, precision, compilation, determinism")

    @field_validator("channels")
    @classmethod
    def _positive(cls, channels: tuple[int, int]) -> tuple[int, int]:
        if min(channels) < 1:
            raise ValueError("both numbers of filters must be 1 or more")
        return channels


class ClassifierRuns(Block):
    """What one job of an experiment depends on: an arm at some ratios, for some seeds."""

    classifier: Classifier = key(REQUIRED, "the network and its training")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(REQUIRED, "real images at ratio 0", ge=1)
    first_seed: int = key(0, "seed of the first run", ge=0)
    seeds: int = key(REQUIRED, "number of runs", ge=1)

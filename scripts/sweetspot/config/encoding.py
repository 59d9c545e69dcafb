"""What the encoding of the images of a task depends on: the network that others are selected and taught by."""

from __future__ import annotations

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier


class ImageEncoding(Block):
    """The network whose hidden layer gives features and whose probabilities teach; the data are given by files."""

    classifier: Classifier = key(REQUIRED, "the network and its training")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long it trains", discriminator="unit")


class SampleEncoding(Block):
    """Synthetic images as that network sees them; it and the samples of a reverse chain are given by files."""

    qualities: tuple[str, ...] = key(REQUIRED, "the synthetic images to encode", min_length=1)

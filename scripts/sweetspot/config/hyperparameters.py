"""What table 2 is made from: the blocks that hold a task's hyperparameters."""

from __future__ import annotations

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.classifier import Classifier
from sweetspot.config.data import Split
from sweetspot.config.experiment import Experiment
from sweetspot.config.generator import Generator
from sweetspot.config.sampling import Sampling


class TaskHyperparameters(Block):
    """The hyperparameters of one task."""

    split: Split = key(REQUIRED, "sizes of the parts")
    generator: Generator = key(REQUIRED, "the diffusion model")
    sampling: Sampling = key(REQUIRED, "how synthetic images are drawn")
    classifier: Classifier = key(REQUIRED, "the downstream network")
    experiments: dict[str, Experiment] = key(REQUIRED, "the sweeps")


class Hyperparameters(Block):
    """The hyperparameters of all tasks."""

    tasks: dict[str, TaskHyperparameters] = key(REQUIRED, "by task")

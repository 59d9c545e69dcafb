"""What table 2 is made from: the blocks that hold a task's hyperparameters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.classifier import Classifier
from sweetspot.config.data import Split
from sweetspot.config.experiment import Experiment, SegmentationExperiment
from sweetspot.config.generator import Generator
from sweetspot.config.mask_generator import MaskGenerator
from sweetspot.config.mask_sampling import MaskSampling
from sweetspot.config.sampling import Sampling
from sweetspot.config.scans import Slices, SubjectSplit
from sweetspot.config.segmenter import Segmenter
from sweetspot.config.selection import Selection


class ClassificationHyperparameters(Block):
    """The hyperparameters of a classification task."""

    kind: Literal["classification"] = key(REQUIRED, "what the downstream model does")
    split: Split = key(REQUIRED, "sizes of the parts")
    generator: Generator = key(REQUIRED, "the diffusion model")
    sampling: Sampling = key(REQUIRED, "how synthetic images are drawn")
    classifier: Classifier = key(REQUIRED, "the downstream network")
    experiments: dict[str, Experiment] = key(REQUIRED, "the sweeps")
    selection: Selection | None = key(None, "the comparison of selection rules")


class SegmentationHyperparameters(Block):
    """The hyperparameters of a segmentation task."""

    kind: Literal["segmentation"] = key(REQUIRED, "what the downstream model does")
    slices: Slices = key(REQUIRED, "how slices are cut")
    split: SubjectSplit = key(REQUIRED, "how subjects are split")
    generator: MaskGenerator = key(REQUIRED, "the diffusion model")
    sampling: MaskSampling = key(REQUIRED, "how synthetic slices are drawn")
    segmenter: Segmenter = key(REQUIRED, "the downstream network")
    experiments: dict[str, SegmentationExperiment] = key(REQUIRED, "the sweeps")


TaskHyperparameters = Annotated[
    ClassificationHyperparameters | SegmentationHyperparameters, Field(discriminator="kind")
]


class Hyperparameters(Block):
    """The hyperparameters of all tasks."""

    tasks: dict[str, TaskHyperparameters] = key(REQUIRED, "by task")

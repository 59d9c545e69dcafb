"""Sizes of a task's data, from its config; the data themselves need not be there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.data import Arrays, Cifar10, Digits, ImageFolder
from sweetspot.config.phantom import Phantom
from sweetspot.config.segmentation_task import SegmentationTask
from sweetspot.data.readers import class_counts, image_shape
from sweetspot.errors import InputError

CLASSES = 10  # of digits and of CIFAR-10
# Where only the data could tell: a brain is this high, and slices at either end hold too little of it.
BRAIN_MM = 130
# Subjects of a BIDS data set whose number no key gives.
UNKNOWN_SUBJECTS = 100


@dataclass(frozen=True)
class DataSizes:
    """How many images or slices a task's store holds.

    shape : (channels, height, width) of an image.
    parts : images in each part of the split.
    scans : scans that they are cut from; 0 for classification.
    classes : of a classification task, else 0.
    assumed : what had to be assumed, in words.
    """

    shape: tuple[int, int, int]
    parts: dict[str, int]
    scans: int = 0
    classes: int = 0
    assumed: tuple[str, ...] = ()

    @property
    def values(self) -> int:
        """Numbers in one image."""
        return int(np.prod(self.shape))

    @property
    def images(self) -> int:
        """Images in all parts."""
        return sum(self.parts.values())


def image_sizes(name: str, task: ClassificationTask) -> DataSizes:
    """Of a classification task.

    Raises
    ------
    InputError : neither config nor files say how large the images are.
    """
    source = task.data
    for key in {ImageFolder: ["path"], Arrays: ["images", "labels"]}.get(type(source), []):
        if not Path(getattr(source, key)).exists():
            raise InputError(
                f"`tasks.{name}.data`: {getattr(source, key)} is not here, and only the images say how large they are; "
                "plan where they are"
            )
    classes = CLASSES if isinstance(source, Digits | Cifar10) else len(class_counts(source))
    return DataSizes(image_shape(source), task.split.sizes(), classes=classes)


def slice_sizes(task: SegmentationTask) -> DataSizes:
    """Of a segmentation task; what depends on the scans is assumed."""
    assumed = []
    per_scan = task.slices.per_scan
    if per_scan is None:
        per_scan = round(BRAIN_MM / task.slices.spacing[2])
        assumed.append(f"{per_scan} slices of a scan, as a brain is {BRAIN_MM} mm high")
    sessions, split = 1, task.split
    if isinstance(task.data, Phantom):
        sessions = task.data.sessions
        subjects = task.data.subjects
        source = subjects[split.source] if split.source else 0
        rest = subjects[split.target] - split.train - split.validation - split.test
    else:
        source, rest = UNKNOWN_SUBJECTS if split.source else 0, UNKNOWN_SUBJECTS
        unknown = [f"{source} subjects of {split.source}"] if split.source else []
        unknown += [] if split.generator else [f"{rest} for the generator"]
        assumed += [f"{' and '.join(unknown)}, with one scan each"] if unknown else []
    subjects_of = {
        "generator": split.generator or rest,
        "train": split.train,
        "validation": split.validation,
        "test": split.test,
        "source": source,
    }
    return DataSizes(
        shape=(len(task.modalities), *task.slices.size),
        parts={part: number * sessions * per_scan for part, number in subjects_of.items()},
        scans=sum(subjects_of.values()) * sessions,
        assumed=tuple(assumed),
    )

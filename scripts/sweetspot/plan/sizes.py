"""Sizes of a task's data, from its config; the data themselves need not be there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.data import Arrays, Cifar10, DataSource, Digits, ImageFolder
from sweetspot.config.phantom import Phantom
from sweetspot.config.segmentation_task import SegmentationTask
from sweetspot.data.readers import class_counts
from sweetspot.errors import InputError

CIFAR10_IMAGES = 60_000
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
    shape, classes = _shape_and_classes(name, task.data)
    return DataSizes(shape, task.split.sizes(), classes=classes)


def _shape_and_classes(name: str, source: DataSource) -> tuple[tuple[int, int, int], int]:
    match source:
        case Digits():
            return (1, 8, 8), CLASSES
        case Cifar10():
            return (3, 32, 32), CLASSES
        case ImageFolder():
            return _of_folder(name, source)
        case Arrays():
            return _of_arrays(name, source)


def _of_folder(name: str, source: ImageFolder) -> tuple[tuple[int, int, int], int]:
    from PIL import Image

    if not Path(source.path).is_dir():
        raise _absent(name, source.path)
    classes = class_counts(source)
    first = next(each for each in sorted(Path(source.path, next(iter(classes))).iterdir()) if each.name[0] != ".")
    with Image.open(first) as image:
        grey = image.mode == "L" if source.mode is None else source.mode == "grey"
        return (1 if grey else 3, image.height, image.width), len(classes)


def _of_arrays(name: str, source: Arrays) -> tuple[tuple[int, int, int], int]:
    if not Path(source.images).is_file():
        raise _absent(name, source.images)
    try:
        shape = np.load(source.images, mmap_mode="r").shape
    except (OSError, ValueError) as error:
        raise InputError(f"`tasks.{name}.data`: {source.images}: not an array of numbers ({error})") from None
    _, *image = shape if len(shape) == 4 else (shape[0], 1, *shape[1:])
    return tuple(image), len(class_counts(source))


def _absent(name: str, path: str) -> InputError:
    return InputError(
        f"`tasks.{name}.data`: {path} is not here, and only the images say how large they are; plan where they are"
    )


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

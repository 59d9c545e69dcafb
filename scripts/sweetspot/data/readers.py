"""One interface to all readers."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sweetspot.config.data import Arrays, Cifar10, DataSource, Digits, ImageFolder, Split
from sweetspot.data import arrays, cifar10, digits, image_folder
from sweetspot.data.images import LabelledImages
from sweetspot.data.split import check_counts


def read(source: DataSource) -> LabelledImages:
    """All images of a source.

    Raises
    ------
    InputError : the source is missing, broken, unsafe or not what it should be.
    """
    match source:
        case Digits():
            return digits.read()
        case Cifar10():
            return cifar10.read(source)
        case ImageFolder():
            return image_folder.read(source)
        case Arrays():
            return arrays.read(source)


def class_counts(source: DataSource) -> dict[str, int] | None:
    """Number of images of each class, found without reading the images; None if that is not possible.

    Raises
    ------
    InputError : the names or labels that are looked at are missing or wrong.
    """
    match source:
        case Digits():
            return digits.class_counts()
        case Cifar10():
            return cifar10.class_counts(source)
        case ImageFolder():
            return image_folder.class_counts(source)
        case Arrays():
            return arrays.class_counts(source)


def image_shape(source: DataSource) -> tuple[int, int, int]:
    """(channels, height, width) of the images, found without reading more than one of them.

    Raises
    ------
    InputError : what is looked at is missing or wrong.
    """
    match source:
        case Digits():
            return digits.SHAPE
        case Cifar10():
            return cifar10.SHAPE
        case ImageFolder():
            return image_folder.image_shape(source)
        case Arrays():
            return arrays.image_shape(source)


def source_files(source: DataSource) -> list[str]:
    """The single files that a source's reader opens; a folder's files are in `folder_listing`."""
    match source:
        case Cifar10():
            return [source.path] if Path(source.path).is_file() else []
        case Arrays():
            return [source.images, source.labels]
    return []


def folder_listing(source: DataSource) -> str:
    """A hash of name, size and time of all files in a source's folder, to notice a new picture; empty without one."""
    rows = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in folder_files(source)]
    return hashlib.sha256(repr(rows).encode()).hexdigest() if rows else ""


def folder_files(source: DataSource) -> list[Path]:
    """All files in a source's folder; none of a source that is no folder."""
    folder = Path(source.path) if isinstance(source, Cifar10 | ImageFolder) else None
    if folder is None or not folder.is_dir():
        return []
    # Not `**`, which does not follow a link to a folder.
    return sorted(path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_file())


def check_split(source: DataSource, split: Split, key_prefix: str) -> None:
    """Refuse a split that the source cannot fill, before any job runs.

    Parameters
    ----------
    key_prefix : full name of the split's key in the config, such as "tasks.digits.split".

    Raises
    ------
    InputError : see `sweetspot.data.split.check_counts`; nothing is checked where the counts are unknown.
    """
    counts = class_counts(source)
    if counts is not None:
        check_counts(counts, split, key_prefix)

"""Reader of images and labels in two `.npy` files."""

from __future__ import annotations

import tokenize
from pathlib import Path

import numpy as np

from sweetspot.config.data import Arrays
from sweetspot.data.images import LabelledImages
from sweetspot.errors import InputError

# Images converted at a time, so that float64 copies stay small.
CHUNK = 1024


def read(source: Arrays) -> LabelledImages:
    """All images, `value_range` mapped to [-1, 1]; shape (n, channels, height, width).

    Raises
    ------
    InputError : a file that is missing or no `.npy` file; another shape or type than the keys describe; NaN,
        infinite values or values outside `value_range`; labels of another number, negative, beyond the class
        names, or with a class that has no image.
    """
    labels, names = _labels(source)
    path = Path(source.images)
    stored = _stored_images(path)
    if len(labels) != len(stored):
        raise InputError(
            f"{source.labels}: {len(labels)} labels for the {len(stored)} images of {path}; give one label for each"
        )
    shape = _image_shape(stored)
    images = np.empty((len(stored), *shape), dtype=np.float32)
    for start in range(0, len(stored), CHUNK):
        chunk = np.asarray(stored[start : start + CHUNK], dtype=np.float64)
        images[start : start + CHUNK] = _scale(path, chunk, source.value_range, start).reshape(-1, *shape)
    ids = tuple(f"{path.name}/{i}" for i in range(len(images)))
    return LabelledImages(images, labels, names, ids)


def class_counts(source: Arrays) -> dict[str, int]:
    """Number of images of each class, from the labels alone.

    Raises
    ------
    InputError : see `read`, as far as it concerns the labels; or there is no file of images.
    """
    labels, names = _labels(source)
    if not Path(source.images).is_file():
        raise InputError(f"{source.images}: no such file; correct the config")
    return dict(zip(names, np.bincount(labels, minlength=len(names)).tolist(), strict=True))


def image_shape(source: Arrays) -> tuple[int, int, int]:
    """(channels, height, width), from the head of the file alone.

    Raises
    ------
    InputError : see `read`, as far as it concerns type and shape of the images.
    """
    return _image_shape(_stored_images(Path(source.images)))


def _stored_images(path: Path) -> np.ndarray:
    stored = _load(path)
    if stored.dtype.kind not in "fiu":
        raise InputError(f"{path}: it holds {stored.dtype}; save the images as integers or floating-point numbers")
    if stored.ndim not in (3, 4) or 0 in stored.shape:
        raise InputError(
            f"{path}: its shape is {stored.shape}; save the images as "
            "(n, channels, height, width) or (n, height, width)"
        )
    if stored.ndim == 4 and stored.shape[3] in (1, 3, 4) and stored.shape[1] > 4:
        raise InputError(
            f"{path}: its shape {stored.shape} has the channels last; save the images as (n, channels, height, width)"
        )
    return stored


def _image_shape(stored: np.ndarray) -> tuple[int, int, int]:
    return stored.shape[1:] if stored.ndim == 4 else (1, *stored.shape[1:])


def _scale(path: Path, chunk: np.ndarray, value_range: tuple[float, float], start: int) -> np.ndarray:
    low, high = value_range
    flat = chunk.reshape(len(chunk), -1)
    for wrong, what in (
        (~np.isfinite(flat), "NaN or an infinite value; replace it or leave the image out"),
        (
            (flat < low) | (flat > high),
            f"a value outside the key `value_range`, {low:g} to {high:g}; correct the key",
        ),
    ):
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise InputError(f"{path}: image {start + row} holds {flat[row, column]:g}: {what}")
    return (chunk - low) / (high - low) * 2 - 1


def _labels(source: Arrays) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels, int64 of shape (n,), and the class names."""
    path = Path(source.labels)
    stored = _load(path)
    if stored.dtype.kind not in "iu" or stored.ndim != 1:
        raise InputError(
            f"{path}: it holds {stored.dtype} of shape {stored.shape}; save the labels as integers of shape (n,)"
        )
    if len(stored) == 0:
        raise InputError(f"{path}: it holds no labels; save one label for each image")
    names = source.class_names
    # Unless names say otherwise, n images have no more than n classes, since each class needs an image.
    classes = len(names) if names else min(int(stored.max()) + 1, len(stored))
    wrong = np.flatnonzero((stored < 0) | (stored >= classes))
    if wrong.size:
        raise InputError(
            f"{path}: label {stored[wrong[0]]} of image {wrong[0]} is not in 0..{classes - 1}; number "
            "the classes from 0 without gaps" + (", as many as the key `class_names` has names" if names else "")
        )
    labels = np.array(stored, dtype=np.int64)
    empty = np.flatnonzero(np.bincount(labels, minlength=classes) == 0)
    if empty.size:
        raise InputError(
            f"{path}: class {empty[0]} has no image; number the classes from 0 without gaps"
            + (", or take its name out of the key `class_names`" if names else "")
        )
    return labels, names or tuple(str(label) for label in range(classes))


def _load(path: Path) -> np.ndarray:
    if not path.is_file():
        raise InputError(f"{path}: no such file; correct the config")
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except (ValueError, EOFError, OSError, OverflowError, SyntaxError, tokenize.TokenError) as error:
        raise InputError(
            f"{path}: not a readable .npy file of numbers ({error}); save it again with numpy.save"
        ) from None

"""Checks of the images that are compared: what the user can mend raises InputError."""

from __future__ import annotations

import numpy as np

from sweetspot.errors import InputError

LEAST_IMAGES = 5  # the folds of the two-sample classifier
CHUNK = 1024


def check_comparable(images: np.ndarray, others: np.ndarray, name: str, others_name: str) -> None:
    """Check that two sets of images, (n, channels, height, width), can be compared.

    Raises
    ------
    InputError : other sizes or channels, fewer than 5 images in a set, a value that is not finite, or a set in which
        every image is constant.
    """
    shape, other = images.shape[1:], others.shape[1:]
    if shape[1:] != other[1:]:
        raise InputError(
            f"{name} has images of {shape[1]} x {shape[2]} pixels and {others_name} of {other[1]} x {other[2]}: resize "
            "one of them, so that both have the same size"
        )
    if shape[0] != other[0]:
        raise InputError(
            f"{name} has images with {shape[0]} channels and {others_name} with {other[0]}: convert one of them, so "
            "that both have the same channels"
        )
    check_images(images, name)
    check_images(others, others_name)


def check_count(n: int, name: str) -> None:
    """Check that a set of n images is large enough for a distance; see `check_comparable`."""
    if n < LEAST_IMAGES:
        raise InputError(f"{name} has {n} images: a distance needs {LEAST_IMAGES} or more on either side")


def check_images(images: np.ndarray, name: str) -> None:
    """Check one set of images; see `check_comparable`."""
    check_count(len(images), name)
    varied = False
    for first in range(0, len(images), CHUNK):
        chunk = images[first : first + CHUNK]
        flat = chunk.reshape(len(chunk), -1)
        broken = np.flatnonzero(~np.isfinite(flat).all(axis=1))
        if broken.size:
            raise InputError(
                f"{name}: image {first + broken[0]} holds NaN or an infinite value; replace it or leave the image out"
            )
        varied = varied or bool(np.any(flat != flat[:, :1]))
    if not varied:
        raise InputError(f"{name}: every image is constant, so there is nothing to compare; check how it was read")

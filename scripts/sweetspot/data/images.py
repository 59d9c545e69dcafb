"""A labelled set of images in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LabelledImages:
    """What every reader returns.

    images : float32 in [-1, 1], shape (n, channels, height, width).
    labels : int64, shape (n,), an index into `class_names`.
    class_names : one name for each class.
    ids : one name for each image within its source, such as "data_batch_1/17" or "cat/0001.png".
    """

    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    ids: tuple[str, ...]


def from_bytes(pixels: np.ndarray) -> np.ndarray:
    """uint8 pixels, 0 to 255, as float32 in [-1, 1], of the same shape."""
    scaled = pixels.astype(np.float32)
    # In place, since a whole data set is hundreds of megabytes. The division is exact at both ends.
    scaled /= np.float32(127.5)
    scaled -= np.float32(1)
    return scaled

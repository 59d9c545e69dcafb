"""A pool of synthetic slices, as the generator's networks wrote it: one folder for each network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sweetspot.data.manifest import open_array
from sweetspot.data.slice_set import TISSUES, SliceSet
from sweetspot.errors import InputError

# Slices compared at a time.
CHUNK = 1024


class StackedChannels:
    """Arrays (n, channels, height, width) as one along the channels; only the rows asked for are read."""

    def __init__(self, arrays: Sequence[np.ndarray]) -> None:
        self.arrays = arrays
        first = arrays[0].shape
        self.shape = (first[0], sum(each.shape[1] for each in arrays), *first[2:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return np.concatenate([each[rows] for each in self.arrays], axis=1)


def load_pool(folders: Sequence[Path], quality: str) -> SliceSet:
    """The pool of one quality: `QUALITY.npy` of all folders, joined along the channels, and their common masks.

    Nothing but the masks is read before it is used.

    Raises
    ------
    InputError : no folder; a file is missing, broken or of another size; or the folders have different masks.
    """
    if not folders:
        raise InputError(f"--samples: it names no folder for the samples of `{quality}`; name one for each network")
    images = [open_array(folder / f"{quality}.npy", np.float32, "(n, channels, height, width)") for folder in folders]
    masks = [open_array(folder / "masks.npy", np.uint8, "(n, 4, height, width)") for folder in folders]
    expected = (len(masks[0]), len(TISSUES), *masks[0].shape[2:])
    for folder, image, mask in zip(folders, images, masks, strict=True):
        if mask.shape != expected or (len(image), *image.shape[2:]) != (expected[0], *expected[2:]):
            raise InputError(
                f"{folder}: images of shape {image.shape} and masks of shape {mask.shape} do not fit masks of shape "
                f"{expected}; sample the generator again"
            )
        if not _equal(mask, masks[0]):
            raise InputError(f"{folder}: its masks are not those of {folders[0]}; sample the generator again")
    return SliceSet(StackedChannels(images), masks[0], np.full(expected[0], ""))


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    chunks = range(0, len(a), CHUNK)
    return a is b or all(np.array_equal(a[first : first + CHUNK], b[first : first + CHUNK]) for first in chunks)

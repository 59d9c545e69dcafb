"""Synthetic pools as the samplers write them: one folder for each reverse chain, one file for each quality."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sweetspot.config.sampling import parse_quality
from sweetspot.data.manifest import open_array
from sweetspot.data.slice_set import TISSUES, SliceSet
from sweetspot.errors import InputError

AGAIN = "sample the generator again"
# Slices compared at a time.
CHUNK = 1024


def class_pool(folders: Sequence[Path], quality: str) -> tuple[np.ndarray, np.ndarray]:
    """Images of `quality`, memory-mapped, and their labels; each of `folders` is named after its reverse chain.

    Raises
    ------
    InputError : no folder has the quality's chain, or a file in it is missing or broken.
    """
    chain = parse_quality(quality).chain
    folder = next((folder for folder in folders if folder.name == chain), None)
    if folder is None:
        raise InputError(f"--samples: it names no folder {chain}, where the samples of `{quality}` are; add it")
    images = open_array(folder / f"{quality}.npy", np.float32, "(n, channels, height, width)", AGAIN)
    return images, np.asarray(open_array(folder / "labels.npy", np.int64, "(n)", AGAIN))


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


def slice_pool(folders: Sequence[Path], quality: str) -> SliceSet:
    """The slices of one quality: `QUALITY.npy` of all folders, joined along the channels, and their common masks.

    `folders` are CHAIN/NETWORK, in the order of the channels; those of other chains than the quality's are passed over.
    Nothing but the masks is read before it is used.

    Raises
    ------
    InputError : no folder has the quality's chain; a file is missing, broken or of another size; or the folders have
        different masks.
    """
    chain = parse_quality(quality).chain
    folders = [folder for folder in folders if folder.parent.name == chain]
    if not folders:
        raise InputError(f"--samples: it names no folder {chain}/NETWORK, where the samples of `{quality}` are; add it")
    images = [
        open_array(folder / f"{quality}.npy", np.float32, "(n, channels, height, width)", AGAIN) for folder in folders
    ]
    masks = [open_array(folder / "masks.npy", np.uint8, "(n, 4, height, width)", AGAIN) for folder in folders]
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

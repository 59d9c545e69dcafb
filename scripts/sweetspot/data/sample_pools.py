"""Synthetic pools as the samplers write them: one folder for each reverse chain, one file for each quality.

The slices of a task have their masks in common, in one file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sweetspot.config.sampling import parse_quality
from sweetspot.data.manifest import open_array
from sweetspot.data.slice_set import MASK_CHANNELS, SliceSet
from sweetspot.errors import InputError

AGAIN = "sample the generator again"
REDRAW = "draw the masks again"


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


def open_masks(path: Path, count: int | None = None) -> np.ndarray:
    """The masks of a task's synthetic slices, memory-mapped: uint8 (n, 4, height, width).

    Raises
    ------
    InputError : the file is missing, broken, or holds something else than masks (`count` of them, if that is given).
    """
    masks = open_array(path, np.uint8, "(n, 4, height, width)", REDRAW)
    n = len(masks) if count is None else count
    if masks.shape[:2] != (n, len(MASK_CHANNELS)):
        raise InputError(
            f"{path}: its shape is {masks.shape}, not ({n}, {len(MASK_CHANNELS)}, height, width); {REDRAW}"
        )
    return masks


def slice_pool(folders: Sequence[Path], masks_path: Path | None, quality: str) -> SliceSet:
    """The slices of one quality: `QUALITY.npy` of all folders, joined along the channels, and their common masks.

    `folders` are CHAIN/NETWORK, in the order of the channels; those of other chains than the quality's are passed over.
    Nothing is read before it is used.

    Raises
    ------
    InputError : no folder has the quality's chain; a file is missing, broken or of another size.
    """
    chain = parse_quality(quality).chain
    folders = [folder for folder in folders if folder.parent.name == chain]
    if not folders:
        raise InputError(f"--samples: it names no folder {chain}/NETWORK, where the samples of `{quality}` are; add it")
    if masks_path is None:
        raise InputError("--sample-masks: it names no file; add that of the masks of the samples")
    masks = open_masks(masks_path)
    paths = [folder / f"{quality}.npy" for folder in folders]
    images = [open_array(path, np.float32, "(n, channels, height, width)", AGAIN) for path in paths]
    for path, image in zip(paths, images, strict=True):
        if (len(image), *image.shape[2:]) != (len(masks), *masks.shape[2:]):
            raise InputError(
                f"{path}: images of shape {image.shape} do not fit the masks of {masks_path}, of shape {masks.shape}; "
                f"{AGAIN}"
            )
    return SliceSet(StackedChannels(images), masks, np.full(len(masks), ""))

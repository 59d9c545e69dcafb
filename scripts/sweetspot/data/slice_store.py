"""The slice store: images and masks in one `.npy` file each, and a manifest with one row for each slice.

Manifest columns: index (row of the arrays), id (such as "sub-01/ses-02/z=+12.0"), subject, domain, scan, z (mm), part,
label (1 if there is a lesion), class, sha256 (of the image). Each part is contiguous.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.data.manifest import open_array, read_manifest
from sweetspot.data.parts import SLICE_PARTS
from sweetspot.data.slice_set import MASK_CHANNELS, SliceSet
from sweetspot.errors import InputError

COLUMNS = ("index", "id", "subject", "domain", "scan", "z", "part", "label", "class", "sha256")


def load_slices(images_path: str | Path, masks_path: str | Path, split_path: str | Path, part: str) -> SliceSet:
    """The slices of one part, after checking that the parts are disjoint; arrays are memory maps.

    Changes to the arrays stay in memory, so that they may be handed to torch as they are.

    Raises
    ------
    InputError : a file is missing, broken or does not fit the others; an unknown part; a subject or an image in two
        parts.
    """
    if part not in SLICE_PARTS:
        raise InputError(f"unknown part {part!r}; the parts are {', '.join(SLICE_PARTS)}")
    manifest = read_manifest(Path(split_path), COLUMNS, SLICE_PARTS)
    images = open_array(Path(images_path), np.float32, "(n, modalities, height, width)")
    masks = open_array(Path(masks_path), np.uint8, "(n, 4, height, width)")
    for path, array in ((images_path, images), (masks_path, masks)):
        if len(array) != len(manifest):
            raise InputError(
                f"{path}: {len(array)} slices, but {split_path} has {len(manifest)} rows; prepare the data again"
            )
    if masks.shape[1:] != (len(MASK_CHANNELS), *images.shape[2:]):
        raise InputError(f"{masks_path}: its shape {masks.shape} does not fit {images.shape}; prepare the data again")
    rows = np.flatnonzero(manifest["part"] == part)
    chosen = slice(rows[0], rows[-1] + 1) if len(rows) else slice(0, 0)
    if chosen.stop - chosen.start != len(rows):
        raise InputError(f"{split_path}: the slices of {part} are not together; prepare the data again")
    return SliceSet(images[chosen], masks[chosen], manifest["scan"].to_numpy(dtype=str)[rows])

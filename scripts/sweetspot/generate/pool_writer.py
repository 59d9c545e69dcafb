"""Writing synthetic pools: the masks of a task, and a folder with one file for each quality of a chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from sweetspot.files import array_writer, atomic_path, growing_array_writer


def write_masks(out: Path, masks: Iterable[np.ndarray], mask_shape: tuple[int, ...]) -> None:
    """Write uint8 (n, *mask_shape) from mask after mask; no more than one is in memory.

    Raises
    ------
    InputError : the disk is full; nothing is kept.
    """
    with atomic_path(out) as path, growing_array_writer(path, mask_shape, "u1") as append:
        for mask in masks:
            append(mask[None])


def write_pool(
    out: Path,
    batches: Iterable[dict[str, np.ndarray]],
    qualities: Sequence[str],
    shape: tuple[int, ...],
    beside: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Write QUALITY.npy, float32 of `shape`, (n, channels, height, width), from batch after batch.

    Parameters
    ----------
    beside : whole arrays for the same folder, by name.

    Raises
    ------
    InputError : the disk is full; nothing is kept.
    """
    with atomic_path(out) as folder, ExitStack() as stack:
        folder.mkdir()
        for name, array in (beside or {}).items():
            np.save(folder / f"{name}.npy", array)
        append = {name: stack.enter_context(array_writer(folder / f"{name}.npy", shape)) for name in qualities}
        for images in batches:
            for name in qualities:
                append[name](images[name])

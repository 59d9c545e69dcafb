"""Writing synthetic pools: the masks of a task, and a folder with one file for each quality of a chain."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from sweetspot.checkpoints import NO_CHECKPOINTS
from sweetspot.files import atomic_path, growing_array_writer
from sweetspot.generate.partial_pool import PartialPool


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
    draw: Callable[[int], Iterable[dict[str, np.ndarray]]],
    qualities: Sequence[str],
    shape: tuple[int, ...],
    beside: Mapping[str, np.ndarray] | None = None,
    pool: PartialPool | None = None,
) -> None:
    """Write QUALITY.npy, float32 of `shape`, (n, channels, height, width), from batch after batch.

    Parameters
    ----------
    draw : given the number of batches that are there already, yields the others.
    beside : whole arrays for the same folder, by name.
    pool : what is there already; by default nothing is, and nothing is kept of a pool that is not finished.

    Raises
    ------
    InputError : the disk is full; nothing is kept at `out`.
    """
    pool = pool or PartialPool(NO_CHECKPOINTS.part("pool"))
    with atomic_path(out) as folder:
        folder.mkdir()
        for name, array in (beside or {}).items():
            np.save(folder / f"{name}.npy", array)
        pool.open(pool.folder or folder, qualities, shape)
        with pool:
            for images in draw(pool.batches):
                pool.append(images)
        if pool.folder:
            for name in qualities:
                shutil.move(pool.folder / f"{name}.npy", folder)

"""Writing a synthetic pool: a folder with one file for each quality, and what the samples were conditioned on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from sweetspot.files import array_writer, atomic_path


def write_pool(
    out: Path,
    batches: Iterable[dict[str, np.ndarray]],
    qualities: Sequence[str],
    image_shape: tuple[int, ...],
    conditions: np.ndarray,
    conditions_name: str,
) -> None:
    """Write QUALITY.npy, float32 (n, *image_shape), from batch after batch, and `conditions` beside them.

    Raises
    ------
    InputError : the disk is full; nothing is kept.
    """
    with atomic_path(out) as folder, ExitStack() as stack:
        folder.mkdir()
        np.save(folder / f"{conditions_name}.npy", conditions)
        append = {
            name: stack.enter_context(array_writer(folder / f"{name}.npy", (len(conditions), *image_shape)))
            for name in qualities
        }
        for images in batches:
            for name in qualities:
                append[name](images[name])

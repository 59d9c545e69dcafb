"""A synthetic pool that is being drawn: files that grow batch by batch, and a count of what is safely in them."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sweetspot.checkpoints import Part

BYTES = 4  # of a float32


class PartialPool:
    """QUALITY.npy for each quality, kept beside the checkpoints of a job, or where `open` is told.

    A checkpoint is the number of batches and images that the files have on the disk; what was written after it is
    written again.
    """

    def __init__(self, checkpoints: Part) -> None:
        self._checkpoints = checkpoints
        self._files: dict[str, _GrowingFile] = {}
        self.folder = checkpoints.folder
        self.batches = 0
        self._images = 0

    def open(self, folder: Path, qualities: Sequence[str], shape: tuple[int, ...]) -> None:
        """Continue the files in `folder`, which hold arrays of `shape` in the end, after what a checkpoint counts."""
        paths = {name: folder / f"{name}.npy" for name in qualities}
        resumed = self._checkpoints.load()
        # A job that was killed while it handed over its files has some of them no more.
        if resumed and all(path.exists() for path in paths.values()):
            self.batches, self._images = resumed[0], resumed[1]["images"]
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {name: _GrowingFile(path, shape, self._images) for name, path in paths.items()}

    def append(self, images: dict[str, np.ndarray]) -> None:
        """Add a batch, by quality; equally many images of each."""
        for name, file in self._files.items():
            file.append(images[name])
        self.batches += 1
        self._images += len(images[name])

    def safe_point(self) -> None:
        """Save what is there if it is time to; raises `Stopped` if the job is to stop."""
        self._checkpoints.after(self.batches, self._on_disk)

    def _on_disk(self) -> dict[str, int]:
        for file in self._files.values():
            file.sync()
        return {"images": self._images}

    def __enter__(self) -> PartialPool:
        return self

    def __exit__(self, *error: object) -> None:
        for file in self._files.values():
            file.close()


class _GrowingFile:
    """A `.npy` file, float32 of `shape` in the end, after its first `rows` rows."""

    def __init__(self, path: Path, shape: tuple[int, ...], rows: int) -> None:
        self._file = path.open("r+b" if rows else "wb")
        np.lib.format.write_array_header_1_0(self._file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        self._file.seek(rows * math.prod(shape[1:]) * BYTES, os.SEEK_CUR)
        self._file.truncate()

    def append(self, rows: np.ndarray) -> None:
        self._file.write(np.ascontiguousarray(rows, dtype="<f4").data)

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

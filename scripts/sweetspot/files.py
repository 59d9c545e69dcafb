"""Files that are either whole or absent: written under a temporary name, synced, then renamed."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil

from sweetspot.errors import InputError

# No space, over the quota, over the largest size of a file.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Short, since a name has at most 255 bytes.
HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
ABANDONED = 24 * 3600  # seconds without a change


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success rename it to `path`, on any error remove it.

    The temporary name keeps the ending of `path`, since several writers choose their format by it, and names the host
    and the process, so that one that was thought dead cannot mix its rows into another's; what dead ones left is
    removed. Works for a file and for a folder that the caller creates at the yielded path.

    Raises
    ------
    InputError : the disk is full, or the file larger than allowed; a folder is where a file should be written, or a
        file where its folder should be. Nothing of it is kept, and nothing else is removed.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{path}: it cannot be written, as a folder above it is a file; choose another path") from None
    temporary = path.with_name(f".partial-{HOST}-{os.getpid()}-{path.name}")
    for left in path.parent.glob(f".partial-*-{glob.escape(path.name)}"):
        if left == temporary or _is_left_over(left, left.name.removesuffix(f"-{path.name}")):
            _remove(left)
    try:
        yield temporary
        for file in [temporary] if temporary.is_file() else sorted(temporary.rglob("*")):
            _sync(file)
        if path.is_dir() and temporary.is_file():
            raise InputError(f"{path}: it is a folder, and a file should be written; choose another path")
        if path.is_dir() and temporary.is_dir():
            _remove(path)
        temporary.replace(path)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise InputError(
            f"{path}: it cannot be written whole ({error.strerror}) and was removed; free some space and run the same "
            "command again"
        ) from None
    finally:
        _remove(temporary)


def _is_left_over(path: Path, prefix: str) -> bool:
    """Whether the writer of a temporary file has ended; that of another host is judged by its age alone."""
    found = re.fullmatch(r"\.partial-([0-9a-f]{8})-(\d+)", prefix)
    if not found:
        return False
    if found[1] == HOST:
        return not psutil.pid_exists(int(found[2]))
    try:
        changed = max(each.stat().st_mtime for each in (path, *path.rglob("*")))
    except FileNotFoundError:  # its writer has just ended
        return False
    return time.time() - changed > ABANDONED


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


@contextlib.contextmanager
def array_writer(path: str | Path, shape: tuple[int, ...]) -> Iterator[Callable[[np.ndarray], object]]:
    """Yield a function that writes the next rows of a `.npy` file, float32 of `shape` in all.

    Not a memory map: on a full disk that ends in a signal instead of an error.
    """
    with Path(path).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        yield lambda rows: file.write(np.ascontiguousarray(rows, dtype="<f4").data)


@contextlib.contextmanager
def growing_array_writer(
    path: str | Path, row_shape: tuple[int, ...], dtype: str
) -> Iterator[Callable[[np.ndarray], object]]:
    """Yield a function that appends rows of `row_shape` to a `.npy` file, whose number need not be known.

    The header is written again at the end; numpy leaves room in it for any number of rows.
    """
    written = 0
    descr = np.lib.format.dtype_to_descr(np.dtype(dtype).newbyteorder("<"))

    def header() -> None:
        about = {"descr": descr, "fortran_order": False, "shape": (written, *row_shape)}
        np.lib.format.write_array_header_1_0(file, about)

    def append(rows: np.ndarray) -> None:
        nonlocal written
        file.write(np.ascontiguousarray(rows, dtype=descr).data)
        written += len(rows)

    with Path(path).open("wb") as file:
        header()
        yield append
        file.seek(0)
        header()


def sha256_of_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

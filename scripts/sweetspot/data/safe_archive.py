"""Read chosen files of a `.tar.gz` into memory, without writing anything to the disk."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sweetspot.errors import InputError


class _TooLarge(Exception):
    pass


class _Limited:
    """A stream that refuses to give more than `limit` bytes in all, however much a small file unpacks to."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise _TooLarge
        return data


def read_members(path: Path, wanted: Collection[str], largest: int, total: int) -> dict[str, bytes]:
    """Contents of the files of the archive whose last path component is in `wanted`, by that name.

    Every member is looked at, wanted or not. A wanted file that is not there is left out of the result.

    Parameters
    ----------
    largest : bytes allowed for one wanted file.
    total : bytes allowed for the whole archive, unpacked.

    Raises
    ------
    InputError : not a gzip file, truncated or broken; a member with a path outside the archive; a link, a
        device or another special member; a wanted name twice; or more bytes than allowed.
    """
    found: dict[str, bytes] = {}
    with path.open("rb") as file:
        if file.read(2) not in (b"\x1f\x8b", b""):
            raise InputError(f"{path}: it is not a gzip file; give a .tar.gz archive or its folder")
    try:
        with gzip.open(path) as stream:
            limited = _Limited(stream, total)
            with tarfile.open(fileobj=limited, mode="r|") as archive:
                for member in archive:
                    name = _check(path, member)
                    if not member.isfile() or name not in wanted:
                        continue
                    if name in found:
                        raise InputError(f"{path}: the archive holds {name} twice; get the original archive")
                    if member.size > largest:
                        raise InputError(
                            f"{path}: {member.name} declares {member.size:,} bytes, over the {largest:,} "
                            "that are allowed; get the original archive"
                        )
                    content = archive.extractfile(member)
                    found[name] = content.read() if content else b""
            # The checksum of a gzip file comes at its end, after the last member.
            while limited.read(2**20):
                pass
    except _TooLarge:
        raise InputError(f"{path}: it unpacks to more than {total:,} bytes; get the original archive") from None
    except (EOFError, zlib.error, tarfile.TarError, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the archive is truncated or broken ({error}); download it again") from None
    return found


def _check(path: Path, member: tarfile.TarInfo) -> str:
    """The last component of a harmless member's path."""
    parts = PurePosixPath(member.name).parts
    if member.name.startswith("/") or ".." in parts:
        raise InputError(
            f"{path}: the member {member.name!r} has a path outside the archive; do not use this file, "
            "get the original archive"
        )
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
        raise InputError(
            f"{path}: the member {member.name!r} is a link, a device or another special file; do not use "
            "this file, get the original archive"
        )
    return parts[-1] if parts else ""

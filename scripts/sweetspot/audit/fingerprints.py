"""SHA-256 and size of files and folders, as records state them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.files import atomic_path, sha256_of_file

CACHE = Path(".snakemake/sweetspot/hashes")
LARGE = 32 * 2**20  # bytes from which a hash is worth keeping: a small file is read sooner than its entry
SETTLED = 2.0  # seconds: a file changed so recently may change again within one tick of its file system's clock


@dataclass(frozen=True)
class Fingerprint:
    """Of a file, or of a folder with all that is in it.

    sha256 : of the bytes; of a folder, of the JSON list of the names in it and their SHA-256, sorted.
    size : bytes in all.
    files : SHA-256 of each file of a folder, by its path inside; None for a file.
    """

    sha256: str
    size: int
    files: dict[str, str] | None = None

    def to_json(self) -> dict[str, object]:
        content = asdict(self)
        if self.files is None:
            del content["files"]
        return content


def fingerprint(path: Path, cache: Path = CACHE, rehash: bool = False) -> Fingerprint:
    """Hash what is at `path`.

    Parameters
    ----------
    cache : folder in which hashes of large files are kept; they hold while device, inode, size and both times of change
        are the same, so also after a write that put the modification time back.
    rehash : read large files again, whatever the cache says, and correct it.

    Raises
    ------
    FileNotFoundError : nothing is there.
    """
    if not path.is_dir():
        return Fingerprint(_sha256(path, cache, rehash), path.stat().st_size)
    # Not hidden ones, such as half-written files and what operating systems leave.
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    files = {file.relative_to(path).as_posix(): _sha256(file, cache, rehash) for file in found}
    digest = hashlib.sha256(json.dumps(sorted(files.items())).encode())
    return Fingerprint(digest.hexdigest(), sum(file.stat().st_size for file in found), files)


def _sha256(path: Path, cache: Path, rehash: bool) -> str:
    if path.stat().st_size < LARGE:
        return sha256_of_file(path)
    entry = cache / hashlib.sha256(os.fsencode(path.resolve())).hexdigest()
    before = _identity(path)
    try:
        identity, digest = json.loads(entry.read_text(encoding="utf-8"))
        if identity == before and not rehash:
            return digest
    except (OSError, ValueError, TypeError):
        pass  # there is none yet, or it is damaged
    digest = sha256_of_file(path)
    if before == _identity(path) and time.time_ns() - max(before[3:]) > SETTLED * 1e9:
        # Without a place to keep it, such as a folder that may only be read, the hash is as good.
        with contextlib.suppress(OSError, InputError), atomic_path(entry) as temporary:
            temporary.write_text(json.dumps([before, digest]), encoding="utf-8")
    return digest


def _identity(path: Path) -> list[int]:
    about = path.stat()
    return [about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns]

"""Where a command is asked to write, checked before its work is done."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sweetspot.errors import InputError


def check_output_path(option: str, path: Path, endings: Sequence[str]) -> None:
    """Refuse a path, given by `option`, that no file with one of these endings can be written to.

    Raises
    ------
    InputError : another ending, a folder in its place, a file above it, or a folder that nothing may be written to.
    """
    if path.suffix not in endings:
        raise InputError(f"{option}: {path} ends in none of {', '.join(endings)}")
    try:
        if path.is_dir():
            raise InputError(f"{option}: {path} is a folder; name a file in it")
        above = next(each for each in path.absolute().parents if each.exists())
        if not above.is_dir():
            raise InputError(f"{option}: {path} cannot be written, as {above} is a file; choose another path")
        with tempfile.TemporaryFile(dir=above):
            pass
    except OSError as error:
        raise InputError(f"{option}: {path} cannot be written ({error.strerror}); choose another path") from None

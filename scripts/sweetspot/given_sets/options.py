"""Options that commands on a real set and a pool share: declared, and checked before the work is done."""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import ENDINGS


def add_sets(arguments: argparse.ArgumentParser, pool: str, about_pool: str) -> None:
    """Declare --real, the option of the name `pool`, and how both sets are read."""
    kinds = f"folder of images, flat or with a folder for each class, or a file of {', '.join(ENDINGS)}"
    arguments.add_argument("--real", type=Path, required=True, help=f"the real training set: a {kinds}")
    arguments.add_argument(f"--{pool}", type=Path, required=True, help=f"{about_pool}, likewise")
    arguments.add_argument(
        "--labels",
        type=Path,
        nargs=2,
        metavar=("REAL", pool.upper()),
        help=".npy files of the classes of both sets, whole numbers or names, where the sets do not hold them",
    )
    arguments.add_argument(
        "--value-range",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        help="lowest and highest pixel value of arrays that are not of 8 bits (default: found out from the values)",
    )


def check_value_range(value_range: Sequence[float] | None) -> None:
    """Refuse a --value-range whose ends are not finite and in order; None is none.

    Raises
    ------
    InputError : such a range.
    """
    if value_range is not None and not (all(map(math.isfinite, value_range)) and value_range[0] < value_range[1]):
        low, high = value_range
        raise InputError(f"--value-range: {low:g} {high:g} is no range; give the lowest value, then the highest")


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

"""What a trained network made of images: features and class probabilities, a file for each part and quality."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from sweetspot.errors import InputError


@dataclass(frozen=True)
class EncodedImages:
    """Images as a network saw them, with their labels.

    features : float32 (n, d), of its hidden layer.
    log_probabilities : float32 (n, classes).
    labels : int64 (n,).
    """

    features: np.ndarray
    log_probabilities: np.ndarray
    labels: np.ndarray

    @classmethod
    def joined(cls, sets: Iterable[EncodedImages]) -> EncodedImages:
        """The images of all sets, one set after the other."""
        sets = list(sets)
        return cls(*(np.concatenate([getattr(each, field.name) for each in sets]) for field in fields(cls)))


def write_encoded(folder: Path, name: str, encoded: EncodedImages) -> None:
    """Write `NAME.npz`; `name` is a part of the split or a quality."""
    np.savez(folder / f"{name}.npz", **{field.name: getattr(encoded, field.name) for field in fields(encoded)})


def read_encoded(folder: Path, name: str) -> EncodedImages:
    """Read `NAME.npz`.

    Raises
    ------
    InputError : the file is missing, broken, or holds something else.
    """
    path = folder / f"{name}.npz"
    if not path.is_file():
        raise InputError(f"{path}: no such file; encode the images first")
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            encoded = EncodedImages(**{field.name: arrays[field.name] for field in fields(EncodedImages)})
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a file of encoded images ({error}); encode the images again") from None
    if len({len(getattr(encoded, field.name)) for field in fields(encoded)}) > 1:
        raise InputError(f"{path}: its arrays are of different lengths; encode the images again")
    return encoded

"""What a trained network made of images: features and class probabilities, a file for each part and quality.

Those of the real parts are in one folder, those of the qualities of a reverse chain in another.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from sweetspot.errors import InputError

ENCODED_HELP = "of `encode_images` and of `encode_samples` for each chain"  # of an option that names the folders


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
        """The images of all sets, one set after the other.

        Raises
        ------
        InputError : sets that different networks encoded.
        """
        sets = list(sets)
        if len({(each.features.shape[1], each.log_probabilities.shape[1]) for each in sets}) > 1:
            raise InputError("--encoded: features of different networks; encode all images again")
        return cls(*(np.concatenate([getattr(each, field.name) for each in sets]) for field in fields(cls)))


def write_encoded(folder: Path, name: str, encoded: EncodedImages) -> None:
    """Write `NAME.npz`; `name` is a part of the split or a quality."""
    np.savez(folder / f"{name}.npz", **{field.name: getattr(encoded, field.name) for field in fields(encoded)})


def read_encoded(folders: Sequence[Path], name: str) -> EncodedImages:
    """Read `NAME.npz` from that of `folders` which has it.

    Raises
    ------
    InputError : the file is in none of them, is broken, or holds something else.
    """
    path = next((folder / f"{name}.npz" for folder in folders if (folder / f"{name}.npz").is_file()), None)
    if path is None:
        raise InputError(f"--encoded: no folder has {name}.npz; encode the images first, and name their folder")
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            encoded = EncodedImages(**{field.name: arrays[field.name] for field in fields(EncodedImages)})
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a file of encoded images ({error}); encode the images again") from None
    if len({len(getattr(encoded, field.name)) for field in fields(encoded)}) > 1:
        raise InputError(f"{path}: its arrays are of different lengths; encode the images again")
    return encoded

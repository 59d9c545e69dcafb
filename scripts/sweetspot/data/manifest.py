"""Reading what a store holds, with checks: its manifest and its arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike

from sweetspot.data.parts import verify_disjoint
from sweetspot.errors import InputError

# All other columns are text.
NUMBERS = {"index": np.int64, "label": np.int64, "z": np.float64}


def read_manifest(path: Path, columns: tuple[str, ...], parts: tuple[str, ...]) -> pd.DataFrame:
    """A manifest, checked: its columns, the order of its rows, and that the parts are disjoint.

    Raises
    ------
    InputError : the file is missing, is no manifest, or has an image or a subject in two parts.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; prepare the data first")
    try:
        # A class may well be called "None" or "NA": only text is read, nothing is taken for a missing value.
        manifest = pd.read_csv(
            path,
            dtype={column: NUMBERS.get(column, str) for column in columns},
            keep_default_na=False,
            na_filter=False,
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable manifest ({error}); prepare the data again") from None
    if tuple(manifest.columns) != columns:
        raise InputError(f"{path}: its columns are not {', '.join(columns)}; prepare the data again")
    if not np.array_equal(manifest["index"], np.arange(len(manifest))):
        raise InputError(f"{path}: the rows are not numbered 0, 1, 2, ...; prepare the data again")
    verify_disjoint(manifest, str(path), parts)
    return manifest


def open_array(path: Path, dtype: DTypeLike, axes: str, remedy: str = "prepare the data again") -> np.ndarray:
    """A memory map of a `.npy` file with as many axes as `axes` names, such as "(n, height, width)".

    Changes to it stay in memory, so that it may be handed to torch as it is. `remedy` says how the file is made anew.

    Raises
    ------
    InputError : the file is missing, broken, or holds something else.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; {remedy}")
    try:
        array = np.lib.format.open_memmap(path, mode="c")
    except (ValueError, EOFError, OSError, SyntaxError) as error:
        raise InputError(f"{path}: not a readable .npy file ({error}); {remedy}") from None
    if array.dtype != dtype or array.ndim != axes.count(",") + 1:
        raise InputError(
            f"{path}: it holds {array.dtype} of shape {array.shape}, not {np.dtype(dtype)} of shape {axes}; {remedy}"
        )
    return array

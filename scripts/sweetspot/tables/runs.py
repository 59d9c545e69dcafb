"""The tidy tables of runs: `runs.csv` and `seconds.csv`, and the parts of them that jobs wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError

RUN_COLUMNS = [
    "task",
    "experiment",
    "arm",  # real_only, synthetic, more_real, more_source, target_real
    "quality",  # empty where there is no generator
    "ratio",
    "selection",  # how the synthetic samples were chosen
    "n_real",
    "n_synthetic",
    "steps",  # optimiser steps taken
    "seed",
    "metric",
    "value",
]
# What runs took, kept apart from the results: seconds of training and test of each run, and the largest memory of its
# process by then, in MB.
SECONDS_COLUMNS = ["task", "experiment", "arm", "quality", "ratio", "seed", "seconds", "peak_memory_mb"]


def read_runs(path: str | Path) -> pd.DataFrame:
    """Read `runs.csv`, or the part of it that one cell wrote.

    Raises
    ------
    InputError : the file has other columns, or a value that is no number.
    """
    return _read(path, RUN_COLUMNS, "value")


def read_all_runs(folder: str | Path, paths: Iterable[str]) -> pd.DataFrame:
    """The runs of several jobs, `PATH.csv` in a folder, in one table that is sorted by all columns but the value.

    Errors are those of `read_runs`.
    """
    return _together(folder, paths, read_runs, RUN_COLUMNS[:-1])


def read_all_seconds(folder: str | Path, paths: Iterable[str]) -> pd.DataFrame:
    """The same of what the runs took; errors are those of `read_seconds`."""
    return _together(folder, paths, read_seconds, SECONDS_COLUMNS[:-2])


def read_seconds(path: str | Path) -> pd.DataFrame:
    """Read what runs took: `SECONDS_COLUMNS`.

    Raises
    ------
    InputError : the file has other columns, or a time that is no number.
    """
    return _read(path, SECONDS_COLUMNS, "seconds")


def _together(
    folder: str | Path, paths: Iterable[str], read: Callable[[Path], pd.DataFrame], key: list[str]
) -> pd.DataFrame:
    return pd.concat([read(Path(folder, f"{path}.csv")) for path in paths]).sort_values(key, ignore_index=True)


def _read(path: str | Path, columns: list[str], number: str) -> pd.DataFrame:
    text = dict.fromkeys(("task", "experiment", "arm", "quality", "selection", "metric"), str)
    again = "delete it and run the workflow again"
    try:
        table = pd.read_csv(path, dtype=text | {number: float}, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not a table of runs ({error}); {again}") from None
    if list(table.columns) != columns:
        raise InputError(f"{path}: its columns are not {', '.join(columns)}; {again}")
    return table

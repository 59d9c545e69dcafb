"""The tidy tables of runs: `runs.csv` and `seconds.csv`, and the parts of them that jobs wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from sweetspot.tables.csv_files import read_columns

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
TEXT = ["task", "experiment", "arm", "quality"]
NUMBERS = {"ratio": float, "seed": int}


def read_runs(path: str | Path) -> pd.DataFrame:
    """Read `runs.csv`, or the part of it that one cell wrote.

    Raises
    ------
    InputError : the file is missing or has other columns, or a value that is no number.
    """
    numbers = NUMBERS | {"n_real": int, "n_synthetic": int, "steps": int, "value": float}
    return read_columns(path, RUN_COLUMNS, [*TEXT, "selection", "metric"], "runs", numbers)


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
    InputError : the file is missing or has other columns, or a time that is no number.
    """
    numbers = NUMBERS | {"seconds": float, "peak_memory_mb": float}
    return read_columns(path, SECONDS_COLUMNS, TEXT, "what runs took", numbers)


def _together(
    folder: str | Path, paths: Iterable[str], read: Callable[[Path], pd.DataFrame], key: list[str]
) -> pd.DataFrame:
    return pd.concat([read(Path(folder, f"{path}.csv")) for path in paths]).sort_values(key, ignore_index=True)

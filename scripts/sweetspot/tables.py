"""The tidy tables that all figures and claims are read from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError
from sweetspot.files import atomic_path

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


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table as CSV, whole or not at all: one header line, ten significant digits, the same bytes everywhere."""
    with atomic_path(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.10g", lineterminator="\n")


def read_runs(path: str | Path) -> pd.DataFrame:
    """Read `runs.csv`, or the part of it that one cell wrote.

    Raises
    ------
    InputError : the file has other columns, or a value that is no number.
    """
    text = dict.fromkeys(("task", "experiment", "arm", "quality", "selection", "metric"), str)
    try:
        runs = pd.read_csv(path, dtype=text | {"value": float}, keep_default_na=False)
    except ValueError as error:
        raise InputError(f"{path}: not a table of runs ({error}); delete it and run the workflow again") from None
    if list(runs.columns) != RUN_COLUMNS:
        raise InputError(f"{path}: its columns are not {', '.join(RUN_COLUMNS)}; delete it and run the workflow again")
    return runs

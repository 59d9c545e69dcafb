"""The tidy tables that all figures and claims are read from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError

RUN_COLUMNS = [
    "task",
    "experiment",
    "arm",  # real_only, synthetic, more_real
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


def read_runs(path: str | Path) -> pd.DataFrame:
    """Read `runs.csv`, or the part of it that one cell wrote.

    Raises
    ------
    InputError : the file has other columns.
    """
    runs = pd.read_csv(path, dtype={"quality": str, "metric": str}, keep_default_na=False)
    if list(runs.columns) != RUN_COLUMNS:
        raise InputError(f"{path}: its columns are not {', '.join(RUN_COLUMNS)}")
    return runs

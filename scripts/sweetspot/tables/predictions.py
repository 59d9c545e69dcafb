"""Reading the tables of predictions and of their regrets, and which cells these can be judged on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.tables.csv_files import read_columns

PREDICTION_TEXT = ["task", "experiment", "quality", "method"]
PREDICTION_COLUMNS = [
    *PREDICTION_TEXT,
    "predicted_ratio",
    "ci_low",
    "ci_high",
    "best_ratio",
    "loss_at_prediction",
    "best_loss",
    "regret",
    "sweep_range",
    "sweep_se",
    "relative_regret",  # regret / sweep_range
]
REGRET_COLUMNS = [
    *PREDICTION_TEXT,
    "relative_regret",
    "ci_low",  # over the sweep's seeds
    "ci_high",
    "resolved",  # whether the cell's sweep tells which ratio is best
    "cost_in_steps",  # optimiser steps of the prediction over those of the sweep
]
# A sweep over ratios tells which is best if its range of mean losses is this many standard errors.
RESOLVED = 4.0
FIXED_RULES = ("fixed_0", "fixed_1", "fixed_2", "everything")
CELL = ["task", "experiment", "quality"]


def read_predictions(path: str | Path) -> pd.DataFrame:
    """Read `predictions.csv`.

    Raises
    ------
    InputError : the file has other columns, or a value that is no number.
    """
    return read_columns(path, PREDICTION_COLUMNS, PREDICTION_TEXT, "predictions")


def read_regrets(path: str | Path) -> pd.DataFrame:
    """Read `regrets.csv`.

    Raises
    ------
    InputError : the file has other columns, or a value of another type.
    """
    return read_columns(path, REGRET_COLUMNS, PREDICTION_TEXT, "regrets", {"resolved": bool})


def is_resolved(sweep_range: float | pd.Series, sweep_se: float | pd.Series) -> bool | pd.Series:
    """Whether a sweep tells which ratio is best: its range is not 0, and at least `RESOLVED` standard errors."""
    return (sweep_range >= RESOLVED * sweep_se) & (sweep_range > 0)


def resolved(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows of the cells whose sweep tells which ratio is best."""
    return predictions[is_resolved(predictions["sweep_range"], predictions["sweep_se"])]

"""Reading the tables of distances and of predictions, and what figures and claims take from both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from sweetspot.errors import InputError
from sweetspot.statistics import CONFIDENCE, RESAMPLES
from sweetspot.streams import numpy_stream

DISTANCE_TEXT = ["task", "arm", "quality", "metric", "features"]
DISTANCE_COLUMNS = [*DISTANCE_TEXT, "n_a", "n_b", "value", "ci_low", "ci_high"]
# What `distances.csv` is collected from, one table for each task, says which parts of the data were compared, and the
# floor: the same distance between two sets of real data of the same sizes, with the upper end of its interval.
MEASURED_COLUMNS = [*DISTANCE_COLUMNS, "split_a", "split_b", "floor", "floor_high"]
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
# The real data of the source domain, to which others are added under domain shift: `source+synthetic` and so on.
SOURCE = "source"
CELL = ["task", "experiment", "quality"]


def read_distances(path: str | Path) -> pd.DataFrame:
    """Read `distances.csv`.

    Raises
    ------
    InputError : the file has other columns, or a value that is no number.
    """
    return read_columns(path, DISTANCE_COLUMNS, DISTANCE_TEXT, "distances")


def read_measured(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read the tables of distances of several tasks, with their floors.

    Raises
    ------
    InputError : a file has other columns, or a value that is no number.
    """
    text = [*DISTANCE_TEXT, "split_a", "split_b"]
    return pd.concat([read_columns(path, MEASURED_COLUMNS, text, "distances") for path in paths], ignore_index=True)


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


def read_columns(
    path: str | Path, columns: list[str], text: list[str], what: str, others: Mapping[str, type] | None = None
) -> pd.DataFrame:
    """Read a table of exactly these columns: some text, some of `others`' types, all else numbers.

    Parameters
    ----------
    what : what the table is one of, for the message.

    Raises
    ------
    InputError : the file has other columns, or a value of another type.
    """
    # An empty quality is no missing value, an empty number is one.
    types = {name: str if name in text else float for name in columns} | dict(others or {})
    missing = {name: [""] for name in columns if name not in text}
    try:
        table = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=missing)
    except ValueError as error:
        raise InputError(f"{path}: not a table of {what} ({error}); delete it and run the workflow again") from None
    if list(table.columns) != columns:
        raise InputError(f"{path}: its columns are not {', '.join(columns)}; delete it and run the workflow again")
    return table


def distances_of_qualities(distances: pd.DataFrame, task: str, metric: str, features: str) -> pd.DataFrame:
    """Distance of each quality to the real data, from the nearest on, indexed by quality."""
    rows = _rows(distances, task, metric, features)
    return rows[rows["arm"] == "synthetic"].set_index("quality").sort_values("value")


def resampled_distances(rows: pd.DataFrame, stream: str) -> np.ndarray:
    """Distances as measured in the first row, then as they might have been: shape (1 + RESAMPLES, number of rows).

    Each is drawn from a normal distribution about its value, with the standard deviation that its interval implies, and
    independently of the others, though they share the real data: for a comparison of two that is rather too wide.

    Parameters
    ----------
    rows : rows of `distances.csv`.
    stream : name of the stream of random numbers.
    """
    deviation = (rows["ci_high"] - rows["ci_low"]).to_numpy() / (2 * stats.norm.ppf((1 + CONFIDENCE) / 2))
    draws = numpy_stream(stream, 0).standard_normal((RESAMPLES, len(rows)))
    return rows["value"].to_numpy() + np.vstack([np.zeros(len(rows)), draws * np.nan_to_num(deviation)])


def mixtures(distances: pd.DataFrame, task: str, metric: str, features: str) -> pd.DataFrame:
    """Distances of training sets under domain shift to the target domain, with what was added to the source as `arm`.

    The arms are those of `runs.csv`, and `SOURCE` for the source alone.
    """
    rows = _rows(distances, task, metric, features)
    rows = rows[rows["arm"].str.startswith(f"{SOURCE}+") | (rows["arm"] == SOURCE)]
    return rows.assign(arm=rows["arm"].str.removeprefix(f"{SOURCE}+"))


def _rows(distances: pd.DataFrame, task: str, metric: str, features: str) -> pd.DataFrame:
    chosen = (distances["task"] == task) & (distances["metric"] == metric) & (distances["features"] == features)
    return distances[chosen]


def is_resolved(sweep_range: float | pd.Series, sweep_se: float | pd.Series) -> bool | pd.Series:
    """Whether a sweep tells which ratio is best: its range is not 0, and at least `RESOLVED` standard errors."""
    return (sweep_range >= RESOLVED * sweep_se) & (sweep_range > 0)


def resolved(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows of the cells whose sweep tells which ratio is best."""
    return predictions[is_resolved(predictions["sweep_range"], predictions["sweep_se"])]

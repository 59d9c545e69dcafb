"""Reading the tables of distances, and what figures and claims take from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from sweetspot.statistics import CONFIDENCE, RESAMPLES
from sweetspot.streams import numpy_stream
from sweetspot.tables.csv_files import read_columns

DISTANCE_TEXT = ["task", "arm", "quality", "metric", "features"]
DISTANCE_COLUMNS = [*DISTANCE_TEXT, "n_a", "n_b", "value", "ci_low", "ci_high"]
# What `distances.csv` is collected from, one table for each task, says which parts of the data were compared, and the
# floor: the same distance between two sets of real data of the same sizes, with the upper end of its interval.
MEASURED_COLUMNS = [*DISTANCE_COLUMNS, "split_a", "split_b", "floor", "floor_high"]
# The real data of the source domain, to which others are added under domain shift: `source+synthetic` and so on.
SOURCE = "source"


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

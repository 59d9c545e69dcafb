"""Table 3: the hyperparameters of each segmenter, which values were searched and which was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from sweetspot.config.segmenter import Segmenter
from sweetspot.config.segmenter_search import SEARCHED, SearchedSegmenter, SegmenterSearches
from sweetspot.errors import InputError
from sweetspot.statistics import estimate
from sweetspot.tables.csv_files import read_columns
from sweetspot.tables.hyperparameters import as_text, papers_value

# What a search writes: one row for each setting and seed, the values of a setting as text.
SEARCH_COLUMNS = ["task", *SEARCHED, "steps", "seed", "validation_loss"]
COLUMNS = [
    "task",
    "hyperparameter",
    "searched",
    "best_of_search",
    "chosen",
    "paper_value",
    "source",
    *(f"{which}_{part}" for which in ("best", "chosen") for part in ("loss", "ci_low", "ci_high")),
    "n",
]


def setting_values(setting: Segmenter) -> dict[str, str]:
    """The searched hyperparameters of a setting as text: JSON, and words without quotation marks."""
    return {name: as_text(getattr(setting, name)) for name in SEARCHED}


def search_table(config: SegmenterSearches, results: pd.DataFrame) -> pd.DataFrame:
    """One row for each searched hyperparameter of each task.

    `searched` lists the values tried, `best_of_search` is the value in the setting of the grid with the lowest
    validation loss, mean over its n seeds; `chosen` is the config's. `best_loss` and `chosen_loss` are the means of
    these two settings, each with its 95 % t-interval over seeds; they are of whole settings and so the same in all rows
    of a task. The best of many settings looks better than it is, so its interval is too low. Where nothing was
    searched, all but `chosen` and the paper's value is empty.

    Parameters
    ----------
    results : rows of all searches, `SEARCH_COLUMNS`.

    Raises
    ------
    InputError : the rows of a task are not those of its config.
    """
    rows = []
    for task, searched in config.tasks.items():
        own = results[results["task"] == task]
        rows += [(task, *row) for row in _rows(task, searched, own)]
    return pd.DataFrame(rows, columns=COLUMNS)


def read_searches(paths: Iterable[Path]) -> pd.DataFrame:
    """The rows of all searches, one file for each task.

    Raises
    ------
    InputError : a file is missing or has other columns, or a value of another type.
    """
    text, numbers = ["task", *SEARCHED], {"steps": int, "seed": int, "validation_loss": float}
    tables = [read_columns(path, SEARCH_COLUMNS, text, "a search", numbers) for path in paths]
    return pd.concat(tables or [pd.DataFrame(columns=SEARCH_COLUMNS)], ignore_index=True)


def _rows(task: str, searched: SearchedSegmenter, results: pd.DataFrame) -> list[tuple[object, ...]]:
    chosen = setting_values(searched.segmenter)
    if searched.search is None or results.empty:
        return [
            (name, "", "", value, *papers_value(Segmenter.model_fields[name]), *[np.nan] * 6, "")
            for name, value in chosen.items()
        ]
    losses = {
        setting: rows["validation_loss"].to_numpy(float)
        for setting, rows in results.groupby(list(SEARCHED), sort=False)
    }
    expected = {tuple(setting_values(setting).values()) for setting in searched.settings()}
    if set(losses) != expected or any(len(each) != searched.search.seeds for each in losses.values()):
        raise InputError(f"the search of {task} was made with another config; delete results/search/{task}.csv")
    best = min(losses, key=lambda setting: float(losses[setting].mean()))
    of_best, of_chosen = _interval(losses[best]), _interval(losses[tuple(chosen.values())])
    rows = []
    for position, (name, value) in enumerate(chosen.items()):
        tried = getattr(searched.search, name)
        shown = (as_text(tried), best[position]) if tried else ("", "")
        rows.append(
            (
                name,
                *shown,
                value,
                *papers_value(Segmenter.model_fields[name]),
                *of_best,
                *of_chosen,
                searched.search.seeds,
            )
        )
    return rows


def _interval(losses: np.ndarray) -> tuple[float, float, float]:
    """Mean and interval; infinite without one if a run diverged."""
    if not np.isfinite(losses).all():
        return np.inf, np.nan, np.nan
    found = estimate(losses)
    return found.mean, found.low, found.high

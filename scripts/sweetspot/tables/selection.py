"""The comparison of selection rules: what its jobs wrote, and `selection.csv`, which holds it together.

A job's task, pool, paradigm and architecture are in the path of its file. What rules are held against, which is the
same for all pools of a task, has the pool `real` there, and none in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd

from sweetspot.config.selection import REAL_POOL
from sweetspot.errors import InputError
from sweetspot.tables.csv_files import read_columns
from sweetspot.tables.picks import MEASURE_COLUMNS, RESULT_COLUMNS, read_picks

POOL = ["task", "pool"]
CELL = [*POOL, "paradigm", "architecture"]
OF_POOL = {"task": -3, "pool": -2}  # places in the path
MEASURES = ["recall", "precision", "frechet", "hidden_found"]
COLUMNS = [*POOL, "rule", "paradigm", "architecture", "seed", "accuracy", *MEASURES]
NO_PICKS = "none"
# In words, in the order of figures and tables: first what rules are held against.
RULE_TITLES = {
    "none": "real only",
    "more_real": "more real",
    "all": "whole pool",
    "random": "random",
    "center_matching": "centre matching",
    "center_sampling": "centre sampling",
    "k_means": "k-means",
    "ds3": "DS3-style",
    "covariance": "covariance",
    "covariance_swap": "covariance, swaps",
}


def in_order(rules: Iterable[str]) -> list[str]:
    """Each rule once, in the order of `RULE_TITLES`."""
    return sorted(set(rules), key=list(RULE_TITLES).index)


def read_selected_runs(paths: Iterable[str | Path]) -> pd.DataFrame:
    """The runs of `TASK/POOL/runs/PARADIGM/ARCHITECTURE.csv`, with their task, pool, paradigm and architecture.

    Raises
    ------
    InputError : a file has other columns, or a value of another type.
    """
    places = {"task": -5, "pool": -4, "paradigm": -2, "architecture": -1}
    return _with_keys(paths, places, lambda path: _read_rules(path, RESULT_COLUMNS, "runs on selected samples"))


def read_measures(paths: Iterable[str | Path]) -> pd.DataFrame:
    """The measures of the picks of `TASK/POOL/measures.csv`, with their task and pool.

    Raises
    ------
    InputError : a file has other columns, or a value of another type.
    """
    return _with_keys(paths, OF_POOL, lambda path: _read_rules(path, MEASURE_COLUMNS, "measures of selections"))


def read_all_picks(paths: Iterable[str | Path]) -> pd.DataFrame:
    """The picks of `TASK/POOL/picks.csv`, with their task and pool.

    Raises
    ------
    InputError : a file has other columns, or a value of another type.
    """
    return _with_keys(paths, OF_POOL, read_picks)


def read_selection(path: str | Path) -> pd.DataFrame:
    """Read `selection.csv`.

    Raises
    ------
    InputError : the file has other columns, or a value of another type.
    """
    text = [*POOL, "rule", "paradigm", "architecture"]
    return read_columns(path, COLUMNS, text, "runs on selected samples", {"seed": int})


def collect_selection(runs: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """`selection.csv`: each run with the measures of the picks that it was trained on, sorted.

    Parameters
    ----------
    runs : as `read_selected_runs` gives them.
    measures : as `read_measures` gives them.

    Raises
    ------
    InputError : picks that were trained on and not measured, or measured twice.
    """
    key = [*POOL, "rule", "seed"]
    twice = measures[measures.duplicated(key)]
    table = runs.merge(measures.drop_duplicates(key), how="left", on=key, indicator="found")
    lost = table[(table["found"] != "both") & (table["rule"] != NO_PICKS)]
    for rows, fault in ((twice, "are measured twice"), (lost, "were trained on and not measured")):
        if len(rows):
            task, pool, rule, seed = rows.iloc[0][key]
            raise InputError(
                f"results/selection/{task}/{pool}: the picks of {rule} with seed {seed} {fault}; delete the folder and "
                "run the workflow again"
            )
    table["pool"] = table["pool"].replace(REAL_POOL, "")
    return table[COLUMNS].sort_values(COLUMNS[:6], ignore_index=True)


def accuracies(selection: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str, str], pd.DataFrame]]:
    """Test accuracy in percent of each `CELL` of `selection.csv`: a row for each seed, a column for each rule.

    Runs of one seed have the same real images and initial weights whatever the rule, so differences of columns are
    paired.
    """
    for cell, rows in selection.groupby(CELL, sort=True):
        table = rows.pivot(index="seed", columns="rule", values="accuracy")
        yield cell, 100 * table[in_order(table.columns)]


def _with_keys(
    paths: Iterable[str | Path], places: dict[str, int], read: Callable[[Path], pd.DataFrame]
) -> pd.DataFrame:
    """Tables of several files, each with columns that say at which `places` of its path the names of its job are."""
    tables = []
    for path in map(Path, paths):
        names = path.with_suffix("").parts
        tables.append(read(path).assign(**{name: names[place] for name, place in places.items()}))
    return pd.concat(tables, ignore_index=True)


def _read_rules(path: Path, columns: list[str], what: str) -> pd.DataFrame:
    return read_columns(path, columns, ["rule"], what, {"seed": int})

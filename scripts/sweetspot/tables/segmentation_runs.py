"""Which runs are those of segmentation tasks: figures and claims tell them from classification by their metrics."""

from __future__ import annotations

import pandas as pd

from sweetspot.errors import InputError

# The metric that a segmentation task always has and a classification task never.
MARK = "dice"


def segmentation_tasks(runs: pd.DataFrame) -> list[str]:
    """Names of the segmentation tasks among the rows of `runs.csv`, sorted."""
    return sorted(runs.loc[runs["metric"] == MARK, "task"].unique())


def without_segmentation(runs: pd.DataFrame) -> pd.DataFrame:
    """The rows of all other tasks."""
    return runs[~runs["task"].isin(segmentation_tasks(runs))]


def segmentation_runs(runs: pd.DataFrame, experiment: str | None = None) -> pd.DataFrame:
    """The rows of segmentation tasks: of one experiment, or of all.

    Raises
    ------
    InputError : there are none.
    """
    chosen = runs[runs["task"].isin(segmentation_tasks(runs))]
    if experiment is not None:
        chosen = chosen[chosen["experiment"] == experiment]
    if chosen.empty:
        what = f" with the experiment `{experiment}`" if experiment else ""
        raise InputError(f"the table of runs has no segmentation task{what}; add one to the config and run it first")
    return chosen

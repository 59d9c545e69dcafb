"""What the methods cost in time, held against the full sweep."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sweetspot.predict.all_predictions import EVIDENCE, INFORMANT, INFORMED_PILOT, PILOT
from sweetspot.tables.predictions import FIXED_RULES

COLUMNS = ["task", "experiment", "method", "seconds", "sweep_seconds", "share"]
EXPERIMENT = ["task", "experiment"]


def cost_table(sweep: pd.DataFrame, pilots: pd.DataFrame, methods: pd.DataFrame) -> pd.DataFrame:
    """One row for each method and experiment: seconds for all qualities, those of the sweep, and their quotient.

    A method without runs is charged its own time and, fixed rules apart, that of gathering the features that several
    methods share, though it would do without those of others; the pilot that of its runs, and the informed pilot that
    of the ridge regression as well. The sweep is charged its runs with real data only and with synthetic data. The
    start of jobs and their reading of data count nowhere.

    Parameters
    ----------
    sweep, pilots : `SECONDS_COLUMNS`, of the runs of the experiments and of their pilots.
    methods : what `predict_ratios` measured: task, experiment, quality, method, seconds.
    """
    rows = []
    for (task, experiment), own in sweep.groupby(EXPERIMENT, sort=True):
        needed = math.fsum(own.loc[own["arm"].isin(["real_only", "synthetic"]), "seconds"])
        by_method = _of(methods, task, experiment).groupby("method")["seconds"].sum()
        shared = by_method.pop(EVIDENCE) if EVIDENCE in by_method else np.nan
        by_method += [0 if method in FIXED_RULES else shared for method in by_method.index]
        by_method[PILOT] = math.fsum(_of(pilots, task, experiment)["seconds"])
        by_method[INFORMED_PILOT] = by_method[PILOT] + by_method.get(INFORMANT, np.nan)
        rows += [(task, experiment, method, value, needed, value / needed) for method, value in by_method.items()]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(COLUMNS[:3], ignore_index=True)


def _of(table: pd.DataFrame, task: str, experiment: str) -> pd.DataFrame:
    return table[(table["task"] == task) & (table["experiment"] == experiment)]

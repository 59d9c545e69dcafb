"""What the methods cost in time, held against the full sweep."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from sweetspot.benchmark_files import cell_benchmark, read_benchmark
from sweetspot.predict.all_predictions import EVIDENCE, INFORMANT, INFORMED_PILOT, PILOT
from sweetspot.result_tables import FIXED_RULES
from sweetspot.segmentation_runs import segmentation_tasks

COLUMNS = ["task", "experiment", "method", "seconds", "sweep_seconds", "share"]


def cost_table(runs: pd.DataFrame, seconds: pd.DataFrame, benchmarks: Path) -> pd.DataFrame:
    """One row for each method and experiment: seconds for all qualities, those of the sweep, and their quotient.

    A method without runs is charged its own time and, fixed rules apart, that of gathering the features that several
    methods share, though it would do without those of others; the pilot that of its whole job, and the informed pilot
    that of the ridge regression as well. The sweep is charged the jobs of its cells with real data only and with
    synthetic data.

    Parameters
    ----------
    runs : `runs.csv`.
    seconds : what `predict_ratios` measured: task, experiment, quality, method, seconds.
    benchmarks : folder with `pilot/TASK/EXPERIMENT.tsv`, `train_classifier/` and `train_segmenter/`.

    Raises
    ------
    InputError : a benchmark file is broken. Without it, the numbers that need it are empty.
    """
    rows = []
    segmentation = set(segmentation_tasks(runs))
    cells = runs.loc[runs["arm"].isin(["real_only", "synthetic"]), ["task", "experiment", "arm", "quality", "ratio"]]
    for (task, experiment), own in cells.drop_duplicates().groupby(["task", "experiment"], sort=True):
        folder = benchmarks / ("train_segmenter" if task in segmentation else "train_classifier")
        sweep = math.fsum(read_benchmark(cell_benchmark(folder, *cell))[0] for cell in own.itertuples(index=False))
        taken = seconds[(seconds["task"] == task) & (seconds["experiment"] == experiment)]
        by_method = taken.groupby("method")["seconds"].sum()
        shared = by_method.pop(EVIDENCE) if EVIDENCE in by_method else np.nan
        by_method += [0 if method in FIXED_RULES else shared for method in by_method.index]
        by_method[PILOT] = read_benchmark(benchmarks / "pilot" / task / f"{experiment}.tsv")[0]
        by_method[INFORMED_PILOT] = by_method[PILOT] + by_method.get(INFORMANT, np.nan)
        rows += [(task, experiment, method, value, sweep, value / sweep) for method, value in by_method.items()]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(COLUMNS[:3], ignore_index=True)

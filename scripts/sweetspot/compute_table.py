"""Table 4: training set size against time, for every cell of a segmentation task."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError
from sweetspot.segmentation_runs import segmentation_runs

# The range over all training set sizes, which is all that is known here; paper 1, NO.MS.
PAPER_A100_HOURS = "12 to 70"
CELL = ["task", "experiment", "arm", "quality", "ratio"]
COLUMNS = [*CELL, "n_train", "steps", "runs", "seconds_per_run", "peak_memory_mb", "paper_a100_hours"]


def compute_table(runs: pd.DataFrame, benchmarks: Path) -> pd.DataFrame:
    """One row for each cell, from its rows in `runs.csv` and the benchmark file of the job that trained it.

        seconds_per_run = wall-clock seconds of the job / its runs (one for each seed)

    The seconds include the job's start and its reading of data. `n_train` is slices, `steps` the mean over seeds,
    `peak_memory_mb` the largest resident memory of the job in MB, empty where the job was too short for one to be
    measured. Without a job's benchmark file, which copied results may lack, both are empty, and a line on standard
    error names the file. Of a job that was benchmarked several times the seconds are the mean and the memory is the
    largest.

    Parameters
    ----------
    benchmarks : folder with `TASK/EXPERIMENT/ARM/QUALITY/ratio=RATIO.tsv`, as Snakemake writes them; the quality of
        real data is `none`.

    Raises
    ------
    InputError : there is no segmentation task, or a benchmark file is broken.
    """
    chosen = segmentation_runs(runs)
    rows = []
    for cell, group in chosen[chosen["metric"] == "loss"].groupby(CELL, sort=True):
        task, experiment, arm, quality, ratio = cell
        path = Path(benchmarks, task, experiment, arm, quality or "none", f"ratio={ratio:g}.tsv")
        seconds, memory = _read_benchmark(path)
        n_train = int((group["n_real"] + group["n_synthetic"]).iloc[0])
        rows.append((*cell, n_train, group["steps"].mean(), len(group), seconds / len(group), memory, PAPER_A100_HOURS))
    return pd.DataFrame(rows, columns=COLUMNS)


def _read_benchmark(path: Path) -> tuple[float, float]:
    """Seconds and largest memory in MB of a job: NaN without a file, the latter also if too short to be measured."""
    again = "delete the results of this job and run the workflow again"
    if not path.is_file():
        print(f"{path}: no such file, so the time of this job is not known; to measure it, {again}", file=sys.stderr)
        return math.nan, math.nan
    try:
        table = pd.read_csv(path, sep="\t", na_values=["-", "NA"], usecols=["s", "max_rss"], dtype=float)
    except ValueError as error:
        raise InputError(f"{path}: not a benchmark file of Snakemake ({error}); {again}") from None
    if table.empty or table["s"].isna().any():
        raise InputError(f"{path}: it holds no time; {again}")
    return table["s"].mean(), table["max_rss"].max()

"""Table 4: training set size against time, for every cell of a segmentation task."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.benchmark_files import cell_benchmark, read_benchmark
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
        seconds, memory = read_benchmark(cell_benchmark(benchmarks, *cell))
        n_train = int((group["n_real"] + group["n_synthetic"]).iloc[0])
        rows.append((*cell, n_train, group["steps"].mean(), len(group), seconds / len(group), memory, PAPER_A100_HOURS))
    return pd.DataFrame(rows, columns=COLUMNS)

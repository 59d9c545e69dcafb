"""Table 4: training set size against time, for every cell of a segmentation task."""

from __future__ import annotations

import pandas as pd

from sweetspot.tables.segmentation_runs import segmentation_runs

# The range over all training set sizes, which is all that is known here; paper 1, NO.MS.
PAPER_A100_HOURS = "12 to 70"
CELL = ["task", "experiment", "arm", "quality", "ratio"]
COLUMNS = [*CELL, "n_train", "steps", "runs", "seconds_per_run", "peak_memory_mb", "paper_a100_hours"]


def compute_table(runs: pd.DataFrame, seconds: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell, from its rows in `runs.csv` and from what its runs took.

    The seconds are those of training and test, mean over the runs (one for each seed), without the start of the job and
    its reading of data. `n_train` is slices, `steps` the mean over seeds, `peak_memory_mb` the largest resident memory
    of a process by the end of a run of the cell, in MB.

    Parameters
    ----------
    seconds : `SECONDS_COLUMNS`.

    Raises
    ------
    InputError : there is no segmentation task.
    """
    chosen = segmentation_runs(runs)
    sizes = chosen[chosen["metric"] == "loss"].assign(n_train=lambda each: each["n_real"] + each["n_synthetic"])
    cells = sizes.groupby(CELL).agg(n_train=("n_train", "first"), steps=("steps", "mean"), runs=("seed", "size"))
    taken = seconds.groupby(CELL).agg(seconds_per_run=("seconds", "mean"), peak_memory_mb=("peak_memory_mb", "max"))
    return cells.join(taken).reset_index().assign(paper_a100_hours=PAPER_A100_HOURS)[COLUMNS]

"""The benchmark files that Snakemake writes beside the jobs: where that of a cell is, and what it says."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError


def cell_benchmark(folder: Path, task: str, experiment: str, arm: str, quality: str, ratio: float) -> Path:
    """The file of the job that trained a cell, in the folder of its rule; the quality of real data is `none`."""
    return Path(folder, task, experiment, arm, quality or "none", f"ratio={ratio:g}.tsv")


def read_benchmark(path: Path) -> tuple[float, float]:
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

"""The benchmark files that Snakemake writes beside the jobs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError


def benchmark_seconds(path: Path) -> float:
    """Seconds on the clock of a job; the mean if it was repeated.

    Raises
    ------
    InputError : the file is none of Snakemake's, or holds no time.
    """
    again = "delete the results of this job and run the workflow again"
    try:
        seconds = pd.read_csv(path, sep="\t", na_values=["-", "NA"], usecols=["s"], dtype=float)["s"]
    except ValueError as error:
        raise InputError(f"{path}: not a benchmark file of Snakemake ({error}); {again}") from None
    if seconds.empty or seconds.isna().any():
        raise InputError(f"{path}: it holds no time; {again}")
    return seconds.mean()

"""The tables of the jobs that compare rules: picks, which training reads, their measures, and the runs on them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError

PICK_COLUMNS = [
    "seed",
    "rule",
    "place",  # in the order of picking, from 0
    "part",  # quality of a synthetic image, `train` for a real one
    "number",  # row among the samples of that quality, or among those of the part
    "label",
    "hidden",  # 1 for a real image that was hidden in the pool
]
MEASURE_COLUMNS = [
    "seed",
    "rule",
    "n",  # images picked
    "recall",
    "precision",
    "frechet",
    "covariance_distance",
    "hidden_found",  # share of the hidden real images that were picked; empty where none are hidden
]
RESULT_COLUMNS = ["seed", "rule", "accuracy", "loss"]  # both on the part `test`; loss in nats


def read_picks(path: Path) -> pd.DataFrame:
    """Read `picks.csv`.

    Raises
    ------
    InputError : the file is missing or has other columns.
    """
    again = "delete it and run the workflow again"
    try:
        picks = pd.read_csv(path, dtype={"rule": str, "part": str})
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not a table of picks ({error}); {again}") from None
    if list(picks.columns) != PICK_COLUMNS:
        raise InputError(f"{path}: its columns are not {', '.join(PICK_COLUMNS)}; {again}")
    return picks

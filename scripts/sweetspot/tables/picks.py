"""The tables of the jobs that compare rules: picks, which training reads, their measures, and the runs on them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError
from sweetspot.tables.csv_files import read_columns

PICK_COLUMNS = [
    "seed",
    "rule",
    "place",  # in the order of picking, from 0
    "part",  # quality of a synthetic image, `train` for a real one
    "number",  # row among the samples of that quality, or among those of the part
    "label",
    "hidden",  # 1 for a real image that was hidden in the pool
]
TEXT = ["rule", "part"]
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
    InputError : the file is missing, has other columns or values of another type, or lacks some picks.
    """
    again = "delete it and run the workflow again"
    integers = dict.fromkeys((name for name in PICK_COLUMNS if name not in TEXT), int)
    picks = read_columns(path, PICK_COLUMNS, TEXT, "picks", integers)
    if not _are_whole(picks):
        raise InputError(f"{path}: some of its picks are missing, or there twice; {again}")
    if (picks["number"] < 0).any():
        raise InputError(f"{path}: a number is below 0; {again}")
    return picks


def _are_whole(picks: pd.DataFrame) -> bool:
    """Whether the places of each rule and seed count from 0, up to the same number for all seeds of the rule."""
    places = picks.groupby(["seed", "rule"], sort=False)["place"]
    numbers = places.size().groupby("rule").nunique()
    return bool((picks["place"] == places.cumcount()).all() and (numbers <= 1).all())

"""A job of an experiment: its runs, part by part, as rows of `runs.csv` and of what they took."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from tqdm import tqdm

from sweetspot.checkpoints import Checkpoints, Part
from sweetspot.tables import RUN_COLUMNS, SECONDS_COLUMNS

Row = tuple[Any, ...]
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`


@dataclass(frozen=True)
class Group:
    """Runs that are trained together: a name within the job, and what trains them and returns rows of `runs.csv`."""

    name: str
    train: Callable[[Part], list[Row]]


def train_groups(groups: Iterable[Group], checkpoints: Checkpoints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train what has not finished before; rows of `runs.csv`, and one row of `SECONDS_COLUMNS` for each run.

    The seconds of a group are shared out evenly among its runs, and count what was done before a resumption.
    """
    rows, taken = [], []
    for group in tqdm(list(groups), unit="group", mininterval=5):
        kept = checkpoints.finished(group.name)
        if kept is None:
            part = checkpoints.part(group.name)
            trained = group.train(part)
            kept = {"rows": trained, "seconds": part.seconds(), "peak_memory_mb": _peak_memory_mb()}
            checkpoints.finish(group.name, kept)
        rows += map(tuple, kept["rows"])
        taken += _seconds(kept)
    return pd.DataFrame(rows, columns=RUN_COLUMNS), pd.DataFrame(taken, columns=SECONDS_COLUMNS)


def _seconds(kept: dict[str, Any]) -> list[Row]:
    """One row for each run of a group."""
    where = [RUN_COLUMNS.index(name) for name in SECONDS_COLUMNS[:6]]
    runs = list(dict.fromkeys(tuple(row[column] for column in where) for row in kept["rows"]))
    return [(*run, kept["seconds"] / len(runs), kept["peak_memory_mb"]) for run in runs]


def _peak_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT / 1e6

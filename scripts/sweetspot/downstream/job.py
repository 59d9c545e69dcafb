"""A job of runs, part by part: it resumes, and writes rows of `runs.csv` and what each run took."""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from sweetspot.checkpoints import Checkpoints, Part
from sweetspot.config.compute import Compute
from sweetspot.device import facts_of_bytes
from sweetspot.job_identity import job_checkpoints
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import RUN_COLUMNS, SECONDS_COLUMNS

Row = tuple[Any, ...]
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`


@dataclass(frozen=True)
class Group:
    """Runs that are trained together: a name within the job, and what trains them and returns rows of its table."""

    name: str
    train: Callable[[Part], list[Row]]


def add_job_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the arguments of every program that trains runs."""
    arguments.add_argument("--checkpoints", type=Path, help="folder to resume from")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV: rows of runs.csv")
    arguments.add_argument("--seconds", type=Path, required=True, help="output, CSV: what each run took")


def run_job(
    options: argparse.Namespace, compute: Compute, groups: Iterable[Group], data: Iterable[Path], program: Path
) -> None:
    """Train the groups, from the checkpoints if there are any, and write both tables.

    Parameters
    ----------
    options : of `add_job_arguments`, and the job's `config`.
    data, program : what the checkpoints depend on beside the config; see `job_identity`.
    """
    with job_checkpoints(options.checkpoints, options.config, data, program, facts_of_bytes(compute)) as checkpoints:
        runs, seconds = train_groups(groups, checkpoints)
    write_table(seconds, options.seconds)
    write_table(runs, options.out)
    checkpoints.clear()


def train_groups(groups: Iterable[Group], checkpoints: Checkpoints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train what has not finished before; rows of `runs.csv`, and one row of `SECONDS_COLUMNS` for each run.

    The seconds of a group are shared out evenly among its runs, and count what was done before a resumption.
    """
    rows, taken = [], []
    for kept in finished_groups(groups, checkpoints):
        rows += map(tuple, kept["rows"])
        taken += _seconds(kept)
    return pd.DataFrame(rows, columns=RUN_COLUMNS), pd.DataFrame(taken, columns=SECONDS_COLUMNS)


def finished_groups(groups: Iterable[Group], checkpoints: Checkpoints) -> Iterator[dict[str, Any]]:
    """Train what has not finished before; for each group its `rows`, `seconds` and `peak_memory_mb`."""
    for group in tqdm(list(groups), unit="group", mininterval=5):
        kept = checkpoints.finished(group.name)
        if kept is None:
            part = checkpoints.part(group.name)
            trained = group.train(part)
            kept = {"rows": trained, "seconds": part.seconds(), "peak_memory_mb": _peak_memory_mb()}
            checkpoints.finish(group.name, kept)
        yield kept


def _seconds(kept: dict[str, Any]) -> list[Row]:
    """One row for each run of a group."""
    where = [RUN_COLUMNS.index(name) for name in SECONDS_COLUMNS[:6]]
    runs = list(dict.fromkeys(tuple(row[column] for column in where) for row in kept["rows"]))
    return [(*run, kept["seconds"] / len(runs), kept["peak_memory_mb"]) for run in runs]


def _peak_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT / 1e6

"""Tables of two small tasks with records, and the interactive page that the program makes of them."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.record import Input, Record, record_path
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import DISTANCE_COLUMNS
from sweetspot.tables.predictions import PREDICTION_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS

ROOT = Path(__file__).parents[2]
EXPLORER = ROOT / "scripts/sweetspot/explorer"
PARTS = tuple(EXPLORER / name for name in ("page.css", "drawing.js", "runs.js", "theory.js"))
RATIOS = (1.0, 4.0)
SEEDS = 3
TASKS = {"digits": ("noise=0", "noise=2"), "brains": ("t=50", "t=300")}
EXPERIMENTS = {"digits": ("in_domain",), "brains": ("in_domain", "domain_shift")}
METRICS = {"digits": ("loss", "error", "error[0]"), "brains": ("loss", "dice")}


def runs_table() -> pd.DataFrame:
    """The real-only arm, two qualities, and more real data at the first ratio; values that differ everywhere."""
    stream = np.random.default_rng(0)
    rows = []
    pairs = [(name, experiment) for name in TASKS for experiment in EXPERIMENTS[name]]
    for task, experiment in pairs:
        added = itertools.product(("synthetic",), TASKS[task], RATIOS)
        cells = [("real_only", "", 0.0), ("more_real", "", 1.0), *added]
        for (arm, quality, ratio), seed, metric in itertools.product(cells, range(SEEDS), METRICS[task]):
            value = 0.4 - 0.05 * np.log1p(ratio) + 0.03 * stream.random()
            rows.append((task, experiment, arm, quality, ratio, "random", 8, 0, 5, seed, metric, value))
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def distances_table() -> pd.DataFrame:
    rows = []
    for task, qualities in TASKS.items():
        for number, quality in enumerate(qualities):
            value = 2.0 + 3 * number
            key = (task, "synthetic", quality, "sliced_wasserstein", "network", 90, 90)
            rows.append((*key, value, 0.9 * value, 1.1 * value))
    rows.append(("brains", "more_source", "", "sliced_wasserstein", "network", 90, 90, 3.0, 2.5, 3.5))
    return pd.DataFrame(rows, columns=DISTANCE_COLUMNS)


def predictions_table() -> pd.DataFrame:
    """For the first task only; the sweep of its second quality does not tell which ratio is best."""
    rows = []
    for number, quality in enumerate(TASKS["digits"]):
        for method, ratio, regret in (("fixed_0", 0.0, 0.2), ("pilot", 1.5, 0.0), ("plug_in", 3.0, 0.1)):
            interval = (np.nan, np.nan) if method == "fixed_0" else (0.5 * ratio, 2 * ratio)
            spread = 0.01 if number == 0 else 1.0
            key = ("digits", "in_domain", quality, method)
            rows.append((*key, ratio, *interval, 1.0, 0.3 + regret, 0.3, regret, 0.4, spread, regret / 0.4))
    return pd.DataFrame(rows, columns=PREDICTION_COLUMNS)


def run_name(task: str, experiment: str, arm: str, quality: str, ratio: float) -> str:
    """A made-up id of the record of a job, another one for each."""
    return hashlib.sha256(repr((task, experiment, arm, quality, ratio)).encode()).hexdigest()


def record_of(table: Path, inputs: dict[str, str]) -> Record:
    """Write the record of a table, made of these files with these ids."""
    record = Record(
        rule="collect", wildcards={}, command=["python", table.name], config=None, seeds={}, code={},
        inputs={path: Input("0" * 64, 1, name) for path, name in inputs.items()}, libraries={},
        outputs={table.as_posix(): fingerprint(table)},
    )  # fmt: skip
    record_path(table).write_text(record.to_text(), encoding="utf-8")
    return record


@dataclass(frozen=True)
class Tables:
    """The files of the tables, the ids of their records, and those of the jobs behind the runs by their files."""

    runs: Path
    distances: Path
    predictions: Path
    ids: dict[str, str]
    jobs: dict[str, str]

    def arguments(self) -> list[str]:
        """Those of the program, without the page's own parts."""
        return ["--runs", str(self.runs), "--distances", str(self.distances), "--predictions", str(self.predictions)]


@pytest.fixture(scope="session")
def tables(tmp_path_factory) -> Tables:
    folder = tmp_path_factory.mktemp("tables")
    files = [folder / f"{name}.csv" for name in ("runs", "distances", "predictions")]
    runs = runs_table()
    for file, table in zip(files, (runs, distances_table(), predictions_table()), strict=True):
        write_table(table, file)
    cells = runs[["task", "experiment", "arm", "quality", "ratio"]].drop_duplicates().itertuples(index=False)
    jobs = {
        f"results/downstream/{task}/{experiment}/{arm}/{quality or 'none'}/ratio={ratio:g}.csv": run_name(
            task, experiment, arm, quality, ratio
        )
        for task, experiment, arm, quality, ratio in cells
    }
    measured = {f"results/distances/{task}.csv": f"d{number}" * 32 for number, task in enumerate(TASKS)}
    predicted = {"results/predicted/digits/in_domain.csv": "ab" * 32}
    records = [record_of(*each) for each in zip(files, (jobs, measured, predicted), strict=True)]
    return Tables(*files, {file.stem: record.id for file, record in zip(files, records, strict=True)}, jobs)


@pytest.fixture(scope="session")
def make_explorer(tables) -> Callable[..., Path]:
    """Runs the program: `make_explorer(out, hash_seed)`."""

    def make(out: Path, hash_seed: str) -> Path:
        command = [sys.executable, str(ROOT / "scripts/explorer.py"), *tables.arguments(), "--out", str(out)]
        command += ["--template", str(EXPLORER / "page.html"), "--parts", *map(str, PARTS)]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        return out

    return make


@pytest.fixture(scope="session")
def explorer(make_explorer, tmp_path_factory) -> Path:
    """The page."""
    return make_explorer(tmp_path_factory.mktemp("page") / "explorer.html", "0")

"""Table 4 joins each cell's runs with the time of the job that trained them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sweetspot.tables.compute import COLUMNS, compute_table
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import RUN_COLUMNS, SECONDS_COLUMNS

PROGRAM = Path(__file__).parents[2] / "scripts" / "table_4.py"
CELLS = {
    ("real_only", "", 0.0): (16, 0),
    ("more_real", "", 0.5): (24, 0),
    ("synthetic", "t=50", 16.0): (16, 256),
    ("synthetic", "t=50", 0.5): (16, 8),
}


@pytest.fixture
def runs():
    rows = []
    for (arm, quality, ratio), sizes in CELLS.items():
        for seed in range(4):
            key = ("brains", "in_domain", arm, quality, ratio, "random", *sizes, 100 + seed, seed)
            rows += [(*key, metric, 0.5) for metric in ("loss", "dice", "lesion_f1")]
    rows.append(("digits", "in_domain", "real_only", "", 0.0, "random", 9, 0, 9, 0, "loss", 0.5))
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


@pytest.fixture
def seconds():
    """The runs of a cell take 10, 11, 12 and 13 s, those of the next 20 and so on."""
    rows = [
        ("brains", "in_domain", *cell, seed, 10.0 * number + seed, 100.0 * number + seed)
        for number, cell in enumerate(sorted(CELLS), 1)
        for seed in range(4)
    ]
    return pd.DataFrame(rows, columns=SECONDS_COLUMNS).sample(frac=1, random_state=0)


def test_each_cell_has_its_size_its_time_for_one_run_and_its_memory(runs, seconds):
    table = compute_table(runs, seconds)
    assert list(table.columns) == COLUMNS
    assert set(table["task"]) == {"brains"}
    assert list(zip(table["arm"], table["quality"], table["ratio"], strict=True)) == sorted(CELLS)
    assert list(table["n_train"]) == [24, 16, 24, 272]
    assert list(table["seconds_per_run"]) == [11.5, 21.5, 31.5, 41.5]
    assert list(table["peak_memory_mb"]) == [103, 203, 303, 403]
    assert set(table["steps"]) == {101.5}
    assert set(table["runs"]) == {4}
    assert set(table["paper_a100_hours"]) == {"12 to 70"}


def test_what_is_not_known_stays_empty(runs, seconds):
    known = seconds[seconds["arm"] != "real_only"]
    table = compute_table(runs, known)
    assert table.loc[table["arm"] == "real_only", ["seconds_per_run", "peak_memory_mb"]].isna().all(axis=None)
    assert table.loc[table["arm"] != "real_only", ["seconds_per_run", "peak_memory_mb"]].notna().all(axis=None)


def test_program(runs, seconds, tmp_path):
    write_table(runs, tmp_path / "runs.csv")
    out = tmp_path / "table_4.csv"
    write_table(seconds, tmp_path / "seconds.csv")
    command = [sys.executable, str(PROGRAM), "--seconds", str(tmp_path / "seconds.csv"), "--out", str(out), "--runs"]
    subprocess.run([*command, str(tmp_path / "runs.csv")], check=True)
    assert out.read_text().splitlines()[2] == "brains,in_domain,real_only,,0,16,101.5,4,21.5,203,12 to 70"
    write_table(runs[runs["task"] == "digits"], tmp_path / "digits.csv")
    refused = subprocess.run([*command, str(tmp_path / "digits.csv")], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: the table of runs has no segmentation task")
    assert refused.stderr.count("\n") == 1

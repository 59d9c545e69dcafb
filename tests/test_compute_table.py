"""Table 4 joins each cell's runs with the time of the job that trained them."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sweetspot.compute_table import COLUMNS, compute_table
from sweetspot.errors import InputError
from sweetspot.tables import RUN_COLUMNS, write_table

PROGRAM = Path(__file__).parents[1] / "scripts" / "table_4.py"
HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
CELLS = {
    ("real_only", "", 0.0): (16, 0),
    ("more_real", "", 0.5): (24, 0),
    ("synthetic", "t=50", 16.0): (16, 256),
    ("synthetic", "t=50", 0.5): (16, 8),
}
PATHS = (
    "more_real/none/ratio=0.5.tsv",
    "real_only/none/ratio=0.tsv",
    "synthetic/t=50/ratio=0.5.tsv",
    "synthetic/t=50/ratio=16.tsv",
)


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
def benchmarks(tmp_path):
    for number, name in enumerate(PATHS):
        path = tmp_path / "benchmarks" / "brains" / "in_domain" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{HEADER}{20 * (number + 1)}.5\t0:00:20\t{number}00.25\t9\t9\t9\t0\t0\t99\t19\n")
    return tmp_path / "benchmarks"


def test_each_cell_has_its_size_its_time_for_one_run_and_its_memory(runs, benchmarks):
    table = compute_table(runs, benchmarks)
    assert list(table.columns) == COLUMNS
    assert set(table["task"]) == {"brains"}
    assert list(zip(table["arm"], table["quality"], table["ratio"], strict=True)) == sorted(CELLS)
    assert list(table["n_train"]) == [24, 16, 24, 272]
    assert list(table["seconds_per_run"]) == [20.5 / 4, 40.5 / 4, 60.5 / 4, 80.5 / 4]
    assert list(table["peak_memory_mb"]) == [0.25, 100.25, 200.25, 300.25]
    assert set(table["steps"]) == {101.5}
    assert set(table["runs"]) == {4}
    assert set(table["paper_a100_hours"]) == {"12 to 70"}


def test_a_job_too_short_for_its_memory_to_be_measured(runs, benchmarks):
    (benchmarks / "brains" / "in_domain" / PATHS[0]).write_text(f"{HEADER}0.5\t0:00:00\t-\t-\t-\t-\t-\t-\t0\tNA\n")
    table = compute_table(runs, benchmarks)
    assert math.isnan(table["peak_memory_mb"][0])
    assert table["seconds_per_run"][0] == 0.125


def test_repeated_benchmarks(runs, benchmarks):
    line = "\t0:00:01\t{}\t9\t9\t9\t0\t0\t99\t19\n"
    text = HEADER + "8" + line.format(10) + "16" + line.format(30)
    (benchmarks / "brains" / "in_domain" / PATHS[0]).write_text(text)
    first = compute_table(runs, benchmarks).iloc[0]
    assert (first["seconds_per_run"], first["peak_memory_mb"]) == (3, 30)


@pytest.mark.parametrize(
    ("text", "words"),
    [(HEADER, "no time"), ("a\tb\n1\t2\n", "not a benchmark"), ("", "not a benchmark")],
)
def test_broken_files_are_named(runs, benchmarks, text, words):
    path = benchmarks / "brains" / "in_domain" / PATHS[2]
    path.write_text(text)
    with pytest.raises(InputError, match=f"{PATHS[2].replace('.', '[.]')}: .*{words}.* run the workflow again"):
        compute_table(runs, benchmarks)


def test_a_missing_file_leaves_its_times_empty_and_is_named(runs, benchmarks, capsys):
    complete = compute_table(runs, benchmarks)
    assert capsys.readouterr().err == ""
    path = benchmarks / "brains" / "in_domain" / PATHS[2]
    path.unlink()
    table = compute_table(runs, benchmarks)
    assert table.loc[2, ["seconds_per_run", "peak_memory_mb"]].isna().all()
    times = ["seconds_per_run", "peak_memory_mb"]
    pd.testing.assert_frame_equal(table.drop(columns=times), complete.drop(columns=times))
    pd.testing.assert_frame_equal(table.drop(index=2), complete.drop(index=2))
    said = capsys.readouterr().err
    assert said.startswith(f"{path}: no such file")
    assert said.count("\n") == 1


def test_program(runs, benchmarks, tmp_path):
    write_table(runs, tmp_path / "runs.csv")
    out = tmp_path / "table_4.csv"
    command = [sys.executable, str(PROGRAM), "--benchmarks", str(benchmarks), "--out", str(out), "--runs"]
    subprocess.run([*command, str(tmp_path / "runs.csv")], check=True)
    assert out.read_text().splitlines()[2] == "brains,in_domain,real_only,,0,16,101.5,4,10.125,100.25,12 to 70"
    write_table(runs[runs["task"] == "digits"], tmp_path / "digits.csv")
    refused = subprocess.run([*command, str(tmp_path / "digits.csv")], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: the table of runs has no segmentation task")
    assert refused.stderr.count("\n") == 1

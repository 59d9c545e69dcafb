"""The first run makes every figure and table, and another task is a block of config and no code."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from PIL import Image

HEADER = "task,experiment,arm,quality,ratio,selection,n_real,n_synthetic,steps,seed,metric,value"
FIGURES = {f"figure_{number}" for number in (1, 4, 7, 8, 10, 11)} | {f"selection_{number}" for number in (1, 2, 3)}
FIGURES |= {"predictions", "traditional_bound"}
TABLES = {"runs", "distances", "distance_ranks", "predictions", "regrets", "methods", "claims", "table_1", "table_2"}
TABLES |= {"selection", "selection_table_5"}
OF_A_TASK = {
    "prepare_data",
    "train_generator",
    "sample_generator",
    "class_samples",
    "measure_class_distances",
    "train_classifier",
    "pilot_classifier",
    "predict_ratios",
}
SUMMARIES = {
    "collect_runs",
    "collect_distances",
    "rank_distances",
    "judge_predictions",
    "predictions_figure",
    "explorer",
    "prediction_costs",
    "judge_claims",
    "figure_4",
    "figure_7",
    "figure_8",
    "table_2",
}


def read(path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


def test_everything_that_was_announced_is_there(first):
    announced = {output for job in first.run.jobs for output in job.outputs}
    assert {name for name in announced if name.startswith("results/figures/")} == {
        *(f"results/figures/{name}.{ending}" for name in FIGURES | {"samples_photos"} for ending in ("pdf", "png")),
        "results/figures/explorer.html",
    }
    tables = {f"results/tables/{name}.csv" for name in TABLES}
    assert {name for name in announced if name.startswith("results/tables/")} == tables
    assert "results/benchmarks/prediction_costs.csv" in announced
    assert [name for name in announced if not (first.kept / name).exists()] == []


def test_figures_can_be_opened(first):
    for file in sorted((first.kept / "results/figures").glob("*.png")):
        with Image.open(file) as image:
            image.load()
            assert min(image.size) > 200
            assert len(image.convert("L").getcolors()) > 10, f"{file.name} is blank"
    for file in (first.kept / "results/figures").glob("*.pdf"):
        content = file.read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")


def test_tables_are_rectangular_and_have_rows(grown):
    folder = grown.project.folder / "results"
    for file in (*sorted((folder / "tables").glob("*.csv")), folder / "benchmarks/prediction_costs.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert len(set(header)) == len(header)
        assert rows
        assert {len(row) for row in rows} == {len(header)}, file.name


def test_runs_keep_the_contract(grown):
    table = grown.project.folder / "results/tables/runs.csv"
    assert table.read_text(encoding="utf-8").startswith(f"{HEADER}\n")
    runs, keys = read(table), HEADER.split(",")[:-1]
    assert not runs.duplicated(keys).any()
    pd.testing.assert_frame_equal(runs, runs.sort_values(keys).reset_index(drop=True))
    cells = dict(list(runs.groupby(["task", "arm", "quality", "ratio", "n_real", "n_synthetic", "steps"])))
    assert set(cells) == {
        ("photos", "real_only", "", 0.0, 20, 0, 8),
        ("photos", "synthetic", "steps=10", 0.5, 20, 10, 8),
        ("volumes", "real_only", "", 0.0, 20, 0, 8),
        ("volumes", "more_real", "", 0.5, 30, 0, 8),
        ("volumes", "synthetic", "noise=0", 0.5, 20, 10, 8),
        ("volumes", "synthetic", "noise=1", 0.5, 20, 10, 8),
    }
    classes = {"photos": ("cats", "dogs", "owls"), "volumes": ("0", "1", "2")}
    for (task, *_), cell in cells.items():
        for seed in (0, 1):
            metrics = set(cell[cell["seed"] == seed]["metric"])
            assert metrics >= {"loss", "error", *(f"error[{name}]" for name in classes[task])}
    assert set(runs["seed"]) == {0, 1}
    assert set(runs["experiment"]) == {"in_domain"}
    assert np.isfinite(runs["value"]).all()
    assert runs[runs["metric"].str.startswith("error")]["value"].between(0, 1).all()


def test_a_given_config_replaces_the_embedded_one(first):
    assert "results/data/photos/split.csv" in first.run.outputs("prepare_data")
    assert not [output for job in first.run.jobs for output in job.outputs if "digits" in output]


def test_distances_and_predictions_are_of_every_task_and_quality(grown):
    pools = {("photos", "steps=10"), ("volumes", "noise=0"), ("volumes", "noise=1")}
    tables = grown.project.folder / "results/tables"
    distances = read(tables / "distances.csv")
    floors = {(task, "") for task, _ in pools}
    assert set(distances[["task", "quality"]].itertuples(index=False, name=None)) == pools | floors
    predictions = read(tables / "predictions.csv")
    for _, of_method in predictions.groupby("method"):
        assert set(of_method[["task", "quality"]].itertuples(index=False, name=None)) == pools
    assert predictions["predicted_ratio"].between(0, 0.5).all()  # the largest ratio that is run
    assert {"everything", "fixed_0", "frechet", "leave_one_out", "pilot", "rapsd"} <= set(predictions["method"])


def test_a_new_task_runs_only_its_own_jobs_and_the_summaries(first, grown):
    tasks = {job: {task for task in ("photos", "volumes") if task in str(job.outputs)} for job in grown.run.jobs}
    assert {job.rule for job, named in tasks.items() if named == {"volumes"}} == OF_A_TASK
    assert {job.rule for job, named in tasks.items() if named != {"volumes"}} == SUMMARIES
    assert not any("photos" in named for named in tasks.values())
    redone = {output for job in grown.run.jobs for output in job.outputs}
    untouched = {name for name in first.hashes if name not in redone}
    assert {"results/generator/photos/model.safetensors", "results/samples/photos/steps=10/steps=10.npy"} <= untouched
    now = {name: file.stat().st_mtime_ns for name, file in grown.project.results().items()}
    assert {name: now[name] for name in untouched} == {name: first.changed_ns[name] for name in untouched}


def test_two_tasks_stand_in_the_same_tables(first, grown):
    before = read(first.kept / "results/tables/runs.csv")
    now = read(grown.project.folder / "results/tables/runs.csv")
    pd.testing.assert_frame_equal(now[now["task"] == "photos"].reset_index(drop=True), before)
    assert set(now["task"]) == {"photos", "volumes"}
    with Image.open(first.kept / "results/figures/figure_7.png") as one:
        height = one.height
    with Image.open(grown.project.folder / "results/figures/figure_7.png") as two:
        assert two.height == pytest.approx(2 * height, rel=0.1)

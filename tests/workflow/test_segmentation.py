"""A segmentation task, whole, on a BIDS data set of a few tiny scans; what an edit or a changed scan runs again."""

from __future__ import annotations

import copy
import os
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

HEADER = "task,experiment,arm,quality,ratio,selection,n_real,n_synthetic,steps,seed,metric,value"
BUDGET = {"unit": "steps", "steps": 4, "evaluate_every": 2}
EXPERIMENT = {"budget": BUDGET, "n_real": 4, "ratios": [1], "seeds": 2, "qualities": ["t=4"], "pilot": {"runs": 1}}
LESIONS = {
    "kind": "segmentation",
    "data": {"reader": "bids", "path": "scans", "modalities": ["T1w", "T2w"], "tissue_masks": "tissues"},
    "slices": {"spacing": [0.9, 1.1, 1.3], "size": [16, 12]},
    "split": {"target": "NeuroRx", "source": "MIAC", "train": 2, "validation": 1, "test": 1},
    "generator": {
        "modalities": "apart",
        "channels": [8],
        "attention_heads": 1,
        "attention_head_channels": 4,
        "timesteps": 20,
        "steps": 4,
        "batch_size": 4,
    },
    "sampling": {"solver_steps": 5, "images": 8, "qualities": ["t=4", "t=8"]},
    "segmenter": {"channels": [4, 8], "batch_size": 4},
    "search": {"learning_rate": [1e-3], "budget": BUDGET, "n_real": 4, "seeds": 2},
    "experiments": {"in_domain": EXPERIMENT, "domain_shift": EXPERIMENT | {"real": "source"}},
    "measure": {"replicates": 20, "components": 4, "projections": 5},
}
PHANTOM = {key: value for key, value in LESIONS.items() if key != "data"} | {
    "data": {"reader": "phantom", "subjects": {"NeuroRx": 5, "MIAC": 1}}
}
CONFIG = {
    "tasks": {"lesions": LESIONS},
    "kernel_regression": {  # for table 1, which the claims are judged with
        "n_real": 20,
        "draws": 4,
        "terms": 100,
        "lambdas": {"min": 0.01, "max": 10, "points": 5},
        "rows": {"row_2": {"s": 0.8, "s_prime": 1.5, "figure": 1}},
    },
    "joint_training": {"draws": 2},  # judged too
}
# Figures of the theory have no part in this, and take their time.
OMITTED = ("--omit-from", "figure_1", "signal_to_noise", "traditional_bound", "selection_1", "selection_3")
PREPARED = {f"results/data/lesions/{name}" for name in ("images.npy", "masks.npy", "split.csv")}
MASKS = "results/samples/lesions/masks.npy"
NETWORKS = {f"results/samples/lesions/full/{network}" for network in ("T1w", "T2w")}
# Each group with all that is made from its results.
JUDGED = {"judge_predictions", "predictions_figure", "judge_claims", "explorer"}
FIGURES_OF_RUNS = {"figure_2", "figure_3", "figure_4", "figure_8", "figure_9"}
RUNS = {"collect_runs", "rank_distances", "prediction_costs", "table_4"} | FIGURES_OF_RUNS | JUDGED
DISTANCES = {"collect_distances", "figure_3", "figure_4", "figure_8", "rank_distances", "judge_claims", "explorer"}
MEASURE = {"measure_slice_distances"} | DISTANCES
PREDICT = {"predict_ratios", "prediction_costs"} | JUDGED
PILOT = {"pilot_segmenter"} | PREDICT
SAMPLES = {"draw_masks", "sample_mask_generator", "slice_samples"}
ALL_OF_THE_TASK = {"prepare_slices", "train_mask_generator", "train_segmenter"} | SAMPLES | RUNS | MEASURE | PILOT


FIGURES = FIGURES_OF_RUNS | {"predictions", "samples_lesions"}
TABLES = {"runs", "distances", "distance_ranks", "predictions", "regrets", "methods", "claims", "table_1", "table_2"}


def cells(ratio: float) -> set[str]:
    """The files of all cells at a ratio above 0."""
    arms = {
        "in_domain": ("more_real/none", "synthetic/t=4"),
        "domain_shift": ("more_source/none", "target_real/none", "synthetic/t=4"),
    }
    return {
        f"results/downstream/lesions/{experiment}/{arm}/ratio={ratio:g}.csv"
        for experiment in arms
        for arm in arms[experiment]
    }


CELLS = cells(1) | {
    f"results/downstream/lesions/{experiment}/real_only/none/ratio=0.csv" for experiment in LESIONS["experiments"]
}


@pytest.fixture(scope="module")
def segmented(new_project) -> SimpleNamespace:
    """A project after its first run: `project`, `run`."""
    project = new_project()
    helpers = runpy.run_path(str(Path(__file__).parents[1] / "data/scans/conftest.py"))
    helpers["write_data_set"](project.folder / "scans", {"NeuroRx": 5, "MIAC": 2})
    run = project.run(CONFIG, *OMITTED)
    assert run.code == 0, run.text
    return SimpleNamespace(project=project, run=run)


@pytest.fixture
def config() -> dict[str, Any]:
    """The config of that run, to be changed at will."""
    return copy.deepcopy(CONFIG)


def test_everything_that_was_announced_is_there(segmented):
    announced = {output for job in segmented.run.jobs for output in job.outputs}
    tables = {f"results/tables/{name}.csv" for name in TABLES} | {"results/benchmarks/table_4.csv"}
    assert {each for each in announced if each.startswith("results/figures/")} == {
        *(f"results/figures/{name}.{ending}" for name in FIGURES for ending in ("pdf", "png")),
        "results/figures/explorer.html",
    }
    assert {each for each in announced if each.startswith("results/tables/") or "table" in each} == tables
    assert announced >= PREPARED | {MASKS} | NETWORKS | CELLS
    assert [name for name in announced if not (segmented.project.folder / name).exists()] == []
    assert not (segmented.project.folder / "results/search").exists()  # of table 3, which is asked for by name


def test_figures_can_be_opened(segmented):
    for name in FIGURES:
        with Image.open(segmented.project.folder / f"results/figures/{name}.png") as image:
            image.load()
            assert min(image.size) > 200
            assert len(image.convert("L").getcolors()) > 10, f"{name} is blank"
        content = (segmented.project.folder / f"results/figures/{name}.pdf").read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")


def test_runs_keep_the_contract(segmented):
    table = segmented.project.folder / "results/tables/runs.csv"
    assert table.read_text(encoding="utf-8").startswith(f"{HEADER}\n")
    runs, keys = pd.read_csv(table, keep_default_na=False), HEADER.split(",")[:-1]
    assert not runs.duplicated(keys).any()
    pd.testing.assert_frame_equal(runs, runs.sort_values(keys).reset_index(drop=True))
    found = dict(list(runs.groupby(["experiment", "arm", "quality", "ratio", "n_real", "n_synthetic", "steps"])))
    assert set(found) == {
        ("in_domain", "real_only", "", 0.0, 4, 0, 4),
        ("in_domain", "more_real", "", 1.0, 8, 0, 4),
        ("in_domain", "synthetic", "t=4", 1.0, 4, 4, 4),
        ("domain_shift", "real_only", "", 0.0, 4, 0, 4),
        ("domain_shift", "more_source", "", 1.0, 8, 0, 4),
        ("domain_shift", "target_real", "", 1.0, 8, 0, 4),
        ("domain_shift", "synthetic", "t=4", 1.0, 4, 4, 4),
    }
    for cell in found.values():
        for seed in (0, 1):
            metrics = set(cell[cell["seed"] == seed]["metric"])
            assert metrics == {"loss", "dice", "lesion_f1", "validation_loss"}
    assert set(runs["seed"]) == {0, 1}
    assert np.isfinite(runs["value"]).all()
    assert runs[runs["metric"].isin(["dice", "lesion_f1"])]["value"].between(0, 1).all()


def test_table_4_has_a_row_for_each_cell(segmented):
    table = pd.read_csv(segmented.project.folder / "results/benchmarks/table_4.csv", keep_default_na=False)
    assert len(table) == len(table.drop_duplicates(["experiment", "arm"])) == len(CELLS)
    assert (table["seconds_per_run"].astype(float) > 0).all()


def test_each_network_makes_its_modality_of_the_same_masks(segmented):
    pools = [segmented.project.folder / each for each in sorted(NETWORKS)]
    images = [np.load(pool / "t=4.npy") for pool in pools]
    assert np.load(segmented.project.folder / MASKS).shape == (8, 4, 16, 12)
    assert [each.shape for each in images] == [(8, 1, 16, 12)] * 2
    assert (images[0] != images[1]).any()


def test_a_second_run_starts_no_job_but_those_of_table_3_which_is_asked_for(segmented, config):
    again = segmented.project.run(config, "all", "table_3", *OMITTED)
    assert again.code == 0, again.text
    assert again.rules == {"search_segmenter", "table_3"}
    table = pd.read_csv(segmented.project.folder / "results/tables/table_3.csv", keep_default_na=False)
    assert set(table["task"]) == {"lesions"}
    assert {"learning_rate", "channels"} <= set(table["hyperparameter"])


def test_a_new_ratio_trains_its_own_cells(segmented, config):
    for experiment in config["tasks"]["lesions"]["experiments"].values():
        experiment["ratios"] = [0.5, 1]
    planned = segmented.project.dry_run(config, *OMITTED)
    assert planned.rules == {"train_segmenter", "table_2"} | RUNS | MEASURE | PILOT
    assert planned.outputs("train_segmenter") == cells(0.5)


def test_another_augmentation_draws_masks_and_samples_again_and_trains_no_generator(segmented, config):
    config["tasks"]["lesions"]["sampling"]["augmentation"] = {"rotation": 3.0}
    planned = segmented.project.dry_run(config, *OMITTED)
    assert planned.rules == {"train_segmenter", "table_2"} | SAMPLES | RUNS | MEASURE | PILOT
    assert planned.outputs("draw_masks") == {MASKS}
    assert planned.outputs("train_segmenter") == {cell for cell in CELLS if "/synthetic/" in cell}


def test_a_wrong_name_of_a_network_or_chain_is_a_missing_input(segmented, config):
    for name in ("results/generator/lesions/FLAIR/model.safetensors", "results/samples/lesions/steps=3/T1w"):
        refused = segmented.project.run(config, name)
        assert refused.code != 0
        assert "MissingRuleException" in refused.text
        assert "KeyError" not in refused.text


def test_a_segmenter_key_trains_all_networks_and_no_generator(segmented, config):
    """All cells, the pilots, and the network whose features distances are measured on."""
    config["tasks"]["lesions"]["segmenter"]["learning_rate"] = 0.01
    config["tasks"]["lesions"]["search"] = None
    planned = segmented.project.dry_run(config, *OMITTED)
    assert planned.rules == {"train_segmenter", "table_2"} | RUNS | MEASURE | PILOT
    assert planned.outputs("train_segmenter") == CELLS


def test_a_changed_scan_is_prepared_again_and_all_that_was_made_from_it(segmented, config):
    (file,) = segmented.project.folder.glob("scans/sub-001/anat/*_T2w.nii.gz")
    before, stat = file.read_bytes(), file.stat()
    file.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    planned = segmented.project.dry_run(config, *OMITTED)
    file.write_bytes(before)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert planned.outputs("prepare_slices") == PREPARED
    assert planned.rules == ALL_OF_THE_TASK
    assert planned.outputs("train_segmenter") == CELLS


def test_an_edit_of_the_code_that_reads_scans_runs_all_again(segmented, config):
    with segmented.project.edited("scripts/sweetspot/data/tissues.py"):
        assert segmented.project.dry_run(config, *OMITTED).rules == ALL_OF_THE_TASK


def test_an_edit_of_a_figure_draws_it_again_and_one_of_the_phantom_leaves_other_scans_alone(segmented, config):
    config["tasks"]["brains"] = PHANTOM
    edited = segmented.project.edited
    with edited("scripts/sweetspot/figures/slice_samples.py"), edited("scripts/sweetspot/data/phantom/lesions.py"):
        planned = segmented.project.dry_run(config, *OMITTED)
    assert planned.outputs("write_phantom") == {"results/phantom/brains"}
    summaries = (RUNS | MEASURE | PREDICT | {"table_2"}) - {"measure_slice_distances", "predict_ratios"}
    made = {output for job in planned.jobs if job.rule not in summaries for output in job.outputs}
    assert {output for output in made if "brains" not in output} == {
        f"results/figures/samples_lesions.{ending}" for ending in ("pdf", "png")
    }


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("scripts/sweetspot/measure/slice_encoder.py", MEASURE),
        ("scripts/sweetspot/predict/segmenter_pilot.py", PILOT),
        ("scripts/sweetspot/predict/random_features.py", PREDICT),
    ],
)
def test_an_edit_of_what_measures_or_predicts_trains_no_cell(segmented, config, path, rules):
    with segmented.project.edited(path):
        assert segmented.project.dry_run(config, *OMITTED).rules == rules


def test_distances_are_of_every_arm_and_those_of_training_sets_of_their_size(segmented):
    table = pd.read_csv(segmented.project.folder / "results/tables/distances.csv", keep_default_na=False)
    sets = {"source+more_source", "source+synthetic", "source+target_real"}  # `source`, of 4 slices, is too small
    assert set(table["arm"]) == {"synthetic", "more_real", "more_source"} | sets
    assert set(table[table["arm"] == "synthetic"]["quality"]) == {"t=4", "t=8"}
    assert set(table[table["arm"].isin(sets)]["n_b"]) == {8}
    assert np.isfinite(table["value"].astype(float)).all()


def test_every_experiment_has_its_predictions(segmented):
    table = pd.read_csv(segmented.project.folder / "results/tables/predictions.csv", keep_default_na=False)
    for _, of_method in table.groupby("method"):
        assert set(zip(of_method["experiment"], of_method["quality"], strict=True)) == {
            ("in_domain", "t=4"),
            ("domain_shift", "t=4"),
        }
    assert table["predicted_ratio"].between(0, 1).all()


def test_a_missing_scan_is_refused_by_name_before_any_job(segmented, config):
    (file,) = segmented.project.folder.glob("scans/sub-003/anat/*_T1w.nii.gz")
    aside = file.rename(file.with_name("aside"))
    refused = segmented.project.run(config)
    aside.rename(file)
    assert refused.code != 0
    assert refused.jobs == []
    assert "Traceback" not in refused.text
    assert refused.text.count("WorkflowError") == 1
    assert "scans/sub-003/anat/sub-003_T1w.nii.gz: no such file" in refused.text

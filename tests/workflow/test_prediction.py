"""A prediction sees the real part, the pool and the validation part: never the test part or the sweep."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

PREDICTED = "results/predicted/photos/in_domain.csv"
PILOT = "results/pilot/photos/in_domain/1of1.csv"


@pytest.fixture(scope="module")
def untouched(new_project):
    """A project in which nothing ever runs."""
    return new_project()


def test_a_figure_of_distances_asks_for_the_runs_and_the_distances_alone(untouched, config):
    planned = untouched.dry_run(config, "figure_8")
    assert planned.rules == {
        "prepare_data",
        "train_generator",
        "sample_generator",
        "train_classifier",
        "collect_runs",
        "measure_class_distances",
        "figure_8",
    }
    assert planned.outputs("measure_class_distances") == {
        "results/distances/photos.csv",
        "results/distances/volumes.csv",
    }


def test_a_figure_of_one_kind_of_task_asks_for_its_runs_alone(untouched):
    default = yaml.safe_load((untouched.folder / "config.yaml").read_text(encoding="utf-8"))
    planned = untouched.dry_run(default, "figure_2")
    assert planned.rules == {
        "write_phantom",
        "prepare_slices",
        "train_mask_generator",
        "draw_masks",
        "sample_mask_generator",
        "train_segmenter",
        "figure_2",
    }
    trained = planned.outputs("train_segmenter")
    assert {name.rsplit("/", 2)[0] for name in trained} == {
        f"results/downstream/phantom/{experiment}/{arm}"
        for experiment, arms in {
            "in_domain": ("real_only", "synthetic", "more_real"),
            "domain_shift": ("real_only", "synthetic", "more_source", "target_real"),
        }.items()
        for arm in arms
    }
    refused = untouched.run(default | {"only": ["digits"]}, "figure_2")
    assert refused.code != 0
    assert "figure_2: the config has no task that it shows" in refused.text


def test_a_prediction_needs_no_run_of_the_sweep(untouched, config):
    planned = untouched.dry_run(config, PREDICTED)
    assert planned.rules == {
        "prepare_data",
        "train_generator",
        "sample_generator",
        "pilot_classifier",
        "predict_ratios",
    }
    inputs = {name for job in planned.jobs for name in job.inputs}
    assert not [name for name in inputs if name.startswith(("results/downstream/", "results/tables/"))]


def test_a_prediction_is_the_same_whatever_the_test_images_and_without_the_sweep(first, new_project, first_config):
    project = new_project()
    shutil.copytree(first.kept / "results", project.folder / "results")
    for sweep in ("downstream", "tables"):
        shutil.rmtree(project.folder / "results" / sweep)
    split = pd.read_csv(project.folder / "results/data/photos/split.csv")
    images = np.load(project.folder / "results/data/photos/images.npy", mmap_mode="r+")
    (tested,) = np.nonzero(split["part"] == "test")
    images[tested] = images[tested][::-1]
    images.flush()
    made = (PILOT, PREDICTED)
    for name in made:
        (project.folder / name).unlink()

    again = project.run(first_config, *made, "--allowed-rules", "pilot_classifier", "predict_ratios")
    assert again.code == 0, again.text
    assert again.rules == {"pilot_classifier", "predict_ratios"}
    assert {name: project.hashes()[name] for name in made} == {name: first.hashes[name] for name in made}

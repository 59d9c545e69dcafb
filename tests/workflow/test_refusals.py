"""What is wrong in the config is said before any job: once, by name, without a traceback."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def untouched(new_project):
    """A project in which nothing ever runs."""
    return new_project()


def assert_refused(project, config, *words):
    refused = project.run(config)
    assert refused.code != 0
    assert refused.jobs == []
    assert "Traceback" not in refused.text
    assert refused.text.count("WorkflowError") == 1
    for each in words:
        assert refused.text.count(each) == 1, refused.text
    assert not (project.folder / "results").exists()
    return refused


def test_wrong_keys_are_named_together(untouched, first_config):
    task = first_config["tasks"]["photos"]
    task["generator"]["timestep"] = task["generator"].pop("timesteps")
    task["classifier"]["batch_size"] = "16"
    task["experiments"]["in_domain"]["ratios"] = [-0.5, 1]
    assert_refused(
        untouched,
        first_config,
        "`tasks.photos.generator.timestep`: unknown key; did you mean `timesteps`?",
        "`tasks.photos.classifier.batch_size`: Input should be a valid integer (got '16')",
        "`tasks.photos.experiments.in_domain.ratios`: a ratio must be 0 or more, and -0.5 is not",
    )


def test_a_split_larger_than_the_data(untouched, first_config):
    first_config["tasks"]["photos"]["split"]["train"] = 300
    assert_refused(untouched, first_config, "`tasks.photos.split`: ", "the data have 120; make the parts smaller")


def test_a_class_without_images(untouched, first_config):
    empty = untouched.folder / "pictures/mice"
    empty.mkdir()
    try:
        assert_refused(untouched, first_config, "`tasks.photos.data`: pictures/mice: the class folder is empty; ")
    finally:
        empty.rmdir()


def test_without_the_data_a_dry_run_shows_the_plan_and_a_run_is_refused(untouched, first_config):
    first_config["tasks"]["photos"]["data"]["path"] = "elsewhere"
    planned = untouched.dry_run(first_config)
    assert planned.text.count("`tasks.photos.data`: elsewhere: no such folder") == 1
    assert {"prepare_data", "train_classifier", "judge_claims"} <= planned.rules
    assert_refused(untouched, first_config, "`tasks.photos.data`: elsewhere: no such folder")


def test_a_part_of_the_tasks_is_chosen_on_the_command_line(untouched, config):
    for chosen in ("only=[volumes]", "only=volumes"):
        planned = untouched.dry_run(config, "--config", chosen)
        assert {output.split("/")[2] for output in planned.outputs("prepare_data")} == {"volumes"}
    refused = untouched.run(config, "--config", "only=[mice]")
    assert refused.code != 0
    assert "`only`: 'mice' is not a task; there are photos, volumes" in refused.text


def test_an_archive_in_the_format_of_cifar_10_is_read(new_project, first_config):
    """With it, the embedded digits: both need no more than their block of config."""
    project = new_project()
    helpers = runpy.run_path(str(Path(__file__).parents[1] / "data/conftest.py"))
    source = helpers["write_archive"](project.folder / "cifar.tar.gz", helpers["pickled"](helpers["contents"]()))
    photos = first_config["tasks"]["photos"]
    photos["experiments"]["in_domain"]["n_real"] = 10
    photos["selection"] = None
    split = {"generator": 20, "train": 15, "validation": 11, "test": 11}
    first_config["tasks"] = {
        "cifar10": photos | {"data": {"reader": "cifar10", "path": "cifar.tar.gz", "sha256": source.sha256}},
        "digits": photos | {"data": {"reader": "digits"}},
    }
    for task in first_config["tasks"].values():
        task["split"] = split
    planned = project.dry_run(first_config)
    assert {output.split("/")[2] for output in planned.outputs("train_generator")} == {"cifar10", "digits"}

    prepared = project.run(first_config, *sorted(planned.outputs("prepare_data")))
    assert prepared.code == 0, prepared.text
    assert prepared.rules == {"prepare_data"}
    for task in ("cifar10", "digits"):
        lines = (project.folder / f"results/data/{task}/split.csv").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1 + sum(split.values())

"""What must fit between the blocks of the config is checked before any job runs."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from sweetspot.config.block import ASSUMED, parse
from sweetspot.config.workflow import Workflow
from sweetspot.errors import InputError
from sweetspot.load_config import load_workflow, missing_data

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "config.yaml", *sorted({*(ROOT / "config").glob("*.yaml")} - {ROOT / "config/recommend.yaml"})]

CONFIG = {
    "tasks": {
        "digits": {
            "data": {"reader": "digits"},
            "split": {"generator": 200, "train": 100, "validation": 50, "test": 100},
            "generator": {"timesteps": 200, "steps": 1000},
            "sampling": {
                "solver_steps": 20,
                "images": 160,
                "qualities": ["noise=0", "t=20", "steps=150", "steps=60+noise=1"],
            },
            "classifier": {"horizontal_flip": False},
            "experiments": {
                "in_domain": {
                    "budget": {"unit": "steps", "steps": 10},
                    "n_real": 40,
                    "ratios": [0, 4, 0.5, 1.5, 2],
                    "seeds": 2,
                },
                "some-epochs_2": {
                    "budget": {"unit": "epochs"},
                    "n_real": 10,
                    "ratios": [1],
                    "seeds": 3,
                    "qualities": ["t=20"],
                    "more_real": False,
                },
            },
        }
    }
}


def changed(path, value):
    """The config with one key, named from the task on, set to `value`, or left out."""
    config = copy.deepcopy(CONFIG)
    *parents, last = path.split(".")
    block = config["tasks"]["digits"]
    for parent in parents:
        block = block[parent]
    if value is None:
        del block[last]
    else:
        block[last] = value
    return config


def message(config):
    with pytest.raises(InputError) as caught:
        load_workflow(config)
    return str(caught.value)


def test_a_config_that_fits_is_loaded():
    task = load_workflow(CONFIG).tasks["digits"]
    assert task.experiments["in_domain"].ratios == (0.5, 1.5, 2.0, 4.0)
    assert {quality for _, quality, _ in task.fan_out("in_domain").cells()} == {"", *task.sampling.qualities}
    assert {quality for _, quality, _ in task.fan_out("some-epochs_2").cells()} == {"", "t=20"}
    assert [cell for cell in task.fan_out("in_domain").cells() if cell[0] == "real_only"] == [("real_only", "", 0.0)]


RATIOS = "experiments.in_domain.ratios"
QUALITIES = "sampling.qualities"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (RATIOS, [1, -0.5], "a ratio must be 0 or more, and -0.5 is not"),
        (RATIOS, [1, 2, 1.0], "a ratio stands twice"),
        (RATIOS, [0], "at least one ratio must be greater than 0"),
        (RATIOS, [], "at least 1 item"),
        (RATIOS, [0.01, 1], "0.01 times `n_real` 40 rounds to no image"),
        (RATIOS, [1 / 3], "0.3333333333333333 has too many digits for the name of a file; write 0.333333"),
        (RATIOS, [1, 4.1], "ratio 4.1 needs 164 synthetic images, and `sampling.images` is 160"),
        ("experiments.in_domain.n_real", 101, "101 real images are asked for, and `split.train` has 100"),
        ("experiments.in_domain.seeds", 1, "greater than or equal to 2"),
        ("experiments.in_domain.budget.unit", "hours", "'hours' is not one of 'steps', 'epochs'"),
        ("experiments.in_domain.qualities", ["t=30"], "`t=30` is not in `sampling.qualities`"),
        ("experiments.in_domain.qualities", ["t=20", "t=20"], "a quality stands twice"),
        ("experiments.some-epochs_2.n_real", 161, "`split.train` has 100"),
        ("experiments.some-epochs_2.ratios", [17], "ratio 17 needs 170 synthetic images"),
        ("sampling.images", 159, "ratio 4 needs 160 synthetic images"),
        (QUALITIES, ["noise=0", "noise=0"], "two qualities are the same setting"),
        (QUALITIES, ["t=20", "t=15"], "`t=15` stops at t=15; with 20 solver steps of 200 timesteps"),
        (QUALITIES, ["t=20", "t=200"], "multiples of 10 below 200"),
        (QUALITIES, ["t=20", "steps=1001"], "`steps=1001` asks for a checkpoint after 1001 steps"),
        ("sampling.solver_steps", 30, "30 does not divide `generator.timesteps`, which is 200"),
        ("generator.steps", 149, "and `generator.steps` is 149"),
        ("generator.channels", [16, 20], "generator.channels`: each entry of [16, 20] must be a positive multiple"),
        (
            "generator.attention",
            [True],
            "generator.attention`: it has 1 entries and needs none, or one for each of the 2",
        ),
        ("split.generator", 1548, "1,548 generator + 100 train + 50 validation + 100 test = 1,798 images"),
        ("split.test", 5, "class '8' has only 174 of the 1,797 images: less than one for a part of 5"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_key(path, value, words):
    assert words in message(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [
        (RATIOS, [1, -0.5], RATIOS),
        (RATIOS, [1, 5], RATIOS),
        (RATIOS, [0.01], RATIOS),
        ("experiments.some-epochs_2.ratios", [17], "experiments.some-epochs_2.ratios"),
        ("experiments.some-epochs_2.n_real", 161, "experiments.some-epochs_2.n_real"),
        ("experiments.in_domain.qualities", ["t=30"], "experiments.in_domain.qualities"),
        (QUALITIES, ["t=15"], "sampling.qualities"),
        (QUALITIES, ["t=20", "steps=2000"], "sampling.qualities"),
        ("split.generator", 1600, "split"),
        ("split.validation", 2, "split.validation"),
        ("split.train", None, "split.train"),
    ],
)
def test_the_full_name_of_the_wrong_key_stands_first(path, value, name):
    assert f"`tasks.digits.{name}`: " in message(changed(path, value))


def test_as_much_as_there_is_may_be_used():
    """The limits themselves are allowed."""
    for path, value in [
        ("experiments.in_domain.n_real", 40),
        ("sampling.images", 160),
        ("split.generator", 1547),
        ("generator.steps", 150),
        (QUALITIES, ["t=190", "t=20", "steps=1000"]),
    ]:
        load_workflow(changed(path, value))


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".a", "-a", "a b", "a.b", "é", "a\n", "a%"])
@pytest.mark.parametrize("of", ["task", "experiment"])
def test_a_name_that_cannot_be_part_of_a_path_is_refused(name, of):
    config = copy.deepcopy(CONFIG)
    holder = config["tasks"] if of == "task" else config["tasks"]["digits"]["experiments"]
    holder[name] = next(iter(holder.values()))
    assert f"`{name}` cannot be a name" in message(config)


def test_the_experiment_of_figure_7_must_be_there():
    config = changed("experiments.in_domain", None)
    assert "one experiment must be named `in_domain`" in message(config)


@pytest.mark.parametrize("config", [None, {}, [], "text"])
def test_an_empty_config_is_refused(config):
    assert "the config is empty" in message(config)


def test_a_class_folder_without_images_is_refused(tmp_path):
    for name, count in (("cat", 4), ("dog", 0)):
        (tmp_path / name).mkdir()
        for number in range(count):
            Image.new("L", (8, 8), number).save(tmp_path / name / f"{number}.png")
    found = message(changed("data", {"reader": "image_folder", "path": str(tmp_path)}))
    assert f"{tmp_path / 'dog'}: the class folder is empty" in found


def test_a_label_that_never_occurs_is_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((500, 8, 8), np.uint8))
    np.save(tmp_path / "y.npy", np.arange(500) % 2 * 2)
    source = {"reader": "arrays", "value_range": [0, 255]}
    source |= {"images": str(tmp_path / "x.npy"), "labels": str(tmp_path / "y.npy")}
    assert "class 1 has no image" in message(changed("data", source))
    np.save(tmp_path / "y.npy", np.arange(500) % 2)
    load_workflow(changed("data", source))
    named = source | {"class_names": ["a", "b", "c"]}
    assert "class 2 has no image" in message(changed("data", named))


def test_more_real_goes_as_far_as_the_training_part():
    task = load_workflow(CONFIG).tasks["digits"]
    assert [ratio for arm, _, ratio in task.fan_out("in_domain").cells() if arm == "more_real"] == [
        0.5,
        1.5,
    ]  # 40 + 60 = 100 images, 40 + 80 are too many
    assert not any(arm == "more_real" for arm, _, _ in task.fan_out("some-epochs_2").cells())


def test_the_generator_keeps_the_weights_that_the_qualities_ask_for():
    training = load_workflow(CONFIG).tasks["digits"].generator_training()
    assert training.snapshots == (60, 150, 1000)
    only_last = load_workflow(changed(QUALITIES, ["t=20", "noise=1"])).tasks["digits"]
    assert only_last.generator_training().snapshots == (1000,)
    config = changed(QUALITIES, ["steps=60"])
    del config["tasks"]["digits"]["experiments"]["some-epochs_2"]
    early = load_workflow(config).tasks["digits"]
    assert early.generator_training().snapshots == (60, 1000)  # the trained generator itself is always kept


def test_settings_of_other_stages_leave_the_generators_part_alone():
    """So that no ratio, seed or noise level trains a generator again."""
    before = load_workflow(CONFIG).tasks["digits"].generator_training().to_json()
    for path, value in [
        (RATIOS, [3]),
        ("classifier.dense", 7),
        (QUALITIES, ["t=20", "noise=2", "steps=60", "steps=150"]),
        ("sampling.images", 999),
    ]:
        assert load_workflow(changed(path, value)).tasks["digits"].generator_training().to_json() == before


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_each_shipped_config_is_usable(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    workflow = parse(Workflow, config)
    files = [
        getattr(task.data, name)
        for task in workflow.tasks.values()
        for name in ("path", "images", "labels")
        if hasattr(task.data, name)
    ]
    if all(Path(file).exists() for file in files):
        load_workflow(config)


PAPER = ROOT / "config/paper.yaml"


def leaves(node, path=()):
    """The path and the line of each value of a YAML file; a list is one value."""
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            yield from leaves(value, (*path, key_node.value))
    else:
        yield path, node.start_mark.line


def value_and_papers(block, path):
    """The value of a key and the paper's, which is None where the paper states none."""
    for name in path[:-1]:
        block = block[name] if isinstance(block, dict) else getattr(block, name)
    field = type(block).model_fields[path[-1]]
    default = field.default if field.json_schema_extra["source"] != ASSUMED else None
    values = (getattr(block, path[-1]), field.json_schema_extra.get("paper", default))
    return [list(value) if isinstance(value, tuple) else value for value in values]


def test_each_key_of_the_papers_config_is_marked_and_what_the_paper_states_is_marked_so():
    text = PAPER.read_text(encoding="utf-8")
    workflow = parse(Workflow, yaml.safe_load(text))
    stated = 0
    for path, line in leaves(yaml.compose(text)):
        mark = re.search(r" # (paper|assumed)\b", text.splitlines()[line])
        assert mark, f"{'.'.join(path)} has no mark"
        value, papers = value_and_papers(workflow, path)
        if papers is not None and value == papers:
            stated += 1
            assert mark[1] == "paper", path
    assert stated > 20


def test_the_papers_own_sizes():
    tasks = parse(Workflow, yaml.safe_load(PAPER.read_text(encoding="utf-8"))).tasks
    photos, scans = tasks["cifar10"], tasks["ms_lesions"]
    assert (photos.experiments["in_domain"].n_real, photos.split.train, photos.split.generator) == (500, 5000, 50_000)
    assert all(experiment.ratios == (0.5, 1, 3, 9) for experiment in photos.experiments.values())
    assert (scans.split.train, scans.split.validation, scans.generator.timesteps) == (100, 20, 600)
    assert scans.sampling.qualities == ("t=50", "t=150", "t=300")
    assert scans.experiments["domain_shift"].real == "source"
    for experiment in scans.experiments.values():
        assert (experiment.ratios[0], experiment.ratios[-1], experiment.seeds) == (0.25, 8, 3)


def two_tasks():
    config = copy.deepcopy(CONFIG)
    config["tasks"]["more"] = copy.deepcopy(CONFIG["tasks"]["digits"])
    return config


@pytest.mark.parametrize(("only", "tasks"), [([], ["digits", "more"]), (["more"], ["more"]), ("more", ["more"])])
def test_only_the_tasks_asked_for_are_there(only, tasks):
    workflow = load_workflow(two_tasks() | {"only": only})
    assert list(workflow.tasks) == tasks
    assert list(workflow.hyperparameters().tasks) == tasks


def test_the_data_of_a_task_that_is_left_out_are_not_looked_at(tmp_path):
    config = two_tasks()
    config["tasks"]["more"]["data"] = {"reader": "image_folder", "path": str(tmp_path / "none")}
    assert "no such folder" in message(config)
    assert list(load_workflow(config | {"only": ["digits"]}).tasks) == ["digits"]


@pytest.mark.parametrize("only", ["mice", ["digits", "mice"]])
def test_only_must_name_tasks(only):
    assert "`only`: 'mice' is not a task; there are digits, more" in message(two_tasks() | {"only": only})


MISSING = [
    ({"reader": "cifar10", "path": "none.tar.gz"}, "download cifar-10-python.tar.gz"),
    ({"reader": "image_folder", "path": "none"}, "no such folder"),
    ({"reader": "arrays", "images": "x.npy", "labels": "y.npy", "value_range": [0, 255]}, "no such file"),
]


@pytest.mark.parametrize(
    ("data", "words"), MISSING, ids=lambda value: value["reader"] if isinstance(value, dict) else ""
)
def test_missing_data_are_told_or_refused(data, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = changed("data", data)
    told = missing_data(load_workflow(config, data_needed=False))
    assert list(told) == ["digits"]
    assert told["digits"].startswith("`tasks.digits.data`: ")
    assert words in told["digits"]
    assert message(config) == told["digits"]


def test_data_that_are_there_and_wrong_are_refused_even_where_none_are_needed(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
    with pytest.raises(InputError, match="the class folder is empty"):
        load_workflow(changed("data", {"reader": "image_folder", "path": str(tmp_path)}), data_needed=False)


@pytest.fixture
def arrays(tmp_path):
    """The config of images of some size, so many of each class."""

    def make(size, counts):
        np.save(tmp_path / "labels.npy", np.repeat(np.arange(len(counts)), counts))
        np.save(tmp_path / "images.npy", np.zeros((sum(counts), *size), np.uint8))
        files = {name: str(tmp_path / f"{name}.npy") for name in ("images", "labels")}
        return changed("data", {"reader": "arrays", **files, "value_range": [0, 255]})

    return make


@pytest.mark.parametrize(
    ("size", "channels", "words"),
    [
        ((8, 6), [32, 64, 64], "`tasks.digits.generator.channels`: images of 8 x 6 pixels cannot be halved as often"),
        ((3, 4), [32], "`tasks.digits.data`: the classifier halves images twice"),
        ((8, 6), [32, 64], None),
        ((4, 5), [32], None),
    ],
)
def test_images_of_a_size_that_networks_cannot_take(arrays, size, channels, words):
    config = arrays(size, [250, 250])
    config["tasks"]["digits"]["generator"]["channels"] = channels
    if words is None:
        load_workflow(config)
    else:
        assert message(config).startswith(words)


FEW_PICKS = {"n": 20, "pools": {"one": {"parts": {"noise=0": 100}}}}


@pytest.mark.parametrize(
    ("counts", "selection", "words"),
    [
        ((300, 200), {"transformer": {"patch": 3}, "architectures": ["cnn", "transformer"]}, "`selection.transformer"),
        ((300, 200), {"transformer": {"patch": 3}}, None),
        ((470, 30), {"n_real": 32}, "class '1' has 30 of 500 images, and so a share of less than 2 in 32 real ones"),
        ((470, 30), {"n_real": 34}, None),
        ((470, 30), {"n_real": 32, "per": "task"}, None),
        ((450, 50), {"n": 80}, "class '0' has 90% of the images, and so some 72 of 80 picks, but the pool `one` holds"),
        ((450, 50), {"n": 80, "rules": ["all"]}, None),
        ((450, 50), {"n": 80, "per": "task"}, None),
        ((450, 50), {"n": 50}, None),
    ],
)
def test_classes_that_rules_cannot_select_from(arrays, counts, selection, words):
    config = arrays((8, 8), counts)
    settings = {"n_real": 40, **FEW_PICKS, "budget": {"unit": "steps", "steps": 10}} | selection
    config["tasks"]["digits"]["selection"] = settings
    if words is None:
        load_workflow(config)
    else:
        assert words.removeprefix("`") in message(config)
        assert message(config).startswith("`tasks.digits.selection.")


def most_steps(budget, n_real, cells, runs):
    """Optimiser steps of `runs` runs of each cell, up to a factor: equal, or in proportion to the training set."""
    sizes = [1 if budget.unit == "steps" else n_real * (1 + ratio) for _, _, ratio in cells]
    return runs * sum(sizes)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_pilot_of_a_shipped_config_costs_at_most_15_percent_of_its_sweep(path):
    """Of the cells that it replaces: real data only, and synthetic data."""
    for task in parse(Workflow, yaml.safe_load(path.read_text(encoding="utf-8"))).tasks.values():
        for name, sweep in task.experiments.items():
            cells = [cell for cell in task.fan_out(name).cells() if cell[0] in ("real_only", "synthetic")]
            pilot = task.pilot(name)
            tried = [("real_only", "", 0.0)]
            tried += [("synthetic", quality, ratio) for quality in pilot.qualities for ratio in pilot.ratios]
            cost = most_steps(pilot.budget, pilot.n_real, tried, pilot.runs)
            assert cost <= 0.15 * most_steps(sweep.budget, sweep.n_real, cells, sweep.seeds), name

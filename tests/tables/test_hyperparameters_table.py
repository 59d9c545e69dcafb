"""Table 2 shows every key, its value, the paper's, and who says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from sweetspot.config.block import Block, parse
from sweetspot.config.hyperparameters import ClassificationHyperparameters, Hyperparameters
from sweetspot.tables.hyperparameters import COLUMNS, hyperparameter_table

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def config():
    task = yaml.safe_load((ROOT / "config.yaml").read_text())["tasks"]["digits"]
    task["kind"] = "classification"
    blocks = {name: task[name] for name in ClassificationHyperparameters.model_fields}
    return parse(Hyperparameters, {"tasks": {"digits": blocks, "again": blocks}})


@pytest.fixture(scope="module")
def table(config):
    return hyperparameter_table(config)


@pytest.fixture(scope="module")
def rows(table):
    return table[table["task"] == "digits"].set_index("hyperparameter")


def leaves(data, prefix=""):
    """The full names of all keys below a mapping of the config."""
    for name, value in data.items():
        if isinstance(value, dict) and name != "parts":
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def test_each_key_of_each_block_has_one_row_in_each_task(config, table):
    names = list(leaves(json.loads(config.tasks["digits"].to_json())))
    assert len(names) > 40
    for task in ("digits", "again"):
        assert sorted(table.loc[table["task"] == task, "hyperparameter"]) == sorted(names)


def test_each_row_shows_the_value_that_is_used(config, rows):
    data = json.loads(config.tasks["digits"].to_json())
    for name, shown in rows["value"].items():
        value = data
        for part in name.split("."):
            value = value[part]
        assert shown == (value if isinstance(value, str) else json.dumps(value)), name


def test_no_cell_but_unit_and_the_papers_value_is_empty(table):
    assert list(table.columns) == COLUMNS
    rest = table.drop(columns=["unit", "paper_value"])
    assert not rest.isna().any(axis=None)
    assert (rest != "").all(axis=None)


def test_the_papers_value_is_given_exactly_where_the_paper_states_one(rows):
    assumed = rows["source"] == "assumed"
    assert (rows.loc[assumed, "paper_value"] == "").all()
    assert 0 < assumed.sum() < len(rows)
    assert (rows.loc[~assumed, "paper_value"] != "").all()


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("classifier.channels", "[32, 64]"),
        ("classifier.dense", "512"),
        ("classifier.dropout", "0.25"),
        ("classifier.optimiser", "adam"),
        ("classifier.batch_size", "64"),
        ("classifier.horizontal_flip", "true"),
        ("experiments.in_domain.n_real", "500"),
        ("experiments.in_domain.ratios", "[0.5, 1, 3, 9]"),
        ("experiments.in_domain_epochs.budget.epochs", "20"),
    ],
)
def test_the_papers_value_stands_beside_ours_whatever_ours_is(rows, name, paper):
    assert rows.loc[name, "paper_value"] == paper
    assert rows.loc[name, "source"].startswith("paper 1, Section 6")


@pytest.mark.parametrize("name", ["classifier.learning_rate", "split.test", "sampling.solver", "generator.steps"])
def test_what_the_paper_does_not_state_is_marked_as_assumed(rows, name):
    assert rows.loc[name, "source"] == "assumed"


def test_units_and_descriptions_come_from_the_models(rows):
    field = ClassificationHyperparameters.model_fields["generator"].annotation.model_fields["timesteps"]
    assert rows.loc["generator.timesteps", "unit"] == "steps"
    assert rows.loc["generator.timesteps", "description"] == field.description


def test_every_block_of_a_task_that_a_run_depends_on_is_in_the_table():
    from sweetspot.config.classification_task import ClassificationTask

    blocks = {
        name
        for name, field in ClassificationTask.model_fields.items()
        if not isinstance(field.annotation, type) or issubclass(field.annotation, Block)
    }
    assert (blocks - {"data", "measure"}) | {"kind"} == set(ClassificationHyperparameters.model_fields)

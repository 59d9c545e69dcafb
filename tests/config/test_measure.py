"""What the distances of a task depend on, and the keys of `measure`."""

from __future__ import annotations

from pathlib import Path

import pytest

from sweetspot.config.block import parse
from sweetspot.config.measure import Measure
from sweetspot.config.workflow import Workflow
from sweetspot.errors import InputError
from sweetspot.load_config import read_config

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tasks():
    return read_config(ROOT / "config.yaml")["tasks"]


def distances(tasks, name):
    return parse(Workflow, {"tasks": tasks}).tasks[name].distances()


def test_no_config_needs_the_block(tasks):
    assert "measure" not in tasks["digits"]
    assert distances(tasks, "digits").measure == Measure()
    assert distances(tasks, "phantom").mixtures.n_real == tasks["phantom"]["experiments"]["domain_shift"]["n_real"]


@pytest.mark.parametrize("name", ["digits", "phantom"])
def test_distances_do_not_depend_on_seeds_or_ratios_in_domain(tasks, name):
    before = distances(tasks, name)
    experiment = tasks[name]["experiments"]["in_domain"]
    experiment["seeds"] += 1
    experiment["ratios"] = [1]
    assert distances(tasks, name) == before
    experiment["budget"]["steps"] += 1
    assert distances(tasks, name) != before


def test_mixtures_are_those_of_domain_shift(tasks):
    tasks["phantom"]["experiments"]["domain_shift"]["ratios"] = [2, 5]
    mixtures = distances(tasks, "phantom").mixtures
    assert mixtures.ratios == (2, 5)
    assert mixtures.qualities == ("t=50", "t=300")
    del tasks["phantom"]["experiments"]["domain_shift"]
    assert distances(tasks, "phantom").mixtures is None


def test_pretrained_networks_are_used_where_they_are_named():
    assert Measure().pretrained() == {}
    assert Measure(dino="facebook/dinov2-small", clip="weights/clip").pretrained() == {
        "clip": "weights/clip",
        "dino": "facebook/dinov2-small",
    }


@pytest.mark.parametrize(("key", "value"), [("images", 3), ("replicates", 5), ("components", 0), ("clip", 4)])
def test_impossible_values_are_refused_by_name(key, value):
    with pytest.raises(InputError, match=f"`{key}`"):
        parse(Measure, {key: value})

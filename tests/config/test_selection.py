"""The block `selection`: its checks name the key, and each job of it depends on its own part alone."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import get_args

import pytest
import yaml

from sweetspot.config.block import parse
from sweetspot.config.sample_selection import RuleName
from sweetspot.config.workflow import Workflow
from sweetspot.errors import InputError
from sweetspot.select.rules import RULES

SELECTION = {
    "n_real": 60,
    "n": 100,
    "pools": {
        "mixed": {"parts": {"noise=0": 200, "truncation=0.5": 100, "steps=60+noise=3": 100}},
        "hidden": {"parts": {"noise=1": 150}, "hidden_real": 50},
    },
    "budget": {"unit": "steps", "steps": 20},
}
DIGITS = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8"))["tasks"]["digits"]


def task(changes=None, **selection):
    content = copy.deepcopy(DIGITS) | {"selection": copy.deepcopy(SELECTION) | selection} | (changes or {})
    return parse(Workflow, {"tasks": {"digits": content}}).tasks["digits"]


def message(**selection):
    with pytest.raises(InputError) as caught:
        task(**selection)
    return str(caught.value)


def pool(**changes):
    return {"pools": {"one": {"parts": {"noise=0": 200}} | changes}}


def test_the_rules_of_the_config_are_those_of_the_library():
    assert list(get_args(RuleName)) == list(RULES)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rules": []}, "`tasks.digits.selection.rules`"),
        ({"rules": ["covariance", "covariance"]}, "`tasks.digits.selection.rules`: a name stands twice"),
        ({"paradigms": ["scratch", "scratch"]}, "`tasks.digits.selection.paradigms`: a name stands twice"),
        ({"rule": ["random"]}, "`tasks.digits.selection.rule`: unknown key; did you mean `rules`?"),
        ({"seeds": 1}, "`tasks.digits.selection.seeds`"),
        ({"per": "image"}, "`tasks.digits.selection.per`"),
        ({"n_real": 401}, "`tasks.digits.selection.n_real`: 401 real images are asked for; `split.train` has 400"),
        ({"n": 300}, "`tasks.digits.selection.pools.hidden`: it has 200 images, and `n` is 300"),
        ({"pools": {}}, "`tasks.digits.selection.pools`"),
        ({"pools": {"real": {"parts": {"noise=0": 200}}}}, "`real` names what the pools are held against"),
        ({"pools": {"encoded": {"parts": {"noise=0": 200}}}}, "`encoded` names the folder of features"),
        ({"pools": {"a/b": {"parts": {"noise=0": 200}}}}, "`a/b` cannot be a name"),
        (pool(parts={"noise=0": 2401}), "2401 different images are asked for, and `sampling.images` is 2400"),
        (pool(parts={"noise=0": 1200, "noise=1": 1201}), "`tasks.digits.selection.pools.one.parts`: 2401 different"),
        (pool(parts={"noise=0": 0}), "`noise=0`: 0 images"),
        (pool(parts={"blur=1": 200}), "`blur=1` is not a quality"),
        (pool(parts={}), "`tasks.digits.selection.pools.one.parts`"),
        (
            pool(parts={"steps=5000": 200}),
            "`tasks.digits.selection.pools.one.parts`: `steps=5000` asks for",
        ),
        (pool(parts={"t=7": 200}), "`tasks.digits.selection.pools.one.parts`: `t=7` stops at t=7"),
        (pool(hidden_real=341), "`tasks.digits.selection.pools.one.hidden_real`: 341 real images beside the 60"),
        ({"transformer": {"width": 6, "heads": 4}}, "`tasks.digits.selection.transformer.width`: 6 is no multiple"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_key(changes, words):
    assert words in message(**changes)


def test_a_wrong_name_in_a_list_is_one_error():
    assert message(rules=["covarianc"]).count("\n") == 1
    assert "`tasks.digits.selection.rules.0`" in message(rules=["covarianc"])


def test_as_much_as_there_is_may_be_used():
    task(n_real=400, **pool())
    task(**pool(parts={"noise=0": 1200, "noise=1": 1200}))
    task(**pool(hidden_real=340))
    task(n=200)


def test_the_pools_qualities_are_sampled_and_no_experiment_runs_on_them():
    plain, with_pools = task({"selection": None}), task()
    chains = with_pools.chains()
    assert chains["truncation=0.5"].qualities == ("truncation=0.5",)
    assert chains["steps=60"].qualities == ("steps=60", "steps=60+noise=3")
    assert chains["full"].to_json() == plain.chains()["full"].to_json()
    assert with_pools.snapshots() == plain.snapshots()
    assert task(**pool(parts={"steps=90": 200})).snapshots() == (30, 60, 90, 1000)
    for name in plain.experiments:
        assert with_pools.fan_out(name).to_json() == plain.fan_out(name).to_json()
    assert with_pools.distances().to_json() == plain.distances().to_json()


def test_the_images_are_held_against_none_and_as_many_more_where_the_part_has_them():
    assert task().selection.rules_of("real", 160) == ("none", "more_real")
    assert task().selection.rules_of("real", 159) == ("none",)
    assert task(rules=["random", "all"]).selection.rules_of("mixed", 400) == ("random", "all")


def test_a_linear_classifier_is_trained_once_whatever_the_architectures():
    assert task(architectures=["cnn", "transformer"]).selection.trainings() == [
        ("scratch", "cnn"),
        ("scratch", "transformer"),
        ("distillation", "cnn"),
        ("distillation", "transformer"),
        ("pretrained", "linear"),
    ]


def parts(made):
    """What each job depends on."""
    return {
        "encode": made.image_encoding().to_json(),
        "encode samples": [made.sample_encoding(chain).to_json() for chain in made.selection.chains("hidden")],
        "select": made.sample_selection("hidden").to_json(),
        "cnn": made.selected_runs("hidden", "scratch", "cnn").to_json(),
        "transformer": made.selected_runs("hidden", "scratch", "transformer").to_json(),
        "real": made.selected_runs("real", "scratch", "cnn").to_json(),
    }


@pytest.mark.parametrize(
    ("changes", "depend"),
    [
        ({"pools": SELECTION["pools"] | {"other": {"parts": {"noise=1": 500}}}}, set()),
        ({"pools": SELECTION["pools"] | {"other": {"parts": {"truncation=0.9": 500}}}}, set()),
        ({"pools": {"other": {"parts": {"noise=4": 500}}} | SELECTION["pools"]}, set()),
        ({"pools": SELECTION["pools"] | {"hidden": {"parts": {"noise=1": 150}, "hidden_real": 60}}}, {"select"}),
        ({"transformer": {"depth": 3}}, {"transformer"}),
        ({"rules": ["covariance", "random"]}, {"select", "cnn", "transformer"}),
        ({"per": "task"}, {"select"}),
        ({"n": 90}, {"select"}),
        ({"paradigms": ["scratch"]}, set()),
        ({"budget": {"unit": "epochs"}}, {"encode", "cnn", "transformer", "real"}),
    ],
)
def test_a_key_concerns_its_own_jobs_alone(changes, depend):
    before, after = parts(task()), parts(task(**changes))
    assert {name for name in before if before[name] != after[name]} == depend


def test_tasks_without_the_block_have_no_selection():
    content = copy.deepcopy(DIGITS) | {"selection": None}
    workflow = parse(Workflow, {"tasks": {"one": content, "two": content | {"selection": SELECTION}}})
    assert list(workflow.selections()) == ["two"]

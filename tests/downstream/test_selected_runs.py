"""What the runs on selected samples are trained on, in which groups, and what they leave."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweetspot.checkpoints import NO_CHECKPOINTS
from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.selected_runs import SelectedRuns, Transformer
from sweetspot.data.encoded import EncodedImages
from sweetspot.data.subsets import real_order
from sweetspot.downstream.job import finished_groups
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.downstream.selected_runs import linear_groups, network_groups
from sweetspot.downstream.selected_sets import selected_sets, sets_together
from sweetspot.errors import InputError
from sweetspot.tables.picks import PICK_COLUMNS, read_picks

LABELS = {"train": np.arange(30) % 3, "noise=0": np.arange(60) % 3, "noise=2": np.arange(60) % 3}
PICKED = {("random", 0): [("noise=0", 7), ("train", 29)], ("random", 1): [("noise=2", 0), ("noise=0", 59)]}
ALL = [(part, number) for part in ("noise=0", "noise=2") for number in range(4)]


def picks(picked):
    rows = [
        (seed, rule, place, part, number, number % 3, int(part == "train"))
        for (rule, seed), pairs in picked.items()
        for place, (part, number) in enumerate(pairs)
    ]
    return pd.DataFrame(rows, columns=PICK_COLUMNS)


def sets(rules=("none", "random"), picked=PICKED):
    return selected_sets(picks(picked), rules, 2, 6, LABELS)


def test_a_training_set_is_the_seeds_real_images_and_the_picks():
    found = {(each.rule, each.seed): each.rows.tolist() for each in sets()}
    real = [real_order(LABELS["train"], seed)[:6].tolist() for seed in range(2)]
    assert found == {
        ("none", 0): real[0],
        ("none", 1): real[1],
        ("random", 0): [*real[0], 30 + 7, 29],
        ("random", 1): [*real[1], 90, 30 + 59],
    }


def test_sets_of_equal_size_train_together_and_no_others():
    picked = PICKED | {("all", seed): ALL for seed in range(2)}
    made = sets(("all", "none", "random"), picked)
    groups = [[(each.rule, each.seed) for each in group] for group in sets_together(made, 2)]
    assert groups == [[(rule, 0), (rule, 1)] for rule in ("none", "random", "all")]
    assert [len(group) for group in sets_together(sets(("random", "none")), 1)] == [1] * 4


def test_no_picks_are_needed_for_real_images_alone(tmp_path):
    picks({}).to_csv(tmp_path / "picks.csv", index=False)
    found = selected_sets(read_picks(tmp_path / "picks.csv"), ("none",), 2, 6, {"train": LABELS["train"]})
    assert [each.rows.tolist() for each in found] == [each.rows.tolist() for each in sets(("none",))]


@pytest.mark.parametrize(
    ("rules", "picked", "words"),
    [
        (("random", "ds3"), PICKED, "there are no picks of the rule `ds3` for seed 0"),
        (("random",), {("random", 0): [("noise=0", 60)]}, "the picks name image 60 of noise=0"),
        (("random",), {("random", 0): [("steps=9", 0)]}, "the picks name image 0 of steps=9"),
    ],
)
def test_picks_that_do_not_fit_are_named(rules, picked, words):
    with pytest.raises(InputError, match=words):
        sets(rules, picked)


def config(**changes):
    settings = {
        "paradigm": "scratch",
        "classifier": Classifier(channels=(2, 2), dense=4, batch_size=8, horizontal_flip=False, replicas_together=2),
        "transformer": None,
        "budget": StepBudget(unit="steps", steps=6, evaluate_every=3),
        "n_real": 6,
        "rules": ("none", "random"),
        "seeds": 2,
    }
    return SelectedRuns(**settings | changes)


@pytest.fixture
def images():
    """Images and labels of all parts, and of the parts `validation` and `test`."""
    stream = np.random.default_rng(0)
    labels = [np.concatenate(list(LABELS.values())), np.arange(12) % 3, np.arange(15) % 3]
    return [LabelledSet(stream.normal(size=(len(each), 1, 4, 4)).astype(np.float32), each) for each in labels]


def results(groups):
    rows = [row for kept in finished_groups(groups, NO_CHECKPOINTS) for row in kept["rows"]]
    return {(rule, seed): (accuracy, loss) for seed, rule, accuracy, loss in rows}


@pytest.mark.parametrize("transformer", [None, Transformer(width=4, depth=1)])
def test_a_run_is_the_same_whichever_it_trains_with(images, transformer):
    every = results(network_groups(sets(), config(transformer=transformer), *images, 3))
    alone = results(network_groups(sets(("random",))[1:], config(transformer=transformer), *images, 3))
    assert every.keys() == {(rule, seed) for rule in ("none", "random") for seed in range(2)}
    assert alone == {("random", 1): every["random", 1]}
    assert len({loss for _, loss in every.values()}) == 4
    assert all(0 <= accuracy <= 1 for accuracy, _ in every.values())


def test_the_architecture_is_that_of_the_config(images):
    assert results(network_groups(sets(), config(), *images, 3)) != results(
        network_groups(sets(), config(transformer=Transformer(width=4, depth=1)), *images, 3)
    )


def test_a_linear_classifier_knows_what_its_features_tell():
    labels = np.concatenate(list(LABELS.values()))
    told = EncodedImages(np.eye(3)[labels], np.zeros((len(labels), 3)), labels)
    test = EncodedImages(np.eye(3)[[2, 0, 1, 1]], np.zeros((4, 3)), np.array([2, 0, 1, 0]))
    found = results(linear_groups(sets(), told, test))
    assert {accuracy for accuracy, _ in found.values()} == {0.75}
    # More images of certain classes, with the same penalty: more certain, and so the one mistake costs more.
    assert found["random", 0][1] != found["none", 0][1]

"""What rules pick from the pools of seeds: the tables, and what stands in them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sweetspot.config.sample_selection import SampleSelection, SelectionPool
from sweetspot.data.encoded import EncodedImages
from sweetspot.data.mixed_pool import mixed_pool
from sweetspot.data.subsets import real_order
from sweetspot.errors import InputError
from sweetspot.select.comparison import compare_rules
from sweetspot.tables.picks import MEASURE_COLUMNS, PICK_COLUMNS, read_picks

POOL = SelectionPool(parts={"noise=0": 60, "noise=2": 40}, hidden_real=20)
RULES = ("covariance", "random", "all")


def encoded(n, seed, scale=1.0):
    stream = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    features = scale * stream.standard_normal((n, 6)) + 3 * labels[:, None]
    return EncodedImages(features.astype(np.float32), np.zeros((n, 2), np.float32), labels)


TRAIN, OTHERS = encoded(70, 0), encoded(80, 1)
SAMPLES = {"noise=0": encoded(120, 2), "noise=2": encoded(120, 3, scale=5)}


def config(**changes):
    settings = {"n_real": 30, "n": 20, "pool": POOL, "rules": RULES, "seeds": 2, "per": "class"}
    return SampleSelection(**settings | changes)


@pytest.fixture(scope="module")
def compared():
    return compare_rules(config(), TRAIN, OTHERS, SAMPLES)


def test_the_tables_have_their_columns_and_rows(compared):
    picks, measures = compared
    assert list(picks.columns) == PICK_COLUMNS
    assert list(measures.columns) == MEASURE_COLUMNS
    assert picks.groupby(["seed", "rule"]).size().to_dict() == {
        (seed, rule): 120 if rule == "all" else 20 for seed in range(2) for rule in RULES
    }
    assert list(zip(measures["seed"], measures["rule"], strict=True)) == [(s, r) for s in range(2) for r in RULES]
    for _, own in picks.groupby(["seed", "rule"]):
        assert own["place"].tolist() == list(range(len(own)))
        assert not own.duplicated(["part", "number"]).any()


def test_the_picks_are_images_of_the_pool_with_their_labels(compared):
    picks = compared[0]
    assert ((picks["part"] == "train") == (picks["hidden"] == 1)).all()
    assert (picks["label"] == picks["number"] % 2).all()
    for seed in range(2):
        pool = mixed_pool(POOL.parts, 20, 30, TRAIN.labels, SAMPLES["noise=0"].labels, seed)
        there = set(zip(pool.parts, pool.numbers, strict=True))
        everything = picks[(picks["seed"] == seed) & (picks["rule"] == "all")]
        assert set(zip(everything["part"], everything["number"], strict=True)) == there
    counts = picks[picks["rule"] == "random"].groupby("seed")["label"].value_counts()
    assert set(counts) == {10}  # in the proportions of the real images


def test_images_that_fit_are_preferred_by_covariance_and_not_by_chance(compared):
    picks, measures = compared
    wide = (picks["part"] == "noise=2").groupby(picks["rule"]).mean()
    assert wide["covariance"] < wide["random"]
    by_rule = measures.groupby("rule").mean()
    assert by_rule.loc["covariance", "covariance_distance"] < by_rule.loc["random", "covariance_distance"]
    assert by_rule.loc["all", "hidden_found"] == 1
    found = picks[picks["rule"] == "random"]["hidden"].sum() / (2 * 20)
    assert by_rule.loc["random", "hidden_found"] == pytest.approx(found)


def test_nothing_hidden_is_found_where_nothing_is_hidden():
    pool = SelectionPool(parts={"noise=0": 60})
    picks, measures = compare_rules(config(pool=pool, rules=("random",)), TRAIN, OTHERS, SAMPLES)
    assert measures["hidden_found"].isna().all()
    assert set(picks["part"]) == {"noise=0"}


def test_without_a_pool_there_are_more_real_images_or_none():
    picks, measures = compare_rules(config(pool=None, rules=("none", "more_real")), TRAIN, OTHERS, {})
    assert set(picks["rule"]) == {"more_real"}
    assert not picks["hidden"].any()
    for seed in range(2):
        own = picks[picks["seed"] == seed]
        assert set(own["number"]) == set(real_order(TRAIN.labels, seed)[30:50])
    none = measures[measures["rule"] == "none"]
    assert none["n"].tolist() == [0, 0]
    assert none["recall"].isna().all()
    assert compare_rules(config(pool=None, rules=("none",)), TRAIN, OTHERS, {})[0].empty


def test_per_task_the_classes_are_not_looked_at():
    whole, each = (
        compare_rules(config(per=per, rules=("random",)), TRAIN, OTHERS, SAMPLES)[0] for per in ("task", "class")
    )
    assert len(whole) == len(each) == 40
    counts = [set(picks.groupby("seed")["label"].value_counts()) for picks in (whole, each)]
    assert counts[1] == {10}
    assert counts[0] != {10}


def test_samples_with_other_labels_are_refused():
    other = dataclasses.replace(SAMPLES["noise=2"], labels=1 - SAMPLES["noise=2"].labels)
    with pytest.raises(InputError, match="the samples of `noise=0` and `noise=2` have other labels"):
        compare_rules(config(), TRAIN, OTHERS, SAMPLES | {"noise=2": other})


def test_picks_are_read_back_and_other_tables_are_named(compared, tmp_path):
    compared[0].to_csv(tmp_path / "picks.csv", index=False)
    pd.testing.assert_frame_equal(read_picks(tmp_path / "picks.csv"), compared[0])
    compared[1].to_csv(tmp_path / "measures.csv", index=False)
    for name, words in (("measures", "its columns are not seed, rule, place"), ("none", "not a table of picks")):
        with pytest.raises(InputError, match=words):
            read_picks(tmp_path / f"{name}.csv")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda rows: rows[:-1], "some of its picks are missing"),
        (lambda rows: [*rows, *rows[1:]], "or there twice"),
        (lambda rows: [*rows[:3], *rows[4:]], "some of its picks are missing"),
        (lambda rows: [*rows[:-1], rows[-1][:-1]], "not a table of picks"),
        (lambda rows: [*rows[:-1], "1,random,19,train,1.5,0,1"], "not a table of picks"),
        (lambda rows: [*rows[:-1], "1,random,19,train,-1,0,1"], "a number is below 0"),
    ],
)
def test_damaged_picks_are_named(compared, tmp_path, damage, words):
    picks = compared[0][compared[0]["rule"] == "random"]
    rows = picks.to_csv(index=False).splitlines()
    (tmp_path / "picks.csv").write_text("\n".join(damage(rows)) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"picks\.csv: .*{words}"):
        read_picks(tmp_path / "picks.csv")

"""What the jobs of the comparison wrote is held together in one table, and nothing gets lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from selections import REFERENCES, RULES, SEEDS, TRAININGS, write_selections

from sweetspot.config.sample_selection import Reference, RuleName
from sweetspot.errors import InputError
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.selection import (
    COLUMNS,
    RULE_TITLES,
    accuracies,
    collect_selection,
    in_order,
    read_all_picks,
    read_measures,
    read_selected_runs,
    read_selection,
)
from sweetspot.tables.selection_accuracies import selection_table

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def files(tmp_path):
    return write_selections(tmp_path)


@pytest.fixture
def collected(files):
    return collect_selection(read_selected_runs(files["runs"]), read_measures(files["measures"]))


def test_each_run_is_there_once_with_the_measures_of_its_picks(collected):
    assert list(collected.columns) == COLUMNS
    key = COLUMNS[:6]
    assert not collected.duplicated(key).any()
    pd.testing.assert_frame_equal(collected, collected.sort_values(key).reset_index(drop=True))
    assert len(collected) == SEEDS * len(TRAININGS) * (2 * len(RULES) + len(REFERENCES))
    hidden = collected[(collected["pool"] == "hidden") & (collected["rule"] == "random")]
    assert hidden["hidden_found"].to_numpy() == pytest.approx(0.4 + 0.01 * hidden["seed"])
    assert hidden["recall"].to_numpy() == pytest.approx(0.6 + 0.01 * hidden["seed"])
    assert collected.loc[collected["pool"] == "diversities", "hidden_found"].isna().all()


def test_what_rules_are_held_against_has_no_pool(collected):
    assert set(collected["pool"]) == {"", "diversities", "hidden"}
    assert set(collected.loc[collected["pool"] == "", "rule"]) == set(REFERENCES)


def test_the_order_of_the_files_does_not_matter(files, collected):
    again = collect_selection(read_selected_runs(files["runs"][::-1]), read_measures(files["measures"][::-1]))
    pd.testing.assert_frame_equal(again, collected)


def test_the_table_comes_back_as_written(collected, tmp_path):
    write_table(collected, tmp_path / "selection.csv")
    again = read_selection(tmp_path / "selection.csv")
    pd.testing.assert_frame_equal(again, collected)
    write_table(again.drop(columns="recall"), tmp_path / "selection.csv")
    with pytest.raises(InputError, match=r"selection.csv: its columns are not task, pool, rule"):
        read_selection(tmp_path / "selection.csv")


def test_picks_keep_their_pool(files):
    picks = read_all_picks(files["picks"])
    assert set(zip(picks["task"], picks["pool"], strict=True)) == {
        ("toy", pool) for pool in ("diversities", "hidden", "real")
    }
    assert set(picks.loc[picks["hidden"] == 1, "pool"]) == {"hidden"}


def test_picks_without_measures_are_named(files):
    runs, measures = read_selected_runs(files["runs"]), read_measures(files["measures"])
    gone = (measures["pool"] == "hidden") & (measures["rule"] == "ds3") & (measures["seed"] == 2)
    with pytest.raises(InputError, match=r"selection/toy/hidden: the picks of ds3 with seed 2 .*not measured"):
        collect_selection(runs, measures[~gone])
    with pytest.raises(InputError, match=r"selection/toy/hidden: the picks of ds3 with seed 2 are measured twice"):
        collect_selection(runs, pd.concat([measures, measures[gone]]))


def test_accuracies_are_percentages_of_one_training_in_the_order_of_rules(collected):
    cells = dict(accuracies(collected))
    assert set(cells) == {("toy", pool, *training) for pool in ("", "diversities", "hidden") for training in TRAININGS}
    table = cells["toy", "hidden", "scratch", "transformer"]
    assert list(table.columns) == ["all", "random", "k_means", "ds3", "covariance"]
    rows = collected[(collected["pool"] == "hidden") & (collected["architecture"] == "transformer")]
    own = rows[rows["rule"] == "random"].set_index("seed")["accuracy"]
    np.testing.assert_allclose(table["random"], 100 * own)
    # What the seeds share cancels between rules.
    assert table["random"].std() > 5 * (table["covariance"] - table["random"]).std()


def test_every_rule_of_the_config_has_a_title():
    assert set(RULE_TITLES) == {*get_args(RuleName), *get_args(Reference)}


def test_each_rule_stands_once_in_order():
    assert in_order(["covariance_swap", "random", "none", "random"]) == ["none", "random", "covariance_swap"]


def test_the_programs_write_what_the_functions_give(files, collected, tmp_path):
    selection, table = tmp_path / "selection.csv", tmp_path / "table.csv"
    for program, flags in (
        ("collect_selection", ["--runs", *files["runs"], "--measures", *files["measures"], "--out", selection]),
        ("table_selection", ["--number", "5", "--selection", selection, "--out", table]),
    ):
        subprocess.run([sys.executable, SCRIPTS / f"{program}.py", *flags], check=True)
    for path, expected in ((selection, collected), (table, selection_table(5, read_selection(selection)))):
        write_table(expected, tmp_path / "expected.csv")
        assert path.read_bytes() == (tmp_path / "expected.csv").read_bytes()

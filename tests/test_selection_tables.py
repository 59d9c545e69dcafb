"""The tables of the second paper have the means of the runs, each under its own paradigm and architecture."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats
from selections import REFERENCES, RULES, SEEDS, write_selections

from sweetspot.selection_results import collect_selection, read_measures, read_selected_runs
from sweetspot.selection_tables import selection_table


@pytest.fixture(scope="module")
def selection(tmp_path_factory):
    files = write_selections(tmp_path_factory.mktemp("selections"), pools=("diversities", "hidden", "qualities"))
    return collect_selection(read_selected_runs(files["runs"]), read_measures(files["measures"]))


def runs(selection, **chosen):
    rows = selection
    for column, value in chosen.items():
        rows = rows[rows[column] == value]
    return rows


def holds(row, name, values):
    """Whether a row has the mean of `values` and its t-interval."""
    interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    expected = (values.mean(), interval.low, interval.high)
    return tuple(row[[name, f"{name}_ci_low", f"{name}_ci_high"]]) == pytest.approx(expected)


@pytest.mark.parametrize(("number", "pool"), [(1, "diversities"), (2, "qualities")])
def test_tables_1_and_2_have_paradigms_beside_each_other(selection, number, pool):
    table = selection_table(number, selection)
    assert set(table["source"]) == {"this project"}
    assert set(table["pool"]) == {pool}
    assert set(table["n"]) == {SEEDS}
    rules = ["none", "more_real", "all", "random", "k_means", "ds3", "covariance"]
    assert list(table["rule"]) == 2 * rules
    assert list(table["architecture"]) == ["cnn"] * len(rules) + ["transformer"] * len(rules)
    assert not [column for column in table if column.startswith("distillation")]  # which was not run
    for _, row in table.iterrows():
        own = runs(selection, pool="" if row["rule"] in REFERENCES else pool, rule=row["rule"])
        scratch = runs(own, paradigm="scratch", architecture=row["architecture"])
        assert holds(row, "scratch", 100 * scratch["accuracy"])
        assert holds(row, "pretrained", 100 * runs(own, paradigm="pretrained")["accuracy"])


def test_a_linear_classifier_alone_has_rows_too(selection):
    table = selection_table(1, runs(selection, paradigm="pretrained"))
    assert set(table["architecture"]) == {"linear"}
    assert set(table["rule"]) == {*RULES, *REFERENCES}


def test_table_5_has_architectures_and_measures_of_every_pool(selection):
    table = selection_table(5, selection)
    pools = ["", "diversities", "hidden", "qualities"]
    assert list(table["pool"].drop_duplicates()) == pools
    for _, row in table.iterrows():
        own = runs(selection, pool=row["pool"], rule=row["rule"])
        for architecture in ("cnn", "transformer"):
            trained = runs(own, paradigm="scratch", architecture=architecture)
            assert holds(row, f"accuracy_{architecture}", 100 * trained["accuracy"])
        if row["rule"] == "none":
            assert row[["recall", "recall_ci_low", "recall_ci_high"]].isna().all()
        else:
            assert holds(row, "recall", runs(own, architecture="cnn")["recall"])
        assert pd.isna(row["hidden_found"]) == (row["pool"] != "hidden")


def test_a_pool_that_there_is_not_has_no_rows(selection):
    assert selection_table(2, selection[selection["pool"] != "qualities"]).empty

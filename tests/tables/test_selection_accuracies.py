"""The tables of the second paper have the means of the runs, each under its own paradigm and architecture."""

from __future__ import annotations

import pytest
from scipy import stats
from selections import REFERENCES, RULES, SEEDS, write_selections

from sweetspot.config.selection import PAPERS_POOLS
from sweetspot.tables.selection import RULE_TITLES, collect_selection, read_measures, read_selected_runs
from sweetspot.tables.selection_accuracies import selection_table


@pytest.fixture(scope="module")
def selection(tmp_path_factory):
    files = write_selections(
        tmp_path_factory.mktemp("selections"), pools=("collapsed", "diversities", "hidden", "qualities")
    )
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


@pytest.mark.parametrize(("number", "pool"), PAPERS_POOLS.items())
def test_paradigms_stand_beside_each_other(selection, number, pool):
    table = own_rows(selection_table(number, selection))
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


@pytest.mark.parametrize(("number", "rules"), [(1, 8), (2, 2), (5, 0)])
def test_the_papers_numbers_stand_below_and_are_marked_as_its_own(selection, number, rules):
    table = selection_table(number, selection)
    published = table[table["source"] != "this project"]
    assert len(published) == rules
    assert list(published.index) == list(range(len(table) - rules, len(table)))
    assert set(published["source"]) <= {"paper 2, as published"}
    assert published[["n", "scratch_ci_low", "pretrained_ci_high"]].isna().all(axis=None)
    assert set(published["rule"]) <= set(RULE_TITLES)
    if rules:
        covariance = published.set_index("rule").loc["covariance"]
        assert (covariance[["scratch", "pretrained"]] > 50).all()


def test_a_linear_classifier_alone_has_rows_too(selection):
    table = own_rows(selection_table(1, runs(selection, paradigm="pretrained")))
    assert set(table["architecture"]) == {"linear"}
    assert set(table["rule"]) == {*RULES, *REFERENCES}


def test_a_pool_that_there_is_not_has_no_rows(selection):
    assert selection_table(2, selection[selection["pool"] != "qualities"]).empty


def own_rows(table):
    return table[table["source"] == "this project"]

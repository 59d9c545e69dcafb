"""Claims about selection compare like with like, paired over seeds."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from selections import SEEDS, TRAININGS, write_selections

from sweetspot.claims.table import claims_table
from sweetspot.tables.runs import RUN_COLUMNS
from sweetspot.tables.selection import COLUMNS, collect_selection, read_measures, read_selected_runs

BETTER = "covariance matching selects better samples than another rule"
WINS = "covariance matching wins more comparisons than it loses"
FINDS = "covariance matching finds more of the hidden real samples than another rule"
PAPER = "paper 2, experiments on selection"
SWAPS = "exchanges after the greedy picks improve covariance matching"
NO_RUNS = pd.DataFrame(columns=RUN_COLUMNS).astype({"value": float})


@pytest.fixture(scope="module")
def selection(tmp_path_factory):
    files = write_selections(tmp_path_factory.mktemp("selections"))
    return collect_selection(read_selected_runs(files["runs"]), read_measures(files["measures"]))


def claims(selection):
    return claims_table(NO_RUNS, selection=selection)


def rows_of(accuracy, pool="pool", hidden=None):
    """Rows of `selection.csv` with one training: `accuracy[rule]` and `hidden[rule]` for each seed."""
    return pd.DataFrame(
        [
            ("toy", pool, rule, "scratch", "cnn", seed, value, 0.5, 0.5, 1.0, hidden[rule][seed] if hidden else np.nan)
            for rule, values in accuracy.items()
            for seed, value in enumerate(values)
        ],
        columns=COLUMNS,
    )


def test_each_other_rule_of_the_same_amount_is_compared_by_the_paired_test(selection):
    table = claims(selection)
    compared = table[table["claim"] == BETTER].set_index("evidence")
    rivals = {"random": "supported", "ds3": "inconclusive", "k_means": "not supported"}
    assert set(compared.index) == {
        f"toy, {pool}, {paradigm}, {architecture}: against {rival}"
        for pool, (paradigm, architecture), rival in itertools.product(("diversities", "hidden"), TRAININGS, rivals)
    }
    for evidence, row in compared.iterrows():
        rival = evidence.split()[-1]
        pool, paradigm, architecture = evidence.split(":")[0].split(", ")[1:]
        cell = selection[
            (selection["pool"] == pool)
            & (selection["paradigm"] == paradigm)
            & (selection["architecture"] == architecture)
        ]
        ours, theirs = (
            100 * cell[cell["rule"] == rule].set_index("seed")["accuracy"] for rule in ("covariance", rival)
        )
        interval = stats.ttest_rel(ours, theirs).confidence_interval(0.95)
        assert row["estimate"] == pytest.approx((ours - theirs).mean())
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(interval))
        assert row["n"] == SEEDS
        if rival != "ds3":  # as good: decided by chance in one of twenty
            assert row["verdict"] == rivals[rival]
        assert row["source"] == (
            PAPER
            if pool == "diversities" and rival != "ds3"
            else "this project's extension"  # "ds3" is not the paper's
        )


def test_the_sum_of_all_comparisons_has_seeds_as_its_units():
    better, worse, same = (
        np.array(each) for each in ([0.9, 0.8, 0.9, 0.9], [0.5, 0.9, 0.4, 0.6], [0.9, 0.8, 0.9, 0.9])
    )
    table = claims(rows_of({"covariance": better, "random": worse, "ds3": same}))
    row, *of_each = table[table["claim"] == WINS].to_dict("records")
    expected = np.array([1, -1, 1, 1]) / 2  # equal accuracies are neither won nor lost
    interval = stats.ttest_1samp(expected, 0).confidence_interval(0.95)
    assert row["estimate"] == pytest.approx(expected.mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(interval))
    assert row["verdict"] == "inconclusive"
    assert "2 comparisons with random, ds3 on pool" in row["evidence"]
    assert [each["estimate"] for each in of_each] == [pytest.approx(0.5), 0]
    assert ["1 comparisons with random on pool" in each["evidence"] for each in of_each] == [True, False]


def test_the_paper_s_pools_are_summed_up_alone_too(selection):
    table = claims(selection)
    (papers,) = table[(table["claim"] == WINS) & (table["source"] == PAPER)]["evidence"]
    assert papers.startswith("toy: 6 comparisons with random, k_means on diversities;")
    everything, *of_each = table[(table["claim"] == WINS) & (table["source"] != PAPER)]["evidence"]
    assert everything.startswith("toy: 18 comparisons with random, k_means, ds3 on diversities, hidden;")
    assert [each.split(" on ")[0] for each in of_each] == [
        f"toy: 6 comparisons with {rival}" for rival in ("random", "k_means", "ds3")
    ]
    decided = table[table["claim"] == BETTER]["verdict"].value_counts()
    words = f"above 0 in {decided['supported']} and below 0 in {decided['not supported']}"
    assert words in everything


def test_hidden_real_samples_found_are_shares():
    flat = {rule: [0.5, 0.6, 0.7] for rule in ("covariance", "random")}
    found = {"covariance": [0.8, 0.7, 0.9], "random": [0.25, 0.3, 0.2]}
    table = claims(rows_of(flat, hidden=found)).set_index("claim")
    row = table.loc[FINDS]
    assert row["estimate"] == pytest.approx(0.55)
    assert row["verdict"] == "supported"
    assert "80.0%, against 25.0% by random" in row["evidence"]
    assert row["source"] == PAPER
    assert table.loc[BETTER, "verdict"] == "inconclusive"
    assert FINDS not in set(claims(rows_of(flat))["claim"])  # nothing is hidden


def test_exchanges_are_held_against_the_greedy_picks():
    accuracy = {"covariance": [0.5, 0.6, 0.7], "covariance_swap": [0.61, 0.69, 0.81]}
    row = claims(rows_of(accuracy)).set_index("claim").loc[SWAPS]
    assert row["estimate"] == pytest.approx(100 * np.mean([0.11, 0.09, 0.11]))
    assert row["verdict"] == "supported"


def test_without_covariance_matching_there_is_no_claim():
    assert claims(rows_of({"random": [0.5, 0.6], "ds3": [0.6, 0.5]})).empty

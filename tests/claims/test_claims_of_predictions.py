"""Claims about ratios: fixed, predicted, and what predicting costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweetspot.claims.claim import smallest
from sweetspot.claims.table import claims_table
from sweetspot.predict.regret import AFFORDABLE, rank_methods
from sweetspot.tables.predictions import (
    CELL,
    PREDICTION_COLUMNS,
    REGRET_COLUMNS,
    read_predictions,
    read_regrets,
    resolved,
)
from sweetspot.tables.runs import RUN_COLUMNS

NEAR, WEIGHTED, BEATS = (
    "the predicted ratio is near the best",
    "the predicted ratio is near the best, weighted by the range",
    "the predicted ratio beats every fixed one",
)
ONE_TO_TWO = "a ratio of 1 to 2 is near the best across the board"
ELSEWHERE = "the method chosen on other tasks is near the best ratio"
CHOSEN_SAVES = "the method chosen on other tasks saves 90 % of the cost of the sweep"
SAVES = "a predicted ratio saves 90 % of the cost of the sweep"
HELPS = "a ratio of 1 to 2 helps at every quality"
NO_RUNS = pd.DataFrame(columns=RUN_COLUMNS).astype({"value": float})


def predictions_table(regrets, tasks=("digits", "brains"), cells=6, spread=0.02, unresolved=1):
    """Rows of `predictions.csv` with mean relative regrets `regrets[method]`, or `regrets[task, method]`.

    Some cells are not resolved, and there every method has a relative regret of 1.
    """
    stream = np.random.default_rng(0)
    rows = []
    for task in tasks:
        for cell in range(cells + unresolved):
            width, error = 0.1 * (1 + cell), 0.01 if cell < cells else 1.0
            for method in {key if isinstance(key, str) else key[1]: None for key in regrets}:
                mean = regrets.get((task, method), regrets.get(method))
                share = abs(mean + spread * stream.normal()) if cell < cells else 1.0
                key = (task, "in_domain", f"noise={cell}", method)
                rows.append((*key, 1, 0, 2, 4, 0.2, 0.1, share * width, width, error, share))
    return pd.DataFrame(rows, columns=PREDICTION_COLUMNS).sample(frac=1, random_state=0)


def regrets_table(predictions, costs):
    """Rows of `regrets.csv` that belong to `predictions`, with `costs[method]`, 0 where there is none."""
    keys = [*CELL, "method"]
    judged = predictions.index.isin(resolved(predictions).index)
    return predictions.assign(cost_in_steps=predictions["method"].map(costs).fillna(0.0), resolved=judged)[
        REGRET_COLUMNS
    ].sort_values(keys)


def claims(predictions=None, runs=NO_RUNS, **tables):
    return claims_table(runs, predictions=predictions, **tables)


def verdicts(table, claim):
    rows = table[table["claim"] == claim]
    return dict(zip(rows["evidence"].str.split(",").str[0], rows["verdict"], strict=True))


REGRETS = {"fixed_0": 0.6, "fixed_1": 0.3, "fixed_2": 0.05, "everything": 0.4, "rapsd": 0.5, "pilot": 0.02}


def test_methods_are_judged_over_resolved_cells():
    table = claims(predictions_table(REGRETS))
    assert verdicts(table, NEAR) == {"pilot": "supported", "rapsd": "not supported"}
    assert verdicts(table, WEIGHTED) == {"pilot": "supported", "rapsd": "not supported"}
    assert verdicts(table, ONE_TO_TWO) == {"fixed_1": "not supported", "fixed_2": "supported"}
    assert verdicts(table, BEATS) == {"pilot": "supported", "rapsd": "not supported"}
    assert set(table.loc[table["claim"] == NEAR, "n"]) == {12}
    sources = table[table["claim"] == NEAR].set_index("evidence")["source"]
    assert list(sources) == ["this project's extension", "paper 1, Section 6"]


def test_estimates_are_the_threshold_minus_the_two_means():
    predictions = predictions_table(REGRETS)
    table = claims(predictions).set_index(["claim", "evidence"])
    rows = predictions[(predictions["method"] == "pilot") & (predictions["sweep_se"] < 0.1)]
    row = table.loc[NEAR, "pilot, over 12 cells"]
    interval = stats.ttest_1samp(0.15 - rows["relative_regret"], 0).confidence_interval(0.95)
    assert row["estimate"] == pytest.approx(0.15 - rows["relative_regret"].mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(interval))
    row = table.loc[WEIGHTED, "pilot, over 12 cells"]
    assert row["estimate"] == pytest.approx(0.08 - rows["regret"].sum() / rows["sweep_range"].sum())


def test_a_method_is_chosen_on_one_task_and_judged_on_the_other():
    regrets = {("digits", "a"): 0.02, ("brains", "a"): 0.5, ("digits", "b"): 0.2, ("brains", "b"): 0.05}
    regrets |= {"fixed_2": 0.0}  # no prediction
    predictions = predictions_table(regrets)
    table = claims(predictions, regrets=regrets_table(predictions, {}))
    assert verdicts(table, ELSEWHERE) == {
        "brains: a": "not supported",  # the best on digits
        "digits: b": "not supported",
    }
    alone = predictions[predictions["task"] == "digits"]
    assert not verdicts(claims(alone, regrets=regrets_table(alone, {})), ELSEWHERE)
    assert not verdicts(claims(predictions), ELSEWHERE)


def test_a_method_is_chosen_as_the_table_of_methods_does():
    """Not one that costs more of the sweep than `methods.csv` allows, however good it is."""
    predictions = predictions_table({"dear": 0.01, "cheap": 0.1, "bad": 0.5, "fixed_0": 0.0})
    regrets = regrets_table(predictions, {"dear": AFFORDABLE + 0.01, "cheap": AFFORDABLE - 0.01})
    table = claims(predictions, regrets=regrets)
    assert set(verdicts(table, ELSEWHERE)) == {"brains: cheap", "digits: cheap"}
    chosen = rank_methods(predictions, regrets).query("chosen")
    assert set(chosen["method"]) == {"cheap"}
    assert set(chosen["judged_on"]) == {"brains", "digits"}


def test_what_the_chosen_method_costs_is_told():
    predictions = predictions_table({"runs": 0.01, "formula": 0.1})
    for costs, verdict, saved in (({"runs": 0.12}, "not supported", 0.88), ({"runs": 0.2}, "supported", 1.0)):
        table = claims(predictions, regrets=regrets_table(predictions, costs)).query("claim == @CHOSEN_SAVES")
        assert list(table["verdict"]) == [verdict] * 2
        assert table["estimate"].to_numpy() == pytest.approx([saved - 0.9] * 2)
        assert table["statement"].str.contains("set by `pilot.runs` of the config, not measured").all()


def test_a_single_cell_is_no_evidence():
    for tasks, cells in ((("digits",), 1), (("digits", "brains"), 1), (("digits",), 0)):
        predictions = predictions_table(REGRETS, tasks=tasks, cells=cells)
        found = claims(predictions, regrets=regrets_table(predictions, {"pilot": 0.1}))
        assert not verdicts(found, ELSEWHERE)
        assert set(found["n"]) <= {2}  # one in either task


def test_empty_tables_speak_to_no_claim(tmp_path):
    for name, columns, read in (
        ("predictions", PREDICTION_COLUMNS, read_predictions),
        ("regrets", REGRET_COLUMNS, read_regrets),
    ):
        pd.DataFrame(columns=columns).to_csv(tmp_path / f"{name}.csv", index=False)
        assert read(tmp_path / f"{name}.csv").empty
    tables = {"predictions": read_predictions(tmp_path / "predictions.csv")}
    tables["regrets"] = read_regrets(tmp_path / "regrets.csv")
    assert claims(**tables, pilots=NO_RUNS).empty
    full = predictions_table(REGRETS)
    assert not verdicts(claims(full, regrets=tables["regrets"]), ELSEWHERE)


def test_the_interval_of_the_smallest_mean_holds():
    """It misses the smallest mean no more often than stated, whichever it is, up to three standard errors."""
    stream = np.random.default_rng(0)
    for means in ([0, 0, 0], [0, 1, 2], [0, 0.3, 3]):
        above = below = 0
        for _ in range(300):
            found = smallest([mean + stream.normal(0, 1, 8) for mean in means])
            above += found.low > 0
            below += found.high < 0
        assert max(above, below) / 300 <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / 300)


def curve_rows(quality, means, steps, seeds=5, experiment="in_domain"):
    rows = []
    for seed in range(seeds):
        for ratio, mean in means.items():
            arm = ("synthetic", quality) if ratio else ("real_only", "")
            key = ("toy", experiment, *arm, ratio, "random", 10, 0, steps, seed)
            noise = 0.01 * np.random.default_rng(seed + 10 * int(ratio)).normal()
            rows += [(*key, "error", mean + noise), (*key, "loss", mean)]
    return rows


def runs_of(curves, steps, **options):
    rows = [row for quality, means in curves.items() for row in curve_rows(quality, means, steps, **options)]
    return pd.DataFrame(rows, columns=RUN_COLUMNS).drop_duplicates()


def test_cost_is_counted_in_steps_of_all_runs_of_a_cell():
    grid = dict.fromkeys((0.0, 1.0, 2.0, 4.0), 0.5)
    runs = runs_of({"noise=0": grid, "noise=1": grid}, steps=100)
    pilots = runs_of({"noise=0": {0.0: 1, 4.0: 1}, "noise=1": {0.0: 1, 4.0: 1}}, steps=30, seeds=2)
    row = claims(runs=runs, pilots=pilots).query("claim == @SAVES").iloc[0]
    # 2 x 2 runs of 30 steps against 4 x 5 runs of 100, in both cells.
    assert row["estimate"] == pytest.approx(1 - 120 / 2000 - 0.9)
    assert (row["verdict"], row["n"]) == ("supported", 2)
    dear = claims(runs=runs, pilots=pilots.assign(steps=100)).query("claim == @SAVES").iloc[0]
    assert dear["verdict"] == "not supported"
    alone = claims(runs=runs, pilots=pilots[pilots["quality"] != "noise=1"]).query("claim == @SAVES").iloc[0]
    assert (alone["n"], alone["ci_low"], alone["ci_high"]) == (1, alone["estimate"], alone["estimate"])
    other = pilots.assign(experiment="other")
    assert SAVES not in set(claims(runs=runs, pilots=other)["claim"])


def test_a_ratio_helps_at_every_quality_only_if_at_the_worst():
    good, bad = {0.0: 5, 1.0: 4, 2.0: 3, 4.0: 2}, {0.0: 5, 1.0: 4.5, 2.0: 6, 4.0: 7}
    table = claims(runs=runs_of({"noise=0": good, "noise=1": bad}, steps=1)).query("claim == @HELPS")
    assert list(table["evidence"]) == [f"toy, in_domain at ratio {ratio}: noise=0, noise=1" for ratio in (1, 2)]
    assert list(table["verdict"]) == ["supported", "not supported"]
    assert table["estimate"].to_numpy() == pytest.approx([0.5, -1], abs=0.02)

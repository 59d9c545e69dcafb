"""Predictions held against sweeps with known answers."""

import numpy as np
import pandas as pd
import pytest

from sweetspot.errors import InputError
from sweetspot.predict.regret import ALL, METHOD_COLUMNS, Sweep, best_method, judge, rank_methods, sweep_of
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = (0.0, 1.0, 4.0)


def sweep_rows(task="digits", quality="noise=1", curve=(1.0, 0.6, 0.8), spread=0.01, seeds=8):
    noise = np.random.default_rng(0).normal(0, spread, (seeds, len(RATIOS)))
    rows = []
    for seed in range(seeds):
        for k, ratio in enumerate(RATIOS):
            arm, name = ("real_only", "") if ratio == 0 else ("synthetic", quality)
            key = (task, "in_domain", arm, name, ratio, "random", 50, int(50 * ratio), 300, seed)
            rows.append((*key, "loss", curve[k] + noise[seed, k]))
            rows.append((*key, "error", 0.5))
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def predicted(task="digits", quality="noise=1", **ratios):
    columns = ["task", "experiment", "quality", "method", "predicted_ratio", "ci_low", "ci_high", "steps"]
    rows = [(task, "in_domain", quality, method, ratio, 0.0, 4.0, steps) for method, (ratio, steps) in ratios.items()]
    return pd.DataFrame(rows, columns=columns)


FIXED = {"fixed_0": (0, 0), "fixed_1": (1, 0), "fixed_2": (2, 0), "everything": (4, 0)}


def test_the_loss_is_interpolated_in_the_logarithm():
    sweep = Sweep(np.array(RATIOS), np.zeros((2, 3)), 1)
    means = np.array([1.0, 0.6, 0.8])
    assert [sweep.at(ratio, means) for ratio in RATIOS] == pytest.approx(means)
    halfway = np.sqrt(2) - 1  # log(1 + r) is half of log 2
    assert sweep.at(halfway, means) == pytest.approx(0.8)
    assert sweep.at(100, means) == pytest.approx(0.8)


def test_regret_is_that_of_the_mean_curve():
    runs = sweep_rows()
    table, regrets = judge(predicted(good=(1, 240), bad=(0, 0), **FIXED), runs)
    sweep = sweep_of(runs, "digits", "in_domain", "noise=1")
    means = sweep.losses.mean(axis=0)
    rows = table.set_index("method")
    assert rows.loc["good", "regret"] == 0
    assert rows.loc["bad", "relative_regret"] == pytest.approx(1)
    assert rows.loc["bad", "regret"] == pytest.approx(means[0] - means[1])
    assert (rows["best_ratio"] == 1).all()
    assert rows.loc["everything", "loss_at_prediction"] == pytest.approx(means[2])
    difference = sweep.losses[:, 0] - sweep.losses[:, 1]
    assert rows["sweep_se"].to_numpy() == pytest.approx(difference.std(ddof=1) / np.sqrt(8))
    costs = regrets.set_index("method")["cost_in_steps"]
    assert costs["good"] == pytest.approx(240 / (8 * 3 * 300))
    assert regrets["resolved"].all()
    assert (regrets["ci_low"] <= regrets["relative_regret"]).all()
    assert (regrets["relative_regret"] <= regrets["ci_high"]).all()


def test_a_flat_sweep_is_not_resolved_and_not_judged():
    runs = pd.concat([sweep_rows(), sweep_rows(quality="noise=2", curve=(1, 1, 1), spread=0.2)[lambda x: x.ratio > 0]])
    both = pd.concat([predicted(good=(1, 0), **FIXED), predicted(quality="noise=2", good=(0, 0), **FIXED)])
    table, regrets = judge(both, runs.assign(value=runs["value"]))
    assert regrets.set_index(["quality", "method"]).loc[("noise=1", "good"), "resolved"]
    kept = rank_methods(table, regrets.assign(resolved=regrets["quality"] == "noise=1"))
    assert (kept["cells"] == 1).all()


def test_a_method_is_chosen_on_the_other_task():
    runs = pd.concat([sweep_rows("a", curve=(1, 0.6, 0.8)), sweep_rows("b", curve=(0.5, 0.6, 1.0))])
    methods = pd.concat([predicted("a", x=(1, 0), y=(4, 0), **FIXED), predicted("b", x=(4, 0), y=(0, 0), **FIXED)])
    table = rank_methods(*judge(methods, runs)).set_index(["judged_on", "method"])
    assert table.loc[("a", "y"), "chosen"]
    assert table.loc[("b", "x"), "chosen"]
    assert not table.loc[ALL, "chosen"].any()
    assert table.loc[(ALL, "x"), "mean_relative_regret"] == pytest.approx(0.5)
    assert table.loc[("a", "x"), "against_fixed_0"] == pytest.approx(-1)


def test_without_a_resolved_cell_there_is_a_table_without_rows():
    flat = sweep_rows(curve=(1, 1, 1), spread=0)
    table, regrets = judge(predicted(good=(1, 0), **FIXED), flat)
    assert not regrets["resolved"].any()
    assert (table["relative_regret"] == 0).all()
    methods = rank_methods(table, regrets)
    assert (len(methods), list(methods.columns)) == (0, METHOD_COLUMNS)


def test_fixed_rules_and_dear_methods_are_not_chosen():
    table = pd.DataFrame(
        {
            "method": ["fixed_1", "dear", "cheap", "free"],
            "relative_regret": [0, 0.1, 0.2, 0.3],
            "cost_in_steps": [0, 0.5, 0.15, 0],
        }
    )
    assert best_method(table) == "cheap"
    assert best_method(table.iloc[:2]) is None


def test_an_incomplete_sweep_is_named():
    runs = sweep_rows()
    with pytest.raises(InputError, match=r"digits, in_domain, noise=1 are not complete"):
        judge(predicted(good=(1, 0)), runs[~((runs["seed"] == 3) & (runs["ratio"] == 4))])

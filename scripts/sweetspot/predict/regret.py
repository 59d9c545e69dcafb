"""How good a predicted ratio was: held against the full sweep of test losses that it did not see.

A cell is a task, an experiment and a quality. Its sweep is the mean test loss L(r) over seeds at ratio 0 and at every
ratio of the experiment, between which it is interpolated in log(1 + r). A prediction p is judged by

    regret = L(p) - min L,     relative regret = regret / (max L - min L).

The best and the worst ratio are the extremes of means over finitely many seeds, so the regret of every method is a
little too large, alike for all of them, and sweeps seem a little better resolved than they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sweetspot.errors import InputError
from sweetspot.statistics import mean_interval, percentile_estimate, resampling_weights
from sweetspot.tables.predictions import CELL, FIXED_RULES, PREDICTION_COLUMNS, REGRET_COLUMNS, is_resolved

ALL = "all"
# The share of a sweep's optimiser steps that a prediction may cost.
AFFORDABLE = 0.15
INTERVAL = ("{}", "{}_ci_low", "{}_ci_high")
METHOD_COLUMNS = [
    "judged_on",
    "method",
    "cells",
    "mean_relative_regret",
    "ci_low",
    "ci_high",
    "range_weighted_regret",
    "cost_in_steps",
    *(name.format(f"against_{rule}") for rule in FIXED_RULES for name in INTERVAL),
    "chosen",
]


@dataclass(frozen=True)
class Sweep:
    """The test losses of a cell: `ratios` (R,), ascending from 0; `losses` (seeds, R); `steps`, of all its runs."""

    ratios: np.ndarray
    losses: np.ndarray
    steps: int

    def at(self, ratio: float, means: np.ndarray) -> np.ndarray:
        """The loss at a ratio for curves `means` (..., R): linear in log(1 + ratio), constant beyond the largest."""
        x, grid = np.log1p(min(ratio, self.ratios[-1])), np.log1p(self.ratios)
        right = int(np.clip(np.searchsorted(grid, x), 1, len(grid) - 1))
        weight = (x - grid[right - 1]) / (grid[right] - grid[right - 1])
        return (1 - weight) * means[..., right - 1] + weight * means[..., right]


def sweep_of(runs: pd.DataFrame, task: str, experiment: str, quality: str) -> Sweep:
    """The sweep of a cell, from `runs.csv`.

    Raises
    ------
    InputError : the runs lack the cell, or one of its seeds at a ratio.
    """
    rows = runs[(runs["task"] == task) & (runs["experiment"] == experiment) & (runs["metric"] == "loss")]
    rows = rows[(rows["arm"] == "real_only") | ((rows["arm"] == "synthetic") & (rows["quality"] == quality))]
    losses = rows.pivot(index="seed", columns="ratio", values="value").sort_index(axis=1)
    if losses.shape[1] < 2 or losses.isna().any(axis=None):
        raise InputError(
            f"the runs of {task}, {experiment}, {quality} are not complete: every seed is needed at ratio 0 and at "
            "each other ratio; delete `results/tables/runs.csv` and run the workflow again"
        )
    return Sweep(losses.columns.to_numpy(float), losses.to_numpy(), int(rows["steps"].sum()))


def judge(predicted: pd.DataFrame, runs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `predictions.csv` and `regrets.csv`.

    The second has for each prediction the relative regret with a 95 % bootstrap interval over the sweep's seeds,
    whether the sweep resolves the cell (its range is at least 4 standard errors of the paired difference between its
    worst and its best ratio), and the optimiser steps that the prediction took as a share of the sweep's.

    Parameters
    ----------
    predicted : task, experiment, quality, method, predicted_ratio, ci_low, ci_high, steps.
    runs : `runs.csv`.
    """
    judged, regrets = [], []
    for cell, rows in predicted.groupby(CELL, sort=True):
        sweep = sweep_of(runs, *cell)
        weights = resampling_weights(len(sweep.losses), "regret/" + "/".join(cell))
        means = weights @ sweep.losses
        best, worst = int(means[0].argmin()), int(means[0].argmax())
        lowest, spread = means.min(axis=1), np.ptp(means, axis=1)
        difference = sweep.losses[:, worst] - sweep.losses[:, best]
        error = difference.std(ddof=1) / np.sqrt(len(difference))
        resolved = bool(is_resolved(spread[0], error))
        for row in rows.sort_values("method").itertuples(index=False):
            at = sweep.at(row.predicted_ratio, means)
            relative = np.divide(at - lowest, spread, out=np.zeros_like(at), where=spread > 0)
            interval = percentile_estimate(relative, len(sweep.losses))
            loss = (at[0], lowest[0], at[0] - lowest[0], spread[0], error, relative[0])
            ratio = (row.predicted_ratio, row.ci_low, row.ci_high, sweep.ratios[best])
            judged.append((*cell, row.method, *ratio, *loss))
            cost = row.steps / sweep.steps
            regrets.append((*cell, row.method, relative[0], interval.low, interval.high, resolved, cost))
    return pd.DataFrame(judged, columns=PREDICTION_COLUMNS), pd.DataFrame(regrets, columns=REGRET_COLUMNS)


def rank_methods(predictions: pd.DataFrame, regrets: pd.DataFrame) -> pd.DataFrame:
    """The table `methods.csv`: every method over the resolved cells of each task, and of all tasks together.

    Columns
    -------
    judged_on : a task, or `all`.
    method, cells : and over how many cells the means are.
    mean_relative_regret, ci_low, ci_high : with a t-interval over cells.
    range_weighted_regret : sum of regrets over sum of ranges.
    cost_in_steps : mean share of the sweep's optimiser steps.
    against_RULE, against_RULE_ci_low, against_RULE_ci_high : mean of the method's relative regret minus that of a fixed
        rule, with the t-interval of the paired differences over cells.
    chosen : whether it is the best on the resolved cells of all other tasks, of those that are no fixed rule
        and cost no more than 15 % of the sweep's steps; so that a method is chosen on one task and judged on another.
        False in the rows of `all`.
    """
    table = predictions.merge(regrets[[*CELL, "method", "resolved", "cost_in_steps"]], on=[*CELL, "method"])
    table = table[table["resolved"]]
    tasks = sorted(table["task"].unique())
    rows = []
    for name in [ALL, *tasks]:
        own = table if name == ALL else table[table["task"] == name]
        chosen = None if name == ALL else best_method(table[table["task"] != name])
        fixed = {rule: _by_cell(own, rule) for rule in FIXED_RULES}
        for method in sorted(own["method"].unique()):
            part = own[own["method"] == method]
            relative = _by_cell(own, method)
            row = {"judged_on": name, "method": method, "cells": len(part)}
            row |= dict(zip(("mean_relative_regret", "ci_low", "ci_high"), _interval(relative), strict=True))
            row["range_weighted_regret"] = part["regret"].sum() / part["sweep_range"].sum()
            row["cost_in_steps"] = part["cost_in_steps"].mean()
            for rule, reference in fixed.items():
                names = [name.format(f"against_{rule}") for name in INTERVAL]
                row |= dict(zip(names, _interval(relative - reference), strict=True))
            rows.append(row | {"chosen": method == chosen})
    return pd.DataFrame(rows, columns=METHOD_COLUMNS)


def best_method(table: pd.DataFrame) -> str | None:
    """The affordable method with the lowest mean relative regret, fixed rules apart; None if there is none."""
    allowed = table[~table["method"].isin(FIXED_RULES)].groupby("method")[["relative_regret", "cost_in_steps"]].mean()
    allowed = allowed.loc[allowed["cost_in_steps"] <= AFFORDABLE, "relative_regret"]
    return None if allowed.empty else str(allowed.idxmin())


def _by_cell(table: pd.DataFrame, method: str) -> pd.Series:
    return table[table["method"] == method].set_index(CELL)["relative_regret"].sort_index()


def _interval(values: pd.Series) -> tuple[float, float, float]:
    """Mean and t-interval; the interval is empty for less than two values."""
    if len(values) < 2:
        return float(values.mean()), np.nan, np.nan
    mean, low, high = mean_interval(values.to_numpy())
    return float(mean), float(low), float(high)

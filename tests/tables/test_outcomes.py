"""Outcomes are read off the mean curves, of the sample and of resamples that all qualities share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweetspot.tables.outcomes import all_outcomes, judged_runs, losses, outcomes
from sweetspot.tables.runs import RUN_COLUMNS

RATIOS = (0.0, 1.0, 4.0)


def rows_of(curves, metric="error", task="toy", seeds=8, noise=0.0):
    """Rows of `runs.csv` with the mean values `curves[quality]` at `RATIOS`; each seed shifts all its values alike."""
    stream = np.random.default_rng(0)
    rows = []
    for seed, shift in enumerate(stream.normal(0, 1, seeds)):
        cells = {("real_only", "", 0.0): next(iter(curves.values()))[0]}
        for name, means in curves.items():
            cells |= {("synthetic", name, ratio): mean for ratio, mean in zip(RATIOS[1:], means[1:], strict=True)}
        for (arm, quality, ratio), mean in cells.items():
            value = mean + shift + noise * stream.normal()
            rows.append((task, "in_domain", arm, quality, ratio, "random", 9, 0, 5, seed, metric, value))
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


def test_best_ratio_and_last_value_of_each_quality():
    rows = rows_of({"noise=0": (5, 4, 3), "noise=1": (5, 4, 6), "noise=2": (5, 6, 7)})
    found = outcomes(rows, "test")
    assert (found.qualities, list(found.ratios), found.seeds) == (["noise=0", "noise=1", "noise=2"], list(RATIOS), 8)
    # What the seeds share moves no best ratio.
    assert (found.best_ratio == [4, 1, 0]).all()
    last = rows[rows["ratio"] == 4].groupby("quality")["value"].mean()
    assert found.last[0] == pytest.approx(last.to_numpy())
    assert found.last - found.last[:, :1] == pytest.approx(np.tile([0, 3, 4], (len(found.last), 1)))
    assert found.last[:, 0].std() > 0.1
    other = found.of(["noise=2", "noise=0"])
    assert (other.best_ratio == [0, 4]).all()
    assert (other.last == found.last[:, [2, 0]]).all()


def test_resamples_choose_the_best_ratio_anew():
    found = outcomes(rows_of({"noise=0": (5, 5, 5)}, noise=1.0), "test")
    assert set(np.unique(found.best_ratio[1:])) == set(RATIOS)


def test_only_ratios_that_all_qualities_have_are_compared():
    rows = rows_of({"noise=0": (5, 4, 3), "noise=1": (5, 4, 6)})
    rows = rows[~((rows["quality"] == "noise=1") & (rows["ratio"] == 4))]
    assert list(outcomes(rows, "test").ratios) == [0, 1]


def test_tasks_are_judged_by_error_or_by_the_loss_of_segmentation():
    toy = {metric: rows_of({"noise=0": (5, 4, 3)}, metric) for metric in ("error", "loss")}
    brains = {metric: rows_of({"t=50": (5, 4, 3)}, metric, "brains") for metric in ("loss", "dice")}
    runs = pd.concat([*toy.values(), *brains.values()])
    judged = judged_runs(runs)
    assert set(zip(judged["task"], judged["metric"], strict=True)) == {("toy", "error"), ("brains", "loss")}
    assert set(losses(runs)["metric"]) == {"loss"}
    assert [key[:2] for key in all_outcomes(runs)] == [("brains", "in_domain"), ("toy", "in_domain")]
    assert not list(all_outcomes(runs[runs["arm"] == "real_only"]))

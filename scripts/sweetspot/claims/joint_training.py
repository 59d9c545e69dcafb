"""Claims of the second paper's theory of joint training, by the simulations of figures selection_1 and selection_3."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from sweetspot.claims.claim import Claim
from sweetspot.claims.predictions import EXTENSION
from sweetspot.statistics import CONFIDENCE, Estimate
from sweetspot.theory.joint_panels import ALONE, ENOUGH, JOINT, MEANS, SCALED_FEW, SHARE

SOURCE = "paper 2, Section 4"
FLAT, EXACT = 0.05, 0.02
SHIFTS = {"angle": "angle of the means", "length": "length of the mean shift"}
REGIMES = {"anisotropy": "n > p", "anisotropy_few": "n < p"}


def claims_of_joint_training(table: pd.DataFrame) -> Iterator[Claim]:
    """`table` is `joint_training.csv`; see `theory.joint_panels` for its panels."""
    simulated = table.dropna(subset=["simulated"])
    series = dict(list(simulated.groupby(["panel", "series"], sort=True)))
    for panel, shift in SHIFTS.items():
        yield Claim(
            "in joint training the means do not matter",
            f"{FLAT:g} minus the largest relative change of the excess risk with the {shift} is above 0",
            f"{shift}, simulated",
            _below(FLAT, _largest_change(series[panel, JOINT])),
            source=SOURCE,
        )
    for panel, shift in SHIFTS.items():
        largest = _largest_change(series[panel, ALONE])
        yield Claim(
            "with synthetic data alone the means matter",
            f"the largest relative change of the excess risk with the {shift} minus {FLAT:g} is above 0",
            f"{shift}, simulated",
            Estimate(largest.mean - FLAT, largest.low - FLAT, largest.high - FLAT, largest.n),
            source=f"{SOURCE}, Proposition 4.2",
        )
    yield _of_enough_real_data(table, series["enough", MEANS])
    for (panel, name), rows in series.items():
        if panel in REGIMES:
            yield _of_matched_covariance(panel, name, rows)
    for (panel, name), rows in series.items():
        if panel == "scale":
            longer = rows[rows["x"] > 1]
            yield Claim(
                "longer synthetic features do no harm",
                "minus the largest relative change of the excess risk as synthetic features are scaled up is above 0",
                f"{name}, eta up to {longer['x'].max():g}, simulated",
                _below(0, _largest(longer["change"], longer["change"] - longer["change_low"], longer["draws"])),
                source=EXTENSION if name == SCALED_FEW else SOURCE,  # the paper's statement is for n > p
            )
    for panel, rows in simulated.groupby("panel", sort=True):
        off = (rows["simulated"] / rows["theory"] - 1).abs()
        half = (rows["simulated"] - rows["ci_low"]) / rows["theory"]
        yield Claim(
            "the theory of joint training agrees with simulation",
            f"{EXACT:g} minus the largest relative difference of simulated and predicted excess risk is above 0",
            f"{panel.replace('_few', ', n < p')}: {len(rows)} settings",
            _below(EXACT, _largest(off, half, rows["draws"], tails=2)),
            source=EXTENSION,
        )


def _of_enough_real_data(table: pd.DataFrame, rows: pd.DataFrame) -> Claim:
    (least,) = table.loc[(table["panel"] == "enough") & (table["series"] == ENOUGH), "x"]
    (row,) = rows[rows["x"] == math.ceil(least)].to_dict("records")
    extra = Estimate(row["change"], row["change_low"], row["change_high"], int(row["draws"]))
    return Claim(
        "with enough real data the means add little",
        f"{SHARE:g} minus what orthogonal means add to the excess risk, in units of the risk without means, is above "
        f"0 at the number of real samples from which the theory's bound is {SHARE:g}",
        f"{row['x']:g} real samples, simulated",
        _below(SHARE, extra),
        source=f"{SOURCE}; its condition is reconstructed",
    )


def _of_matched_covariance(panel: str, name: str, rows: pd.DataFrame) -> Claim:
    others = rows[rows["change_low"] < rows["change_high"]]
    anisotropy = name.removeprefix("real ")
    proved = panel == "anisotropy" or anisotropy == "1"
    return Claim(
        "the matched synthetic covariance is the best",
        "the smallest relative change of the excess risk from the matched synthetic covariance to another anisotropy "
        "of the same trace is above 0",
        f"{REGIMES[panel]}, real covariance of anisotropy {anisotropy}, simulated",
        _below(0, _largest(-others["change"], others["change"] - others["change_low"], others["draws"])),
        source=SOURCE if proved else EXTENSION,
    )


def _largest_change(rows: pd.DataFrame) -> Estimate:
    return _largest(rows["change"].abs(), rows["change"] - rows["change_low"], rows["draws"], tails=2)


def _largest(values: pd.Series, halves: pd.Series, draws: pd.Series, tails: int = 1) -> Estimate:
    """The largest of several numbers, each with half the width of its interval, with an interval for the largest.

    The upper end is the largest of the upper ends: that of the largest number is among them. The lower end is the
    largest of lower ends that hold together (Bonferroni); one of an absolute value errs in both `tails`.
    """
    n = int(draws.min())
    tail = (1 - CONFIDENCE) / 2
    together = halves * stats.t.isf(tail / (tails * len(values)), n - 1) / stats.t.isf(tail, n - 1)
    return Estimate(float(values.max()), float(np.max(values - together)), float(np.max(values + halves)), n)


def _below(limit: float, result: Estimate) -> Estimate:
    """How far a result is below a limit."""
    return Estimate(limit - result.mean, limit - result.high, limit - result.low, result.n)

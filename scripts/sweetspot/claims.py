"""Claims of the first paper that the runs can speak to, each decided by an interval, never by hand.

A claim's verdict is `supported` if the interval of its estimate lies above its threshold, `not supported` if it lies
below, and `inconclusive` if it contains it. A claim that fails is a finding.

The intervals are over seeds: the real and synthetic subsets, initial weights and batches of a run. All seeds share one
generator, one synthetic pool and one test set, so the intervals are conditional on these. Each claim is made at its own
confidence; nothing is corrected for the number of claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sweetspot.config.sampling import mechanisms
from sweetspot.statistics import CONFIDENCE, Estimate, estimate

COLUMNS = ["claim", "source", "statement", "evidence", "estimate", "ci_low", "ci_high", "n", "verdict"]
THRESHOLD = 0.0
PAPER = "paper 1, Section 6"


@dataclass(frozen=True)
class Claim:
    """One row of `claims.csv`."""

    claim: str
    statement: str
    evidence: str
    result: Estimate
    source: str = PAPER

    def row(self) -> tuple[object, ...]:
        result = self.result
        verdict = "inconclusive"
        if result.low > THRESHOLD:
            verdict = "supported"
        elif result.high < THRESHOLD:
            verdict = "not supported"
        return (
            self.claim,
            self.source,
            self.statement,
            self.evidence,
            result.mean,
            result.low,
            result.high,
            result.n,
            verdict,
        )


def claims_table(runs: pd.DataFrame) -> pd.DataFrame:
    """`claims.csv` from the rows of `runs.csv`."""
    rows = []
    for (task, experiment), group in runs[runs["metric"] == "error"].groupby(["task", "experiment"], sort=True):
        rows += [claim.row() for claim in _claims_of_experiment(f"{task}, {experiment}", group)]
    return pd.DataFrame(rows, columns=COLUMNS)


def error_by_ratio(errors: pd.DataFrame, arm: str, quality: str = "") -> pd.DataFrame:
    """Test error, one row for each seed and one column for each ratio, real data only being ratio 0."""
    chosen = errors[(errors["arm"] == "real_only") | ((errors["arm"] == arm) & (errors["quality"] == quality))]
    return chosen.pivot(index="seed", columns="ratio", values="value")


def _claims_of_experiment(name: str, errors: pd.DataFrame) -> Iterator[Claim]:
    synthetic = errors[errors["arm"] == "synthetic"]
    curves = {quality: error_by_ratio(errors, "synthetic", quality) for quality in synthetic["quality"].unique()}
    for quality, curve in sorted(curves.items()):
        yield from _claims_of_curve(f"{name}, {quality}", curve)
    yield from _claims_between_curves(name, curves)
    more_real = error_by_ratio(errors, "more_real")
    largest = more_real.columns.max()
    if largest > 0:
        yield Claim(
            "more real data helps",
            "error with real data only, minus error with the most added real data, is above 0",
            f"{name}, more_real at ratio {largest:g}",
            estimate((more_real[0.0] - more_real[largest]).to_numpy()),
        )


def _claims_of_curve(name: str, curve: pd.DataFrame) -> Iterator[Claim]:
    largest = curve.columns.max()
    centred = np.log1p(curve.columns.to_numpy(float))
    centred -= centred.mean()
    yield Claim(
        "test error falls with the ratio",
        "minus the least-squares slope of the error on log(1 + ratio), ratio 0 included, is above 0",
        name,
        estimate(-(curve.to_numpy() @ centred) / (centred @ centred)),
    )
    yield Claim(
        "synthetic data helps",
        "error with real data only, minus error at the largest ratio, is above 0",
        f"{name} at ratio {largest:g}",
        estimate((curve[0.0] - curve[largest]).to_numpy()),
    )
    if curve.shape[1] > 2:
        depth, best = u_depth(curve)
        yield Claim(
            "test error is U-shaped in the ratio",
            "error at ratio 0 and at the largest ratio, each minus the lowest mean error at a ratio between them: the "
            "smaller of the two differences is above 0; the interval allows for the choice of the ratio",
            f"{name}: ratio {best:g} against 0 and {largest:g}",
            depth,
        )


def u_depth(curve: pd.DataFrame) -> tuple[Estimate, float]:
    """How deep a U the curve is: how much worse than its best inner ratio both ends are, paired over seeds.

        depth = max_r min_e E[error(e) - error(r)],    r an inner ratio, e one of the two ends

    A minimum that is judged by the runs that chose it would look like a U in a flat curve too. So the lower bound is
    the largest of k, one for each inner ratio, that hold together (Bonferroni), and the upper bound allows for two
    ends in the same way. The interval contains the depth with at least the usual confidence, however the ratios
    depend on each other. The mean is the plug-in value.

    Parameters
    ----------
    curve : test error, one row for each seed, one column for each ratio in ascending order, three or more.

    Returns
    -------
    The depth, and the inner ratio with which it is largest.
    """
    inner, ends = curve.columns[1:-1], curve.columns[[0, -1]]
    for_low, for_high = 1 - (1 - CONFIDENCE) / len(inner), 1 - (1 - CONFIDENCE) / 2
    depths = {}
    for ratio in inner:
        excess = [(curve[end] - curve[ratio]).to_numpy() for end in ends]
        depths[ratio] = (
            min(each.mean() for each in excess),
            min(estimate(each, for_low).low for each in excess),
            min(estimate(each, for_high).high for each in excess),
        )
    best = max(depths, key=lambda ratio: depths[ratio][0])
    mean, low, high = (max(bounds) for bounds in zip(*depths.values(), strict=True))
    return Estimate(mean, low, high, len(curve)), float(best)


def _claims_between_curves(name: str, curves: dict[str, pd.DataFrame]) -> Iterator[Claim]:
    for qualities in mechanisms(list(curves)).values():
        for better, worse in pairwise(qualities):
            largest = curves[worse].columns.max()
            yield Claim(
                "the worse quality has the larger error at the largest ratio",
                "error with the worse quality, minus error with the better one, is above 0",
                f"{name}, ratio {largest:g}: {worse} against {better}",
                estimate((curves[worse][largest] - curves[better][largest]).to_numpy()),
            )

"""Claims of the first paper that the runs can speak to, each decided by an interval, never by hand.

A claim's verdict is `supported` if the interval of its estimate lies above its threshold, `not supported` if it lies
below, and `inconclusive` if it contains it. A claim that fails is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from sweetspot.config.sampling import mechanisms
from sweetspot.statistics import Estimate, estimate

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
    chosen = errors[
        (errors["arm"] == "real_only") | ((errors["arm"] == arm) & (errors["quality"] == quality))
    ]
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
    yield Claim(
        "synthetic data helps",
        "error with real data only, minus error at the largest ratio, is above 0",
        f"{name} at ratio {largest:g}",
        estimate((curve[0.0] - curve[largest]).to_numpy()),
    )
    ends, ratios = u_shape(curve)
    end = min(ends, key=lambda ratio: ends[ratio].low)
    yield Claim(
        "test error is U-shaped in the ratio",
        "error at ratio 0 and at the largest ratio, each minus the error at the best ratio between them, are above 0; "
        "the estimate is that of the end that is less clearly so; the best ratio is chosen on the other half of the seeds",
        f"{name}: ratio {' and '.join(f'{ratio:g}' for ratio in sorted(ratios))} against {end:g}",
        ends[end],
    )


def u_shape(curve: pd.DataFrame) -> tuple[dict[float, Estimate], set[float]]:
    """How much worse either end of a curve is than its best inner ratio, paired over seeds and cross-fitted.

    The best inner ratio has the smallest mean error. For the even seeds it is chosen by the odd ones and the other way
    round: a minimum that is judged by the runs that chose it would look like a U in a flat curve too.

    Parameters
    ----------
    curve : test error, one row for each seed, one column for each ratio in ascending order, three or more.

    Returns
    -------
    For each of the two end ratios the mean excess error with its interval, and the inner ratios that were chosen.
    """
    inner, ends = curve.columns[1:-1], [float(curve.columns[0]), float(curve.columns[-1])]
    even = curve.index % 2 == 0
    excess, chosen = [], set()
    for judged, choosing in ((curve[even], curve[~even]), (curve[~even], curve[even])):
        ratio = choosing[inner].mean().idxmin()
        chosen.add(float(ratio))
        excess.append(judged[ends].sub(judged[ratio], axis=0))
    both = pd.concat(excess)
    return {end: estimate(both[end].to_numpy()) for end in ends}, chosen


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

"""Claims that any curve of error or loss against the ratio speaks to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from sweetspot.claims.claim import PAPER, REVIEWS, Claim, smallest
from sweetspot.config.sampling import mechanisms
from sweetspot.statistics import CONFIDENCE, Estimate, estimate


def values_by_ratio(rows: pd.DataFrame, arm: str, quality: str = "") -> pd.DataFrame:
    """The metric of `rows`, one row for each seed and one column for each ratio, real data only being ratio 0."""
    chosen = rows[(rows["arm"] == "real_only") | ((rows["arm"] == arm) & (rows["quality"] == quality))]
    return chosen.pivot(index="seed", columns="ratio", values="value")


def synthetic_curves(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`values_by_ratio` of each quality."""
    qualities = sorted(rows.loc[rows["arm"] == "synthetic", "quality"].unique())
    return {quality: values_by_ratio(rows, "synthetic", quality) for quality in qualities}


def claims_of_synthetic_data(name: str, rows: pd.DataFrame, metric: str) -> Iterator[Claim]:
    """Claims of every curve of synthetic data, and between those of one mechanism; a lower `metric` is better."""
    curves = synthetic_curves(rows)
    for quality, curve in curves.items():
        yield from _claims_of_curve(f"{name}, {quality}", curve, metric)
    yield from _claims_between_curves(name, curves, metric)


def claims_of_more_real_data(name: str, rows: pd.DataFrame, metric: str) -> Iterator[Claim]:
    """Whether the most added real data help."""
    more_real = values_by_ratio(rows, "more_real")
    largest = more_real.columns.max()
    if largest > 0:
        yield Claim(
            "more real data helps",
            f"{metric} with real data only, minus {metric} with the most added real data, is above 0",
            f"{name}, more_real at ratio {largest:g}",
            estimate((more_real[0.0] - more_real[largest]).to_numpy()),
        )


def claims_of_ratio_1_to_2(name: str, rows: pd.DataFrame, metric: str) -> Iterator[Claim]:
    """Whether as much synthetic as real data, or twice as much, helps whatever the quality."""
    curves = synthetic_curves(rows)
    for ratio in (1.0, 2.0):
        gains = [(curve[0.0] - curve[ratio]).to_numpy() for curve in curves.values() if ratio in curve.columns]
        if gains:
            yield Claim(
                "a ratio of 1 to 2 helps at every quality",
                f"{metric} with real data only, minus {metric} at the ratio, smallest over the qualities, is above 0; "
                "the interval holds for the smallest of the differences",
                f"{name} at ratio {ratio:g}: {', '.join(curves)}",
                smallest(gains),
                source=f"{PAPER}; {REVIEWS}",
            )


def _claims_of_curve(name: str, curve: pd.DataFrame, metric: str) -> Iterator[Claim]:
    largest = curve.columns.max()
    centred = np.log1p(curve.columns.to_numpy(float))
    centred -= centred.mean()
    yield Claim(
        f"test {metric} falls with the ratio",
        f"minus the least-squares slope of the {metric} on log(1 + ratio), ratio 0 included, is above 0",
        name,
        # Against the value at ratio 0, a flat curve's slope is 0 to the last digit, with no sign for a verdict.
        estimate(-(curve.sub(curve[0.0], axis=0).to_numpy() @ centred) / (centred @ centred)),
    )
    yield Claim(
        "synthetic data helps",
        f"{metric} with real data only, minus {metric} at the largest ratio, is above 0",
        f"{name} at ratio {largest:g}",
        estimate((curve[0.0] - curve[largest]).to_numpy()),
    )
    if curve.shape[1] > 2:
        depth, best = u_depth(curve)
        yield Claim(
            f"test {metric} is U-shaped in the ratio",
            f"{metric} at ratio 0 and at the largest ratio, each minus the lowest mean {metric} at a ratio between "
            "them: the smaller of the two differences is above 0; the interval allows for the choice of the ratio",
            f"{name}: ratio {best:g} against 0 and {largest:g}",
            depth,
        )


def u_depth(curve: pd.DataFrame) -> tuple[Estimate, float]:
    """How deep a U the curve is: how much worse than its best inner ratio both ends are, paired over seeds.

        depth = max_r min_e E[value(e) - value(r)],    r an inner ratio, e one of the two ends

    A minimum that is judged by the runs that chose it would look like a U in a flat curve too. So the lower bound is
    the largest of k, one for each inner ratio, that hold together (Bonferroni), and the upper bound allows for two
    ends in the same way. The interval contains the depth with at least the usual confidence, however the ratios
    depend on each other. The mean is the plug-in value.

    Parameters
    ----------
    curve : test error or loss, one row for each seed, one column for each ratio in ascending order, three or more.

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


def rise_at_end(curve: pd.DataFrame, confidence: float = CONFIDENCE) -> Estimate:
    """How much the mean rises from its lowest to that at the largest ratio; 0 where the largest ratio is the best.

        rise = max_r E[value(largest) - value(r)]

    The lower end is the largest of those of all ratios, which hold together (Bonferroni), as the runs that choose the
    lowest mean also judge it; the upper end is the largest upper end. The interval contains the rise with at least the
    given confidence.
    """
    last = curve.columns[-1]
    rises = [(curve[last] - curve[ratio]).to_numpy() for ratio in curve.columns[:-1]]
    for_low = 1 - (1 - confidence) / len(rises)
    low = max(0.0, *(estimate(rise, for_low).low for rise in rises))
    high = max(0.0, *(estimate(rise, confidence).high for rise in rises))
    return Estimate(max(0.0, *(float(rise.mean()) for rise in rises)), low, high, len(curve))


def _claims_between_curves(name: str, curves: dict[str, pd.DataFrame], metric: str) -> Iterator[Claim]:
    for qualities in mechanisms(list(curves)).values():
        for better, worse in pairwise(qualities):
            largest = curves[worse].columns.max()
            yield Claim(
                f"the worse quality has the larger {metric} at the largest ratio",
                f"{metric} with the worse quality, minus {metric} with the better one, is above 0",
                f"{name}, ratio {largest:g}: {worse} against {better}",
                estimate((curves[worse][largest] - curves[better][largest]).to_numpy()),
            )

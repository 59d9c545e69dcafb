"""Claims of the first paper's segmentation experiments: in domain and under domain shift, by test loss."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from sweetspot.claims.claim import Claim
from sweetspot.claims.curves import synthetic_curves, values_by_ratio
from sweetspot.config.sampling import Quality, parse_quality
from sweetspot.statistics import CONFIDENCE, Estimate, estimate, percentile_estimate, resampling_weights


def claims_of_segmentation(name: str, losses: pd.DataFrame) -> Iterator[Claim]:
    """The claims that the arms and qualities of one experiment allow.

    The qualities compared are those that differ in nothing but `t`, where the reverse chain stops.
    """
    curves = synthetic_curves(losses)
    stops = sorted(
        (quality for quality in curves if parse_quality(quality).model_copy(update={"t": 0}) == Quality()),
        key=lambda quality: parse_quality(quality).t,
    )
    yield from _more_real_helps(name, losses)
    if stops:
        yield from _smallest_stop_helps(name, stops[0], curves)
    if len(stops) > 1:
        yield from _largest_stop_is_worse(name, stops[0], stops[-1], curves)
        yield _best_ratio_shrinks(name, stops[0], stops[-1], curves)
    more_source, target_real = (values_by_ratio(losses, arm) for arm in ("more_source", "target_real"))
    if stops:
        claim = "synthetic target data at the smallest t beats as much extra source data"
        yield from _beats_more_source(claim, name, more_source, stops[0], curves[stops[0]])
    if len(stops) > 1:
        yield from _loses_to_more_source(name, more_source, stops[-1], curves[stops[-1]])
    claim = "real target data beats as much extra source data"
    yield from _beats_more_source(claim, name, more_source, "target_real", target_real)


def _more_real_helps(name: str, losses: pd.DataFrame) -> Iterator[Claim]:
    curve = values_by_ratio(losses, "more_real")
    n_real = losses.loc[losses["arm"] == "real_only", "n_real"].iloc[0]
    for less, more in pairwise(curve.columns):
        counts = " to ".join(str(n_real + round(ratio * n_real)) for ratio in (less, more))
        yield Claim(
            "more real data helps at every step",
            "loss with fewer real slices, minus loss at the next larger ratio of added real slices, is above 0",
            f"{name}, more_real: ratio {less:g} to {more:g}, {counts} real slices",
            _difference(curve[less], curve[more]),
        )


def _smallest_stop_helps(name: str, smallest: str, curves: dict[str, pd.DataFrame]) -> Iterator[Claim]:
    curve = curves[smallest]
    for ratio in curve.columns[1:]:
        yield Claim(
            "synthetic data at the smallest t improves on real data only",
            "loss with real data only, minus loss with synthetic data at the smallest t, is above 0",
            f"{name}, {smallest} at ratio {ratio:g}",
            _difference(curve[0.0], curve[ratio]),
        )


def _largest_stop_is_worse(name: str, smallest: str, largest: str, curves: dict[str, pd.DataFrame]) -> Iterator[Claim]:
    better, worse = curves[smallest], curves[largest]
    for ratio in better.columns.intersection(worse.columns):
        if ratio >= 1:
            yield Claim(
                "the largest t is worse than the smallest at every ratio from 1 up",
                "loss with synthetic data at the largest t, minus loss at the smallest t, is above 0",
                f"{name}, ratio {ratio:g}: {largest} against {smallest}",
                _difference(worse[ratio], better[ratio]),
            )


def _best_ratio_shrinks(name: str, smallest: str, largest: str, curves: dict[str, pd.DataFrame]) -> Claim:
    ratios = curves[smallest].columns.intersection(curves[largest].columns)
    better, worse = curves[smallest][ratios], curves[largest][ratios]
    difference, decidable = best_ratio_difference(better, worse, f"claims/best ratio/{name}")
    return Claim(
        "the best ratio at the largest t is not larger than at the smallest",
        "log(1 + best ratio) at the smallest t, minus the same at the largest t, is not below 0; the best ratio is the "
        "one of the lowest mean loss, 0 included; the interval is by bootstrap over seeds; inconclusive where both "
        "best ratios are the largest that was run, in the mean or in over 2.5 % of resamples, as they may lie beyond "
        "it, or are equal throughout the interval, as the runs do not tell them apart",
        f"{name}: {smallest} against {largest}, best ratios {better.mean().idxmin():g} and {worse.mean().idxmin():g}",
        difference,
        or_equal=True,
        decidable=decidable,
    )


def best_ratio_difference(first: pd.DataFrame, second: pd.DataFrame, stream: str) -> tuple[Estimate, bool]:
    """How much larger the best ratio of the first curve is than that of the second, paired over seeds.

        log(1 + argmin_r mean_seeds first(r)) - log(1 + argmin_r mean_seeds second(r))

    The interval is the percentile bootstrap: seeds are resampled with replacement, the same for both curves, so that
    what they share cancels. With few seeds such intervals are too short rather than too long.

    A best ratio that is the largest of the grid is censored: it says "at least that". If only one of the two is, the
    sign of the difference holds all the same; if both are, the difference of 0 says nothing. Neither does an interval
    from 0 to 0, as of two curves that are equal.

    Parameters
    ----------
    first, second : loss, one row for each seed (the same in both), one column for each ratio in ascending order.
    stream : name of the stream of random numbers that resamples.

    Returns
    -------
    The difference, and whether it tells anything: False if both best ratios are the largest, in the sample or in so
    many resamples that they reach into the interval, or if the interval is 0 to 0.
    """
    weights = resampling_weights(len(first), stream)
    best = np.stack([(weights @ curve.to_numpy()).argmin(axis=1) for curve in (first, second.loc[first.index])])
    positions = np.log1p(first.columns.to_numpy(float))[best]
    difference = percentile_estimate(positions[0] - positions[1], len(first))
    both_censored = (best == first.shape[1] - 1).all(axis=0)
    decidable = not both_censored[0] and both_censored[1:].mean() <= (1 - CONFIDENCE) / 2
    return difference, bool(decidable and not difference.low == difference.high == 0)


def _beats_more_source(
    claim: str, name: str, more_source: pd.DataFrame, other_name: str, other: pd.DataFrame
) -> Iterator[Claim]:
    for ratio in more_source.columns.intersection(other.columns):
        if ratio > 0:
            yield Claim(
                claim,
                "loss with added source data, minus loss with as much target data added instead, is above 0",
                f"{name}, ratio {ratio:g}: {other_name} against more_source",
                _difference(more_source[ratio], other[ratio]),
            )


def _loses_to_more_source(name: str, more_source: pd.DataFrame, largest: str, curve: pd.DataFrame) -> Iterator[Claim]:
    for ratio in more_source.columns.intersection(curve.columns):
        if ratio > 0:
            yield Claim(
                "synthetic target data at the largest t loses to as much extra source data",
                "loss with synthetic target data at the largest t, minus loss with as much source data added instead, "
                "is above 0",
                f"{name}, ratio {ratio:g}: {largest} against more_source",
                _difference(curve[ratio], more_source[ratio]),
            )


def _difference(first: pd.Series, second: pd.Series) -> Estimate:
    return estimate((first - second).to_numpy())

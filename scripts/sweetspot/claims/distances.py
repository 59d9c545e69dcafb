"""Claims about the distance between synthetic and real data: what it does to the curves, and which distance tells.

The intervals hold for these qualities: mostly by bootstrap over the seeds of the runs, with the distances drawn anew
within their own intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from sweetspot.claims.claim import REVIEWS, Claim
from sweetspot.claims.curves import rise_at_end, synthetic_curves, values_by_ratio
from sweetspot.rank_correlation import kendall
from sweetspot.statistics import CONFIDENCE, Estimate, percentile_estimate, resampling_weights
from sweetspot.tables.distances import SOURCE, distances_of_qualities, mixtures, resampled_distances
from sweetspot.tables.outcomes import Outcomes, all_outcomes, losses

# The paper's distance: the FID, here of the features of the network that is trained on the task.
FID = ("frechet", "network")
FID_WORDS = "Fréchet, features: network"
# Whether the first of two distances, each of a metric and features, predicts better than the second.
RIVALS = {
    "the Wasserstein distance predicts better than the MMD": [
        (("sliced_wasserstein", features), ("mmd", features)) for features in ("network", "pixels")
    ],
    "distances of learned features predict better than those of pixels": [
        ((metric, "network"), (metric, "pixels")) for metric in ("frechet", "sliced_wasserstein", "mmd")
    ],
}


def claims_of_distances(distances: pd.DataFrame, runs: pd.DataFrame) -> Iterator[Claim]:
    """The claims of every task and experiment whose qualities have distances in `distances.csv`."""
    judged = losses(runs)
    for task, experiment, found in all_outcomes(runs):
        name = f"{task}, {experiment}"
        rows = judged[(judged["task"] == task) & (judged["experiment"] == experiment)]
        by_quality = distances_of_qualities(distances, task, *FID)
        near_to_far = [quality for quality in by_quality.index if quality in found.qualities]
        if len(near_to_far) > 1:
            yield _sharper(name, near_to_far, synthetic_curves(rows))
            yield _best_ratio_falls(name, by_quality.loc[near_to_far], found.of(near_to_far))
        for claim, pairs in RIVALS.items():
            for pair in pairs:
                yield from _which_distance_tells(claim, task, experiment, pair, distances, found)
        if (rows["arm"] == "more_source").any():
            yield from _distance_mirrors_loss(name, mixtures(distances, task, *FID), rows)


def farther_minus_nearer(values: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Mean over all pairs of a value at the larger distance minus that at the smaller, over the last axis of both."""
    first, second = np.triu_indices(values.shape[-1], 1)
    farther = np.sign(distances[..., first] - distances[..., second])
    return (farther * (values[..., first] - values[..., second])).mean(axis=-1)


def _sharper(name: str, near_to_far: list[str], curves: dict[str, pd.DataFrame]) -> Claim:
    nearest, farthest = near_to_far[0], near_to_far[-1]
    together = 1 - (1 - CONFIDENCE) / 2
    near, far = (rise_at_end(curves[quality], together) for quality in (nearest, farthest))
    return Claim(
        "the U is sharper at a larger distance",
        "rise of the mean test loss from its lowest to that at the largest ratio, at the quality with the largest "
        f"distance minus at that with the smallest ({FID_WORDS}), is above 0; the interval allows for the choice of "
        "the lowest",
        f"{name}: {farthest} against {nearest}",
        Estimate(far.mean - near.mean, far.low - near.high, far.high - near.low, far.n),
    )


def _best_ratio_falls(name: str, by_quality: pd.DataFrame, found: Outcomes) -> Claim:
    drawn = resampled_distances(by_quality, f"claims/best ratio/distances/{name}")
    return Claim(
        "the best ratio falls with the distance",
        f"log(1 + best ratio) at the smaller distance minus at the larger one ({FID_WORDS}), mean over all pairs of "
        "qualities, is above 0; the best ratio is the one of the lowest mean, 0 included; two that are both the "
        "largest that was run count as equal",
        f"{name}, from near to far: {', '.join(found.qualities)}",
        percentile_estimate(farther_minus_nearer(-np.log1p(found.best_ratio), drawn), found.seeds),
    )


def _which_distance_tells(
    claim: str,
    task: str,
    experiment: str,
    pair: tuple[tuple[str, str], tuple[str, str]],
    distances: pd.DataFrame,
    found: Outcomes,
) -> Iterator[Claim]:
    measured = [distances_of_qualities(distances, task, *each) for each in pair]
    common = [quality for quality in found.qualities if all(quality in each.index for each in measured)]
    if len(common) > 2:
        names = [f"{metric} on {features}" for metric, features in pair]
        taus = [
            np.nan_to_num(
                kendall(resampled_distances(each.loc[common], f"claims/{task}/{words}"), found.of(common).last)
            )
            for each, words in zip(measured, names, strict=True)
        ]
        yield Claim(
            claim,
            "Kendall's correlation of the distance with the mean test loss at the largest ratio, over the qualities, "
            "for the first distance minus for the second, is above 0; the interval holds for these qualities",
            f"{task}, {experiment}: {names[0]} against {names[1]}, {len(common)} qualities",
            percentile_estimate(taus[0] - taus[1], found.seeds),
            source=REVIEWS,
        )


def _distance_mirrors_loss(name: str, mixed: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Claim]:
    n_real = rows.loc[rows["arm"] == "real_only", "n_real"].iloc[0]
    mixed = mixed[mixed["arm"] != SOURCE].reset_index(drop=True)
    drawn = resampled_distances(mixed, f"claims/training sets/distances/{name}")
    weights = resampling_weights(rows["seed"].nunique(), f"claims/training sets/{name}")
    sets = []
    for at, (arm, quality, n_b) in enumerate(mixed[["arm", "quality", "n_b"]].itertuples(index=False)):
        curve = values_by_ratio(rows, arm, quality)
        sets += [
            (n_b, drawn[:, at], weights @ curve[ratio].to_numpy())
            for ratio in curve.columns[1:]
            if n_real + round(ratio * n_real) == n_b
        ]
    agreements = [
        np.sign(distance - other) * np.sign(loss - other_loss)
        for (size, distance, loss), (other_size, other, other_loss) in combinations(sets, 2)
        if size == other_size
    ]
    if agreements:
        yield Claim(
            "the Fréchet distance mirrors the loss under domain shift",
            "share of pairs of training sets of one size in which the set with the larger distance to the target "
            f"({FID_WORDS}) has the larger mean loss, minus share in which it has the smaller, is above 0",
            f"{name}: {len(agreements)} pairs of training sets",
            percentile_estimate(np.mean(agreements, axis=0), weights.shape[1]),
        )

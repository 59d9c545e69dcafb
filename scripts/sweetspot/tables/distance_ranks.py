"""Which distance predicts best how much synthetic data to add: `distance_ranks.csv`.

A good distance is larger for the quality whose best ratio is smaller (correlation -1) and whose loss at the largest
ratio is larger (correlation +1), and it orders the qualities of each mechanism.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from sweetspot.config.sampling import mechanisms
from sweetspot.rank_correlation import kendall, spearman
from sweetspot.statistics import percentile_estimate
from sweetspot.tables.distances import distances_of_qualities, resampled_distances
from sweetspot.tables.outcomes import Outcomes, all_outcomes

COLUMNS = [
    "place",  # of the pair of metric and features, 1 is the best predictor
    "metric",
    "features",
    "task",
    "experiment",
    "outcome",  # best_ratio, or loss_at_largest_ratio, by test loss
    "n",  # qualities
    "spearman",
    "spearman_ci_low",
    "spearman_ci_high",
    "kendall",
    "kendall_ci_low",
    "kendall_ci_high",
    "orders_qualities",  # of every mechanism of the task: yes or no; empty if none has two qualities
    "failing_pairs",
]
# What a perfect distance has.
SIGNS = {"best_ratio": -1, "loss_at_largest_ratio": 1}


def distance_ranks(distances: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation of each distance with what the qualities came to, over the qualities, best predictor first.

    The intervals hold for these qualities: by bootstrap over the seeds of the runs, with the distances drawn anew
    within their own intervals. A correlation is empty where all best ratios are equal; resamples in which they are
    count as 0. Few qualities give few values: over three, Kendall's tau is one of -1, -1/3, 1/3 and 1.

    The place of a distance is by the mean over all experiments and both outcomes of Kendall's tau, with the sign that
    a perfect distance has, weighted by the number of pairs of qualities; an empty correlation counts as 0.

    Parameters
    ----------
    distances : rows of `distances.csv`.
    runs : rows of `runs.csv`.
    """
    rows = []
    for task, experiment, found in all_outcomes(runs):
        measured = distances.loc[
            (distances["task"] == task) & (distances["arm"] == "synthetic"), ["metric", "features"]
        ]
        for metric, features in sorted(set(measured.itertuples(index=False, name=None))):
            by_quality = distances_of_qualities(distances, task, metric, features)
            common = [quality for quality in found.qualities if quality in by_quality.index]
            if len(common) > 1:
                in_order = _in_order(by_quality["value"])
                drawn = resampled_distances(by_quality.loc[common], f"distance ranks/{task}/{metric}/{features}")
                for outcome, correlations in _correlations(drawn, found.of(common)).items():
                    key = (metric, features, task, experiment, outcome, len(common))
                    rows.append((*key, *correlations, *in_order))
    table = pd.DataFrame(rows, columns=COLUMNS[1:])
    table.insert(0, "place", _places(table))
    order = ["place", "metric", "features", "task", "experiment", "outcome"]
    return table.sort_values(order, ignore_index=True)


def failing_pairs(by_quality: pd.Series) -> list[str]:
    """Neighbouring qualities of a mechanism of which the worse one is not the farther one; "A not beyond B" each."""
    return [
        f"{worse} not beyond {better}"
        for better, worse in _neighbours(by_quality)
        if not by_quality[worse] > by_quality[better]
    ]


def _in_order(by_quality: pd.Series) -> tuple[str, str]:
    """Whether the qualities of each mechanism are in order, and the pairs that are not."""
    if not _neighbours(by_quality):
        return "", ""
    failing = failing_pairs(by_quality)
    return "no" if failing else "yes", "; ".join(failing)


def _neighbours(by_quality: pd.Series) -> list[tuple[str, str]]:
    """The better and the worse quality of each two that are neighbours in a mechanism."""
    return [pair for qualities in mechanisms(list(by_quality.index)).values() for pair in pairwise(qualities)]


def _correlations(values: np.ndarray, found: Outcomes) -> dict[str, list[float]]:
    """For each outcome Spearman's and Kendall's correlation, each with its interval."""
    columns = {}
    for outcome, measured in (("best_ratio", found.best_ratio), ("loss_at_largest_ratio", found.last)):
        columns[outcome] = []
        for correlation in (spearman, kendall):
            resamples = correlation(values, measured)
            interval = percentile_estimate(np.nan_to_num(resamples), found.seeds)
            columns[outcome] += [float(resamples[0]), interval.low, interval.high]
    return columns


def _places(table: pd.DataFrame) -> pd.Series:
    weight = table["n"] * (table["n"] - 1) / 2
    agreement = table["kendall"].fillna(0) * table["outcome"].map(SIGNS) * weight
    keys = [table["metric"], table["features"]]
    means = agreement.groupby(keys).transform("sum") / weight.groupby(keys).transform("sum")
    # Equal to the last digit or not, means that differ by rounding alone are one place.
    return means.round(12).rank(method="dense", ascending=False).astype(int)

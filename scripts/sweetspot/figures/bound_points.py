"""What figure 4 draws on the bound: best measured ratios at measured distances, in units of the bound."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sweetspot.figures.segmentation import DOMAIN_SHIFT, IN_DOMAIN
from sweetspot.statistics import Estimate, percentile_estimate
from sweetspot.tables.distances import distances_of_qualities
from sweetspot.tables.outcomes import losses, outcomes
from sweetspot.theory.bound_unit import MeasuredOptimum, fit_unit

# A Wasserstein distance, as that of the bound, but one that few samples in many dimensions suffice for.
METRIC, FEATURES = "sliced_wasserstein", "network"
DIMENSION = 1  # d of the small-ball condition; a larger one makes the line of the optimum steeper


@dataclass(frozen=True)
class Point:
    """A quality of one task and experiment; distances in units of C1 N^-q/C2."""

    quality: str
    best: Estimate
    largest_ratio: float
    distance: Estimate


@dataclass(frozen=True)
class Cloud:
    """The qualities of one task and experiment, and the distance of the source domain, 0 in domain."""

    task: str
    points: list[Point]
    source: float = 0.0


def measured_clouds(runs: pd.DataFrame, distances: pd.DataFrame) -> dict[str, list[Cloud]]:
    """The measured points by experiment, `in_domain` and `domain_shift`: a cloud for each task that was measured.

    Domain shift also needs the distance of the source domain, and an experiment of the task in domain.
    """
    clouds: dict[str, list[Cloud]] = {IN_DOMAIN: [], DOMAIN_SHIFT: []}
    for task, rows in losses(runs).groupby("task", sort=True):
        by_quality = distances_of_qualities(distances, task, METRIC, FEATURES)
        for experiment, cloud in _clouds(task, rows, by_quality, _source_distance(distances, task)).items():
            clouds[experiment].append(cloud)
    return clouds


def _source_distance(distances: pd.DataFrame, task: str) -> float | None:
    rows = distances[(distances["task"] == task) & (distances["arm"] == "more_source")]
    values = rows.loc[(rows["metric"] == METRIC) & (rows["features"] == FEATURES), "value"]
    return None if values.empty else float(values.iloc[0])


def _clouds(task: str, rows: pd.DataFrame, by_quality: pd.DataFrame, source: float | None) -> dict[str, Cloud]:
    """Those of one task; nothing without an experiment in domain."""
    sources = {IN_DOMAIN: 0.0} | ({} if source is None else {DOMAIN_SHIFT: source})
    found, measured = {}, {}
    for experiment, offset in sources.items():
        own = rows[rows["experiment"] == experiment]
        if not own.loc[own["arm"] == "synthetic", "quality"].isin(by_quality.index).any():
            continue
        results = outcomes(own, f"figure 4/{task}/{experiment}")
        n = int(own.loc[own["arm"] == "real_only", "n_real"].iloc[0])
        common = [quality for quality in by_quality.index if quality in results.qualities]
        best = [percentile_estimate(column, results.seeds) for column in results.of(common).best_ratio.T]
        found[experiment] = list(zip(common, best, strict=True)), float(results.ratios[-1]), n
        measured[experiment] = [
            MeasuredOptimum(by_quality.loc[quality, "value"], each.mean, float(results.ratios[-1]), n, offset)
            for quality, each in zip(common, best, strict=True)
        ]
    if not measured.get(IN_DOMAIN):
        return {}
    unit = fit_unit([each for group in measured.values() for each in group], DIMENSION)
    clouds = {}
    for experiment, (qualities, largest, n) in found.items():
        scale = n ** (1 / (DIMENSION + 1)) / unit
        points = []
        for quality, best in qualities:
            row = by_quality.loc[quality]
            ends = (scale * max(row["ci_low"], 0), scale * row["ci_high"])
            points.append(Point(quality, best, largest, Estimate(scale * row["value"], *ends, int(row["n_b"]))))
        clouds[experiment] = Cloud(task, points, scale * sources[experiment])
    return clouds

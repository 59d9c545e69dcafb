"""All distances between two sets of features, each with its bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from sweetspot.measure.arguments import feature_sets
from sweetspot.measure.bootstrap import Interval, bootstrap_interval, draw_counts, of_each_resample
from sweetspot.measure.classifier_distances import classifier_distances, log_odds
from sweetspot.measure.frechet import frechet_distance
from sweetspot.measure.kernel_distances import kernel_distances, median_distance
from sweetspot.measure.rapsd import rapsd_distance
from sweetspot.measure.wasserstein import sliced_wasserstein_distances, wasserstein_distances
from sweetspot.streams import numpy_stream

# Distances of points in a space, and those through a classifier, which wants not many more features than images.
GEOMETRIC = ("frechet", "bures_wasserstein", "sliced_wasserstein", "wasserstein", "mmd", "energy")
CLASSIFIED = ("kl", "total_variation", "c2st")
# The largest value, where there is one.
LARGEST = {"mmd": 2**0.5, "total_variation": 1.0, "c2st": 1.0}


@dataclass(frozen=True)
class Features:
    """Features of a set of images.

    values : float64, (n, d).
    units : what each row belongs to, (n,), such as its subject; rows of equal unit are resampled together.
    """

    values: np.ndarray
    units: np.ndarray


@dataclass(frozen=True)
class Effort:
    """How many bootstrap resamples and random directions, and the seed of their streams."""

    replicates: int = 100
    projections: int = 50
    seed: int = 0


def metrics_of(features: str) -> tuple[str, ...]:
    """The metrics that are measured on features of this name."""
    if features == "rapsd":
        return ("rapsd",)
    return GEOMETRIC if features == "pixels" else (*GEOMETRIC, *CLASSIFIED)


def distances(
    a: Features, b: Features, metrics: Collection[str], effort: Effort, bandwidth: float | None = None
) -> dict[str, Interval]:
    """The distances named in `metrics` between a and b, in the order of the modules' functions.

    `bandwidth` is the unit of MMD's bandwidths, by default the median distance within a: the reference, so that all
    that is compared with it is measured by one kernel.

    Raises
    ------
    ValueError : features that do not fit, or, for MMD and energy, rows of a that are mostly equal.
    """
    values_a, values_b = feature_sets(a.values, b.values)
    stream = numpy_stream("bootstrap of a distance", effort.seed)
    counts_a = draw_counts(a.units, effort.replicates, stream)
    counts_b = draw_counts(b.units, effort.replicates, stream)
    near_a, near_b = _in_their_span(values_a, values_b)

    def frechet() -> dict[str, np.ndarray]:
        squared = of_each_resample(frechet_distance, near_a, near_b, counts_a, counts_b)
        return {"frechet": squared, "bures_wasserstein": np.sqrt(squared)}

    def sliced() -> dict[str, np.ndarray]:
        # Not in the span: there, directions would be drawn from a smaller space.
        values = sliced_wasserstein_distances(values_a, values_b, effort.projections, counts_a, counts_b, effort.seed)
        return {"sliced_wasserstein": values}

    def exact() -> dict[str, np.ndarray]:
        return {"wasserstein": wasserstein_distances(near_a, near_b, counts_a, counts_b)}

    def kernel() -> dict[str, np.ndarray]:
        unit = median_distance(values_a) if bandwidth is None else bandwidth
        found = kernel_distances(near_a, near_b, unit, counts_a, counts_b)
        return {"mmd": found.mmd, "energy": found.energy}

    def classified() -> dict[str, np.ndarray]:
        odds = log_odds(values_a, values_b, a.units, b.units, effort.seed)
        found = classifier_distances(*odds, counts_a, counts_b)
        return {"kl": found.kl, "total_variation": found.total_variation, "c2st": found.c2st}

    def spectral() -> dict[str, np.ndarray]:
        return {"rapsd": of_each_resample(rapsd_distance, values_a, values_b, counts_a, counts_b)}

    families: dict[tuple[str, ...], Callable[[], dict[str, np.ndarray]]] = {
        ("rapsd",): spectral,
        ("frechet", "bures_wasserstein"): frechet,
        ("sliced_wasserstein",): sliced,
        ("wasserstein",): exact,
        ("mmd", "energy"): kernel,
        CLASSIFIED: classified,
    }
    unknown = sorted(set(metrics) - {name for names in families for name in names})
    if unknown:
        raise ValueError(f"unknown metric {unknown[0]!r}")
    found = {}
    for names, family in families.items():
        if set(names) & set(metrics):
            found |= {
                name: bootstrap_interval(values, LARGEST.get(name, np.inf))
                for name, values in family().items()
                if name in metrics
            }
    return found


def _in_their_span(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of the rows of both in the space that they span: the same angles and lengths, in fewer numbers."""
    rows, d = len(a) + len(b), a.shape[1]
    if d <= rows:
        return a, b
    coordinates = np.linalg.qr(np.vstack([a, b]).T, mode="r").T
    return coordinates[: len(a)], coordinates[len(a) :]

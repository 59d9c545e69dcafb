"""Distances of the synthetic to the real set, each beside what it is between two halves of the real set.

Features are looked at on random axes, which no sample has chosen. Axes fitted to the samples that are compared, such as
their principal components, would show a set of few samples larger than it is, and so invent a distance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sweetspot.errors import InputError
from sweetspot.measure.frechet import frechet_distance
from sweetspot.measure.kernel_distances import kernel_distances, median_distance
from sweetspot.measure.rapsd import rapsd_distance
from sweetspot.measure.wasserstein import sliced_wasserstein_distances
from sweetspot.streams import numpy_stream

# So many that samples of one distribution exceed the largest floor of any metric in about 1 of 100 cases from 50 real
# ones on, and in fewer than 1 of 10 where there are a dozen.
SPLITS = 40
MOST_IMAGES = 500  # of a half; more images cost time and change little
PROJECTIONS = 50
AXES = 32
Metric = Callable[[np.ndarray, np.ndarray], float]


@dataclass(frozen=True)
class Distance:
    """A distance of half of the real set to as many synthetic samples, a mean over random halves; and its floor, that
    of the two halves, which are disjoint. low, high, floor_low, floor_high : the smallest and largest of all halves.
    """

    metric: str
    features: str
    value: float
    low: float
    high: float
    floor: float
    floor_low: float
    floor_high: float
    n: int

    @property
    def above_floor(self) -> bool:
        """Whether the distance is larger, on average over the halves, than every floor."""
        return self.value > self.floor_high


def distances_with_floor(
    features: tuple[np.ndarray, np.ndarray],
    name: str,
    spectra: tuple[np.ndarray, np.ndarray] | None,
    seed: int,
    real_name: str = "the real set",
) -> list[Distance]:
    """All distances between the features of real and synthetic samples, (n, d), and between their spectra, (n, bins).

    `name` says which features these are, `real_name` what messages call the real set.

    Which images make up a half is drawn anew for each of the splits; all sets of a split are of equal size, since most
    distances are larger the fewer samples there are.

    Raises
    ------
    InputError : most real samples have equal features, so there is no unit to measure distances in.
    """
    real, synthetic = on_random_axes(features, seed)
    unit = median_distance(real)
    if not unit:
        raise InputError(
            f"{real_name}: most samples have the same features, so no distance to them can be measured; leave copies "
            "out, or check how they were made"
        )
    metrics: dict[str, Metric] = {
        "frechet": frechet_distance,
        "sliced_wasserstein": lambda a, b: float(sliced_wasserstein_distances(a, b, PROJECTIONS, seed=seed)[0]),
        "mmd": lambda a, b: float(kernel_distances(a, b, unit).mmd[0]),
    }
    n = min(len(real) // 2, len(synthetic), MOST_IMAGES)
    stream = numpy_stream("halves of the real set", seed)
    splits = []
    for _ in range(SPLITS):
        order = stream.permutation(len(real))
        splits.append((order[:n], order[n : 2 * n], stream.choice(len(synthetic), n, replace=False)))
    found = [_measured(metric, name, measure, real, synthetic, splits) for metric, measure in metrics.items()]
    if spectra is not None:
        found.insert(0, _measured("rapsd", "rapsd", rapsd_distance, *spectra, splits))
    return found


def on_random_axes(features: tuple[np.ndarray, np.ndarray], seed: int) -> tuple[np.ndarray, ...]:
    """Projections of both sets of features, (n, d), on the same `AXES` random axes: float64 (n, AXES).

    Fewer features are left as they are. Distances between samples are kept on average (Johnson and Lindenstrauss,
    Contemporary Mathematics 1984), whichever way the sets differ.
    """
    d = features[0].shape[1]
    if d <= AXES:
        return tuple(np.asarray(each, dtype=float) for each in features)
    axes = numpy_stream("random axes of features", seed).standard_normal((d, AXES)) / np.sqrt(AXES)
    return tuple(np.asarray(each @ axes.astype(each.dtype), dtype=float) for each in features)


def _measured(
    name: str, features: str, metric: Metric, real: np.ndarray, synthetic: np.ndarray, splits: list
) -> Distance:
    values = np.array([metric(real[a], synthetic[c]) for a, _, c in splits])
    floors = np.array([metric(real[a], real[b]) for a, b, _ in splits])
    return Distance(
        name,
        features,
        float(values.mean()),
        float(values.min()),
        float(values.max()),
        float(floors.mean()),
        float(floors.min()),
        float(floors.max()),
        len(splits[0][0]),
    )

"""What a selection moved: measures of the picks beside those of the whole pool, of random picks and of real samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.measure.frechet import frechet_distance
from sweetspot.select.principal_components import fit_components
from sweetspot.select.quality import covariance_distance, diversity
from sweetspot.streams import numpy_stream

DRAWS = 20  # of random picks, and of halves of the real set


@dataclass(frozen=True)
class Measures:
    """Of some samples against the real ones.

    covariance_distance : |C - C_real|_F/|C_real|_F on principal components of the real set.
    frechet : the squared distance of fitted Gaussians on the same components, in squared units of the features.
    diversity : the mean squared distance of two of the samples over that of two real ones.
    """

    covariance_distance: float
    frechet: float
    diversity: float


@dataclass(frozen=True)
class Comparison:
    """Measures before and after.

    n_real, n_pool, n : real samples, samples of the pool, picks.
    dimensions : of the principal components.
    pool, picks : None where there are fewer than 2 samples, or all real ones are the same.
    random : of as many samples of the pool drawn at random, again and again; empty where `picks` is None.
    halves : of a random half of the real set against the other half, again and again: what chance makes of real
        samples; empty with fewer than 4 of them.
    """

    n_real: int
    n_pool: int
    n: int
    dimensions: int
    pool: Measures | None
    picks: Measures | None
    random: tuple[Measures, ...]
    halves: tuple[Measures, ...]


def compare(
    real: np.ndarray,
    pool: np.ndarray,
    picks: np.ndarray,
    dimensions: int,
    seed: int,
    strata: np.ndarray | None = None,
) -> Comparison:
    """Measure the picks, positions in the pool (p, d), against real features (n_real, d).

    `dimensions` are reduced as `fit_components` does. With `strata`, the class of each sample of the pool (p,), random
    picks have as many of each class as the picks.
    """
    # Float64, since a sum of squares of float32 loses digits.
    real, pool = np.asarray(real, dtype=float), np.asarray(pool, dtype=float)
    components = fit_components(real, dimensions)
    a, b = components.project(real), components.project(pool)
    real, pool = real / components.unit, pool / components.unit  # so that no square overflows
    stream = numpy_stream("random picks and halves to compare with", seed)

    def of_pool(rows: np.ndarray | slice) -> Measures | None:
        return _measures((a, b[rows]), (real, pool[rows]), components.unit)

    def of_halves(order: np.ndarray) -> Measures | None:
        one, other = order[: len(order) // 2], order[len(order) // 2 :]
        return _measures((a[other], a[one]), (real[other], real[one]), components.unit)

    random = [of_pool(_as_many(picks, len(pool), strata, stream)) for _ in range(DRAWS)]
    halves = [of_halves(stream.permutation(len(real))) for _ in range(DRAWS)]
    return Comparison(
        len(real),
        len(pool),
        len(picks),
        components.dimensions,
        of_pool(slice(None)),
        of_pool(picks),
        tuple(each for each in random if each),
        tuple(each for each in halves if each),
    )


def _measures(
    coordinates: tuple[np.ndarray, np.ndarray], features: tuple[np.ndarray, np.ndarray], unit: float
) -> Measures | None:
    """Of the second set against the first, each as coordinates (n, q) and features (n, d), in terms of `unit`."""
    reference = coordinates[0]
    if min(map(len, coordinates)) < 2 or np.all(reference == reference[:1]):
        return None
    return Measures(
        covariance_distance(*coordinates), frechet_distance(*coordinates) * unit * unit, diversity(*features)
    )


def _as_many(picks: np.ndarray, n_pool: int, strata: np.ndarray | None, stream: np.random.Generator) -> np.ndarray:
    """As many positions in the pool as there are picks, of each stratum too, drawn without replacement."""
    if strata is None:
        return stream.choice(n_pool, len(picks), replace=False)
    return np.concatenate(
        [
            stream.choice(np.flatnonzero(strata == each), count, replace=False)
            for each, count in zip(*np.unique(strata[picks], return_counts=True), strict=True)
        ]
    )

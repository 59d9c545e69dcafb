"""What a selection changes: how near the picks are to the real set, beside the pool and beside other real samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from sweetspot.errors import InputError
from sweetspot.select.principal_components import PrincipalComponents, fit_components
from sweetspot.select.quality import Quality, quality
from sweetspot.streams import numpy_stream

DRAWS = 20


@dataclass(frozen=True)
class Draw:
    """Measures of equally many samples of the pool, of the picks and of one half of the real set, drawn at random; all
    against the other half."""

    pool: Quality
    picks: Quality
    real: Quality


@dataclass(frozen=True)
class Effect:
    """Measures before and after a selection.

    n_real, n_pool, n : real samples, samples of the pool, picks.
    dimensions : of the principal components of the real set.
    pool, picks : all of them against the whole real set; None where there are fewer than 2.
    n_drawn : samples of each kind in a draw, which is half of the real samples, or the number of picks if that is less.
    draws : again and again; empty where `n_drawn` is below 2, or where some half of the real set does not vary.
    """

    n_real: int
    n_pool: int
    n: int
    dimensions: int
    pool: Quality | None
    picks: Quality | None
    n_drawn: int
    draws: tuple[Draw, ...]


def effect_of(
    real: np.ndarray,
    pool: np.ndarray,
    picks: np.ndarray,
    dimensions: int,
    seed: int,
    strata: np.ndarray | None = None,
) -> Effect:
    """Measure the picks, positions in the pool (p, d), against real features (n_real, d).

    `dimensions` are reduced as `fit_components` does. With `strata`, the class of each sample of the pool (p,), a draw
    has as many of each class from the pool as from the picks.
    """
    real = np.asarray(real, dtype=float)
    n_drawn = min(len(real) // 2, len(picks))
    stream = numpy_stream("draws to compare picks with real samples", seed)
    # Products of this size gain nothing from threads, whose number would change their last bits.
    with threadpool_limits(limits=1):
        components = fit_components(real, dimensions)
        draws = [
            _draw(real, pool, picks, n_drawn, dimensions, strata, stream) for _ in range(DRAWS if n_drawn > 1 else 0)
        ]
        return Effect(
            len(real),
            len(pool),
            len(picks),
            components.dimensions,
            _quality(real, pool, components),
            _quality(real, pool[picks], components),
            n_drawn,
            tuple(draws) if all(draws) else (),
        )


def _quality(real: np.ndarray, samples: np.ndarray, components: PrincipalComponents) -> Quality | None:
    return quality(real, samples, components) if len(samples) > 1 else None


def _draw(
    real: np.ndarray,
    pool: np.ndarray,
    picks: np.ndarray,
    n: int,
    dimensions: int,
    strata: np.ndarray | None,
    stream: np.random.Generator,
) -> Draw | None:
    """One draw of n of each kind; None if all real samples that it is measured against are the same."""
    half, other = np.split(stream.permutation(len(real)), [len(real) // 2])
    own = stream.choice(picks, n, replace=False)
    of_pool = _as_many(own, len(pool), strata, stream)
    try:
        # Of this half alone: on axes that the other half has a part in, its samples would not be like new ones.
        components = fit_components(real[half], dimensions)
    except InputError:
        return None
    return Draw(*(quality(real[half], each, components) for each in (pool[of_pool], pool[own], real[other[:n]])))


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

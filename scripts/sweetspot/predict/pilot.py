"""The best ratio from a pilot: a few runs of the real network on one real set, and a curve through their losses.

The curve is a parabola in log(1 + ratio), fitted by least squares to the validation losses of all runs. Its lowest
point between ratio 0 and the largest ratio is the prediction.

This project's extension. Sees: the real set, the pool and the validation part, which training needs anyway to decide
when to stop; never the test part, nor the runs of the sweep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sweetspot.predict.prediction import TAILS, Curve, Prediction, simultaneous_band
from sweetspot.streams import numpy_stream

GRID = 65
DRAWS = 1000
DEGREE = 2


@dataclass(frozen=True)
class Noise:
    """Variance of the loss of one run around its curve, and the degrees of freedom that it was estimated with."""

    variance: float
    degrees: int


def parabola(ratios: np.ndarray, degree: int = DEGREE) -> np.ndarray:
    """The columns 1, x, x^2 with x = log(1 + ratio): shape (n, 3); without x^2 if the degree is 1."""
    return np.vander(np.log1p(ratios), degree + 1, increasing=True)


def _degree(ratios: np.ndarray) -> int:
    """That of the curve: a straight line is all that runs at two ratios tell."""
    return min(DEGREE, len(np.unique(ratios)) - 1)


def noise_around(curves: list[tuple[np.ndarray, np.ndarray]], estimated_means: int = 0) -> Noise:
    """The residual variance around the parabolas of several curves, each given as ratios (n,) and losses (n,).

    The runs of all qualities of a pilot have one network and one validation set, so their variances are taken together.
    `estimated_means` more numbers were estimated from the losses, and taken off them.
    """
    squares, degrees = 0.0, -estimated_means
    for ratios, losses in curves:
        design = parabola(ratios, _degree(ratios))
        residuals = losses - design @ np.linalg.lstsq(design, losses, rcond=None)[0]
        squares += float(residuals @ residuals)
        degrees += design.shape[0] - design.shape[1]
    return Noise(squares / degrees, degrees) if degrees > 0 else Noise(np.nan, 0)


def parabolas(
    ratios: np.ndarray, losses: np.ndarray, noise: Noise, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A grid of ratios (G,), the least-squares parabola through the runs (G,), and parabolas drawn around it (D, G),

        b* ~ b + t sqrt(s^2 (X'X)^-1),

    with t of Student's distribution with the degrees of freedom of `noise`; none without any. They stand for the noise
    of the runs, not for that of the real set and the validation set, which all runs share.

    Parameters
    ----------
    ratios, losses : of each run, (n,). With runs at two ratios only, a straight line takes the parabola's place.
    """
    largest = float(np.max(ratios))
    grid = np.expm1(np.linspace(0, np.log1p(largest), GRID))
    grid[-1] = largest
    degree = _degree(ratios)
    if degree < 1:
        raise ValueError("a curve needs runs at two different ratios or more")
    design, at = parabola(ratios, degree), parabola(grid, degree)
    curve = at @ np.linalg.lstsq(design, losses, rcond=None)[0]
    if not noise.degrees:
        return grid, curve, np.empty((0, GRID))
    stream = numpy_stream("parabolas of the pilot", seed)
    root = np.linalg.cholesky(np.linalg.inv(design.T @ design)) * np.sqrt(noise.variance)
    scale = np.sqrt(stream.chisquare(noise.degrees, DRAWS) / noise.degrees)
    return grid, curve, curve + (stream.standard_normal((DRAWS, degree + 1)) @ root.T / scale[:, None]) @ at.T


def predict_from_runs(ratios: np.ndarray, losses: np.ndarray, noise: Noise, seed: int) -> Prediction:
    """The lowest point of the parabola through the runs, and a 95 % interval: that of the lowest points of the
    parabolas drawn around it (see `parabolas`), or all ratios where the noise could not be estimated."""
    grid, curve, draws = parabolas(ratios, losses, noise, seed)
    ratio = float(grid[curve.argmin()])
    if not len(draws):
        unknown = np.full(GRID, np.inf)
        return Prediction(ratio, 0.0, float(grid[-1]), Curve(grid, curve, -unknown, unknown))
    low, high = np.quantile(grid[draws.argmin(axis=1)], TAILS)
    return Prediction(
        ratio, min(ratio, float(low)), max(ratio, float(high)), Curve(grid, curve, *simultaneous_band(curve, draws))
    )


@dataclass(frozen=True)
class QualityRuns:
    """The runs of a pilot that one quality's curve goes through, those with real data only included.

    ratios, losses : of each run, (n,); noise : that of all qualities together; steps : optimiser steps of all runs.
    """

    ratios: np.ndarray
    losses: np.ndarray
    noise: Noise
    steps: int


def runs_by_quality(runs: pd.DataFrame, runs_at_each_ratio: int | None = None) -> dict[str, QualityRuns]:
    """The runs of each quality.

    Parameters
    ----------
    runs : the table of a pilot, with the columns of `runs.csv`.
    runs_at_each_ratio : how many to use; None for all.
    """
    chosen = runs[runs["metric"] == "validation_loss"]
    seeds = sorted(chosen["seed"].unique())[:runs_at_each_ratio]
    chosen = chosen[chosen["seed"].isin(seeds)]
    real_only, synthetic = chosen[chosen["arm"] == "real_only"], chosen[chosen["arm"] == "synthetic"]
    tables = {quality: pd.concat([real_only, own]) for quality, own in synthetic.groupby("quality", sort=True)}
    points = {
        quality: (table["ratio"].to_numpy(float), table["value"].to_numpy(float)) for quality, table in tables.items()
    }
    noise = noise_around(list(points.values()))
    steps = {quality: int(table["steps"].sum()) for quality, table in tables.items()}
    return {quality: QualityRuns(*points[quality], noise, steps[quality]) for quality in tables}


def pilot(runs: QualityRuns, seed: int = 0) -> Prediction:
    """The ratio of a pilot's runs alone; see the module."""
    return predict_from_runs(runs.ratios, runs.losses, runs.noise, seed)

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


def predict_from_runs(ratios: np.ndarray, losses: np.ndarray, noise: Noise, seed: int) -> Prediction:
    """The lowest point of the parabola through the runs, and a 95 % interval.

    The interval is that of the lowest points of parabolas drawn around the fitted one,

        b* ~ b + t sqrt(s^2 (X'X)^-1),

    with t of Student's distribution with the degrees of freedom of `noise`; without any, all ratios are possible. It
    accounts for the noise of the runs, not for that of the real set and the validation set, which all runs share.

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
    coefficients = np.linalg.lstsq(design, losses, rcond=None)[0]
    curve = at @ coefficients
    ratio = float(grid[curve.argmin()])
    if not noise.degrees:
        return Prediction(ratio, 0.0, largest, Curve(grid, curve, np.full(GRID, -np.inf), np.full(GRID, np.inf)))
    stream = numpy_stream("parabolas of the pilot", seed)
    root = np.linalg.cholesky(np.linalg.inv(design.T @ design)) * np.sqrt(noise.variance)
    scale = np.sqrt(stream.chisquare(noise.degrees, DRAWS) / noise.degrees)
    changes = (stream.standard_normal((DRAWS, degree + 1)) @ root.T / scale[:, None]) @ at.T
    low, high = np.quantile(grid[(curve + changes).argmin(axis=1)], TAILS)
    around = simultaneous_band(curve, curve + changes)
    return Prediction(ratio, min(ratio, float(low)), max(ratio, float(high)), Curve(grid, curve, *around))


def pilot_predictions(runs: pd.DataFrame, runs_at_each_ratio: int | None = None) -> dict[str, tuple[Prediction, int]]:
    """For each quality the prediction, and the optimiser steps that its runs took, those with real data only included.

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
    curves = {
        quality: (table["ratio"].to_numpy(float), table["value"].to_numpy(float)) for quality, table in tables.items()
    }
    noise = noise_around(list(curves.values()))
    return {
        quality: (predict_from_runs(*curves[quality], noise, seed=0), int(table["steps"].sum()))
        for quality, table in tables.items()
    }

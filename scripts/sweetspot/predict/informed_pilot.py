"""A pilot informed by a prediction without runs: few measurements, and a curve to read them by.

A pilot measures the real network, but with noise and at few ratios; the ridge regression of `leave_one_out` gives a
smooth curve for nothing, but of another model. Both are taken as relative regrets over all ratios,

    R(r) = (L(r) - min L)/(max L - min L),

and the ratio with the smallest w R_ridge + R_pilot is chosen. The weight w is the correlation between the ridge's
losses and the measured ones at the pilot's ratios, and 0 where it is negative: the ridge is believed as far as it
agrees with what was measured.

This project's extension. Sees: what the pilot and `leave_one_out` see.
"""

from __future__ import annotations

import numpy as np

from sweetspot.predict.pilot import QualityRuns, parabolas
from sweetspot.predict.prediction import TAILS, Curve, Prediction


def relative_regret(losses: np.ndarray) -> np.ndarray:
    """(L - min L)/(max L - min L) over the last axis; 0 for a flat curve."""
    lowest, spread = losses.min(axis=-1, keepdims=True), np.ptp(losses, axis=-1, keepdims=True)
    return np.divide(losses - lowest, spread, out=np.zeros_like(losses), where=spread > 0)


def agreement(runs: QualityRuns, curve: Curve) -> float:
    """The correlation over the pilot's ratios of the mean measured loss with the curve, or 0 if it is negative."""
    ratios = np.unique(runs.ratios)
    measured = np.array([runs.losses[runs.ratios == ratio].mean() for ratio in ratios])
    expected = np.interp(np.log1p(ratios), np.log1p(curve.ratios), curve.loss)
    if len(ratios) < 2 or not (np.ptp(measured) and np.ptp(expected)):
        return 0.0
    return max(0.0, float(np.corrcoef(measured, expected)[0, 1]))


def informed_pilot(runs: QualityRuns, ridge: Prediction, seed: int = 0) -> Prediction:
    """The ratio by both; its interval is that of the parabolas drawn around the pilot's, each combined with the ridge's
    curve, or all ratios where the noise of the runs could not be estimated.

    Parameters
    ----------
    ridge : the prediction of `leave_one_out`, with its curve.
    """
    grid, curve, draws = parabolas(runs.ratios, runs.losses, runs.noise, seed)
    expected = relative_regret(np.interp(np.log1p(grid), np.log1p(ridge.curve.ratios), ridge.curve.loss))
    weight = agreement(runs, ridge.curve)
    ratio = float(grid[np.argmin(weight * expected + relative_regret(curve))])
    if not len(draws):
        return Prediction(ratio, 0.0, float(grid[-1]))
    lowest = grid[np.argmin(weight * expected + relative_regret(draws), axis=1)]
    low, high = np.quantile(lowest, TAILS)
    return Prediction(ratio, min(ratio, float(low)), max(ratio, float(high)))

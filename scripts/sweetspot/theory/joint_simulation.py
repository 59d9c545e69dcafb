"""Monte Carlo for least squares on real and synthetic Gaussian features.

Only the features are drawn. Given them the risk is a trace: the expectation over label noise and, for n < p, over the
direction of the coefficients is exact, so that a hundred draws tell it to a fraction of a per cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sweetspot.streams import numpy_stream
from sweetspot.theory.arguments import covariance, mean, not_negative


@dataclass(frozen=True)
class Population:
    """n Gaussian samples with a covariance (p, p), positive definite, and a mean (p,)."""

    covariance: np.ndarray
    mean: np.ndarray
    n: int

    def __post_init__(self) -> None:
        mean("mean", self.mean, len(covariance("covariance", self.covariance)))
        if self.n < 0 or self.n != int(self.n):
            raise ValueError(f"n must be a whole number of at least 0, got {self.n!r}")

    @cached_property
    def _root(self) -> np.ndarray:
        return np.linalg.cholesky(self.covariance)

    def samples(self, normal: np.ndarray) -> np.ndarray:
        """The features (n, p) that the first n rows of standard normal numbers (>= n, p) stand for."""
        return normal[: self.n] @ self._root.T + self.mean


@dataclass(frozen=True)
class Setting:
    """A pool of real and synthetic samples and its labels; either population may have no samples.

    noise_variance : sigma^2 of the labels.
    signal : squared length of the coefficients, whose direction is uniform; it counts only for n < p.
    """

    real: Population
    synthetic: Population
    noise_variance: float = 1.0
    signal: float = 0.0

    def __post_init__(self) -> None:
        not_negative("noise_variance", self.noise_variance)
        not_negative("signal", self.signal)
        if self.real.mean.shape != self.synthetic.mean.shape or self.real.n + self.synthetic.n == 0:
            raise ValueError("both populations must have the same features, and one of them samples")

    @cached_property
    def moment(self) -> np.ndarray:
        """The second moment of real features around 0, in which the risk is measured."""
        return self.real.covariance + np.outer(self.real.mean, self.real.mean)


def expected_risk(x: np.ndarray, moment: np.ndarray, noise_variance: float, signal: float = 0.0) -> float:
    """E |b - beta|^2 in `moment` of the least-squares fit b of least norm, given its features x (n, p).

        sigma^2 Tr(X^+T S X^+) + (signal/p) Tr[(I - X^+ X) S],     beta of uniform direction, |beta|^2 = signal

    with S the `moment` (p, p). The second term is 0 for n >= p.
    """
    n, p = x.shape
    if n >= p:
        return noise_variance * float(np.sum(np.linalg.inv(x.T @ x) * moment))
    dual = np.linalg.solve(x @ x.T, x)
    seen = dual @ moment
    missed = np.trace(moment) - np.sum(seen * x)
    return float(noise_variance * np.sum(seen * dual) + signal / p * missed)


def simulate(settings: Sequence[Setting], draws: int, seed: int = 0) -> np.ndarray:
    """The excess risk of each draw in each setting, (draws, settings).

    All settings have the same number of features. In one draw they share their random numbers, a larger population
    having more of them: so they can be compared draw by draw.

    Raises
    ------
    ValueError : no draws, no settings, or settings of different numbers of features.
    """
    widths = {setting.real.mean.size for setting in settings}
    if draws < 1 or len(widths) != 1:
        raise ValueError(f"there must be draws, and settings of one number of features, got {draws} and {widths}")
    sizes = {
        "real": max(setting.real.n for setting in settings),
        "synthetic": max(setting.synthetic.n for setting in settings),
    }
    risks = np.empty((draws, len(settings)))
    for draw in range(draws):
        real, synthetic = (
            numpy_stream(f"joint training, {name} features, draw {draw}", seed).standard_normal((n, *widths))
            for name, n in sizes.items()
        )
        for number, each in enumerate(settings):
            x = np.concatenate([each.real.samples(real), each.synthetic.samples(synthetic)])
            risks[draw, number] = expected_risk(x, each.moment, each.noise_variance, each.signal)
    return risks

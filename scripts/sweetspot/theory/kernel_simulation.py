"""Monte Carlo for kernel ridge regression towards a generator, on the sine design (paper 1, Section 2,
Appendix F).

The risk of each fit is exact: f_N has coefficients b_j + mu_j (Phi^T c)_j in the eigenfunctions, so its
squared L2 distance to the target is a sum, and no test grid adds an error. The series is truncated at the
number of eigenvalues.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.streams import numpy_stream
from sweetspot.theory.arguments import not_negative, series, spectrum
from sweetspot.theory.kernel_ridge import coefficients, decompose
from sweetspot.theory.sine_design import features


def sample(n: int, noise_variance: float, draw: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points x, uniform on [0, 1], and label noise of one draw, each (n,).

    Every draw has a stream of its own: neither the order of the draws nor the generator changes it, so
    different targets are compared on the same points and the same noise.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n!r}")
    stream = numpy_stream(f"kernel regression, draw {draw}", seed)
    x = stream.random(n)
    return x, np.sqrt(not_negative("noise_variance", noise_variance)) * stream.standard_normal(n)


def draw_risks(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
    draw: int,
    seed: int,
    judged_against: ArrayLike | None = None,
) -> np.ndarray:
    """The excess risk ||f_N - f*||^2 of one draw for every lambda, (L,).

    `difference` is h = f* - g; `judged_against` (None: h itself) is the target of the test under domain
    shift, relative to g. Infinite lambdas are allowed.
    """
    mu = spectrum(eigenvalues)
    h = series("difference", difference, mu)
    u = h if judged_against is None else series("judged_against", judged_against, mu)
    x, noise = sample(n, noise_variance, draw, seed)
    phi = features(x, mu.size)
    dual = coefficients(decompose((phi * mu) @ phi.T, phi @ h + noise), lambdas)
    return np.sum((mu * (dual @ phi) - u) ** 2, axis=1)


def simulate(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
    draws: int,
    seed: int,
    judged_against: ArrayLike | None = None,
) -> np.ndarray:
    """`draw_risks` of draws 0..draws-1: (draws, L)."""
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws!r}")
    return np.stack(
        [
            draw_risks(eigenvalues, difference, noise_variance, n, lambdas, draw, seed, judged_against)
            for draw in range(draws)
        ]
    )


@dataclass(frozen=True)
class EmpiricalOptimum:
    """The lambda with the smallest mean risk, its bootstrap interval, and the risk of each draw there."""

    ratio: float
    ci_low: float
    ci_high: float
    at_end_of_grid: bool
    risks: np.ndarray


def _vertex(logarithms: np.ndarray, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row of `means` (R, L): the log lambda where it is smallest, and the index of the grid
    point."""
    best = np.argmin(means, axis=1)
    inside = np.clip(best, 1, logarithms.size - 2)
    rows = np.arange(best.size)
    left, mid, right = (logarithms[inside + step] for step in (-1, 0, 1))
    low, centre, high = (means[rows, inside + step] for step in (-1, 0, 1))
    # Vertex of the parabola through the grid's minimum and its two neighbours.
    upper, lower = (mid - left) * (centre - high), (mid - right) * (centre - low)
    bottom = 2 * (upper - lower)
    usable = (best == inside) & (bottom != 0)
    shift = np.where(usable, ((mid - left) * upper - (mid - right) * lower) / np.where(usable, bottom, 1), 0)
    return logarithms[best] - shift, best


def empirical_optimum(
    risks: ArrayLike, lambdas: ArrayLike, seed: int, resamples: int = 2000, level: float = 0.95
) -> EmpiricalOptimum:
    """The best lambda by mean risk, with a percentile interval.

    `risks` is (draws, L); `lambdas` (L,), increasing and finite.
    Between grid points a parabola in log lambda is fitted through the smallest mean and its neighbours; a
    minimum at an end of the grid is reported as that end. The interval resamples whole draws, so the risks of
    one draw at different lambdas stay together: they share points and noise.
    """
    risks = np.asarray(risks, dtype=float)
    lambdas = np.asarray(lambdas, dtype=float)
    if lambdas.size < 3 or not np.all(np.isfinite(lambdas)) or np.any(np.diff(lambdas) <= 0) or lambdas[0] <= 0:
        raise ValueError("lambdas must be at least 3 finite, increasing numbers above 0")
    if risks.ndim != 2 or risks.shape[1:] != lambdas.shape:
        raise ValueError(f"risks must be (draws, {lambdas.size}), its shape is {risks.shape}")
    logarithms = np.log(lambdas)
    draws = risks.shape[0]
    stream = numpy_stream("kernel regression, bootstrap of the optimum", seed)
    counts = stream.multinomial(draws, np.full(draws, 1 / draws), size=resamples)
    resampled, _ = _vertex(logarithms, counts @ risks / draws)
    low, high = np.exp(np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])).clip(lambdas[0], lambdas[-1])
    found, best = _vertex(logarithms, risks.mean(axis=0)[None])
    index = int(best[0])
    at_end = index in (0, lambdas.size - 1)
    if at_end:
        return EmpiricalOptimum(float(lambdas[index]), float(low), float(high), True, risks[:, index])
    near = slice(index - 1, index + 2)
    weights = [
        np.prod([(found[0] - other) / (node - other) for other in logarithms[near] if other != node])
        for node in logarithms[near]
    ]
    return EmpiricalOptimum(float(np.exp(found[0])), float(low), float(high), False, risks[:, near] @ weights)

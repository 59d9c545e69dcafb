"""What the page shows of the theory, on a grid: Theorem 2.2 of paper 1 and what it bounds.

The page only looks values up, so that the mathematics stays in `sweetspot.theory`. The kernel has the eigenvalues
mu_j = j^-r; the difference of target and generator is h_j = c mu_j^(3/2), for which the theorem's distance D is finite
at every decay r above 1/2, and c is such that D has the value that is chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sweetspot.explorer.numbers import packed_logarithms, short, shorts
from sweetspot.theory.kernel_bounds import (
    bound_optimum,
    generator_distance,
    risk_bound,
    squared_rkhs_norm,
    tight_bound,
    tight_optimum,
)
from sweetspot.theory.kernel_risk import deterministic_equivalent
from sweetspot.theory.sine_design import eigenvalues

NOISES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # standard deviation of the label noise
DISTANCES = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
DECAYS = (1.0, 1.5, 2.0, 3.0, 4.0)
REAL_SAMPLES = (10, 30, 100, 300, 1000, 3000, 10_000)
TERMS = 256
EXPONENT = 1.5
SMALLEST_RATIO, LARGEST_RATIO = 1e-3, 1e2
DRAWN = 51  # ratios of a curve
FINER = 4  # times as many on which the risk's optimum, which has no closed form, is looked for
CURVES = ("bound", "tight", "risk")


def theory_grid(
    noises: Sequence[float] = NOISES,
    distances: Sequence[float] = DISTANCES,
    decays: Sequence[float] = DECAYS,
    samples: Sequence[int] = REAL_SAMPLES,
) -> dict[str, Any]:
    """Curves and optima by noise, distance, decay and number of real samples, in this order of the axes.

    Returns
    -------
    axes : the values of each.
    ratios : of a curve.
    curves : for each of `CURVES` its values, packed, shape (noise, distance, decay, samples, ratio).
    optima : the ratio with the lowest value of each, flat; None where it is infinite (distance 0).
    """
    fine = np.geomspace(SMALLEST_RATIO, LARGEST_RATIO, FINER * (DRAWN - 1) + 1)
    shape = (len(noises), len(distances), len(decays), len(samples))
    values = {name: np.empty((*shape, DRAWN)) for name in CURVES}
    best = {name: np.empty(shape) for name in CURVES}
    for c, decay in enumerate(decays):
        mu = eigenvalues(decay, TERMS)
        series = mu**EXPONENT
        series /= math.sqrt(generator_distance(mu, series))  # now its D is 1
        for d, count in enumerate(samples):
            # The risk is linear in D, a square of h, and in the variance of the noise.
            of_distance = deterministic_equivalent(mu, series, 0.0, count, fine)
            of_noise = deterministic_equivalent(mu, np.zeros_like(mu), 1.0, count, fine)
            for a, noise in enumerate(noises):
                for b, distance in enumerate(distances):
                    at, ratios = (a, b, c, d), fine[::FINER]
                    squared_norm = distance * squared_rkhs_norm(mu, series)
                    squares = float(np.sum(mu**2))
                    risk = distance * of_distance + noise**2 * of_noise
                    values["bound"][at] = risk_bound(distance, decay, squares, noise**2, count, ratios)
                    values["tight"][at] = tight_bound(squared_norm, decay, noise**2, count, ratios)
                    values["risk"][at] = risk[::FINER]
                    best["bound"][at] = bound_optimum(distance, decay, squares, noise**2, count)
                    best["tight"][at] = tight_optimum(squared_norm, decay, noise**2, count)
                    best["risk"][at] = fine[np.argmin(risk)] if distance else math.inf
    return {
        "axes": {
            "noise": list(noises),
            "distance": list(distances),
            "decay": list(decays),
            "samples": list(samples),
        },
        "ratios": shorts(fine[::FINER]),
        "curves": {name: packed_logarithms(each) for name, each in values.items()},
        "optima": {name: [short(each) for each in best[name].ravel()] for name in CURVES},
    }

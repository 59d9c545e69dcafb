"""Upper bounds on the risk of kernel ridge regression towards a generator, and the ratios they recommend.

Paper 1, Theorem 2.2 and Corollary 2.2.1. The text of both was at hand, their equations were not: the bound is
reconstructed as Cauchy-Schwarz with a beta function, the natural reading of the text. Symbols and units as in
`kernel_risk`; decay is r in mu_j = j^-r and must exceed 1/2; `scale` is C if only mu_j <= C j^-r is known.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import beta

from sweetspot.theory.arguments import not_negative, positive, ratios, series, spectrum
from sweetspot.theory.kernel_risk import (
    deterministic_equivalent,
    minimise_over_lambda,
    population_bias,
    population_risk,
)


def _decay(decay: float) -> float:
    if not (math.isfinite(decay) and decay > 0.5):
        raise ValueError(f"decay must be finite and above 1/2, got {decay!r}")
    return float(decay)


def generator_distance(eigenvalues: ArrayLike, difference: ArrayLike) -> float:
    """D = sqrt(sum_j (h_j/mu_j)^4), the theorem's distance between f* and g; 0 if they are equal.

    Reconstructed. It does not reproduce the values of D printed in paper 1's Table 1, whose definition could
    not be recovered. In an infinite series it is finite only if s and s' exceed 1 + 1/(4r).
    """
    mu = spectrum(eigenvalues)
    return math.sqrt(np.sum((series("difference", difference, mu) / mu) ** 4))


def squared_rkhs_norm(eigenvalues: ArrayLike, difference: ArrayLike) -> float:
    """||h||_H^2 = sum_j h_j^2/mu_j."""
    mu = spectrum(eigenvalues)
    return float(np.sum(series("difference", difference, mu) ** 2 / mu))


def bias_constant(decay: float, scale: float = 1.0) -> float:
    """c_B = C^{1/(2r)} sqrt(B(1/r, 4 - 1/r)/r), from sum_j (1 + lambda j^r/C)^-4 <= (lambda/C)^{-1/r} B/r."""
    inverse = 1 / _decay(decay)
    return positive("scale", scale) ** (inverse / 2) * math.sqrt(inverse * beta(inverse, 4 - inverse))


def variance_constant(decay: float, scale: float = 1.0) -> float:
    """C_r = C^{1/r} B(1/r, 2 - 1/r)/r, from sum_j (mu_j/(mu_j + lambda))^2 <= C_r lambda^{-1/r}."""
    inverse = 1 / _decay(decay)
    return positive("scale", scale) ** inverse * inverse * beta(inverse, 2 - inverse)


def risk_bound(
    distance: float,
    decay: float,
    squared_eigenvalues: float,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
    scale: float = 1.0,
) -> np.ndarray:
    """Theorem 2.2 (reconstructed), an upper bound on `population_risk` at every lambda > 0.

        R <= c_B D lambda^p + sigma^2 M2/(N lambda^2),     p = 2 - 1/(2r)

    Parameters
    ----------
    distance : D, see `generator_distance`.
    squared_eigenvalues : M2 = sum_j mu_j^2 (pi^4/90 in the limit for r = 2).
    """
    lambdas = ratios(lambdas)
    power = 2 - 1 / (2 * _decay(decay))
    noise = not_negative("noise_variance", noise_variance) * positive("squared_eigenvalues", squared_eigenvalues)
    slope = bias_constant(decay, scale) * not_negative("distance", distance)
    bias = slope * lambdas**power if slope else np.zeros_like(lambdas)
    return bias + noise / (positive("n", n) * lambdas**2)


def tight_bound(
    squared_norm: float,
    decay: float,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
    scale: float = 1.0,
) -> np.ndarray:
    """A tighter upper bound on `population_risk`; this project's extension.

        R <= (lambda/4) ||h||_H^2 + (sigma^2/N) C_r lambda^{-1/r},

    since mu lambda^2/(lambda + mu)^2 <= lambda/4. `squared_norm` is ||h||_H^2.
    """
    lambdas = ratios(lambdas)
    bias = lambdas / 4 * squared_norm if not_negative("squared_norm", squared_norm) else np.zeros_like(lambdas)
    noise = not_negative("noise_variance", noise_variance) / positive("n", n)
    return bias + noise * variance_constant(decay, scale) * lambdas ** (-1 / decay)


def finite_sample_bound(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    kernel_supremum: float,
    decay: float,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
    scale: float = 1.0,
) -> np.ndarray:
    """An upper bound on the expected risk at finite N, not only on its limit; this project's extension.

        R_N <= (1 + sqrt(mu_1) k/(lambda sqrt(N)))^2 min{bias(lambda), c_B D lambda^p}
               + sigma^2 mu_1 sum_j mu_j/(N lambda^2),     k^2 = sup over x of K(x, x)

    It follows the Smale-Zhou argument that the paper cites: the noiseless fit is within
    k ||h - h_lambda||/(lambda sqrt(N)) of its limit in the norm of H.
    """
    mu = spectrum(eigenvalues)
    lambdas = ratios(lambdas)
    h = series("difference", difference, mu)
    largest = float(mu.max())
    reach = math.sqrt(largest * positive("kernel_supremum", kernel_supremum) / positive("n", n))
    power = 2 - 1 / (2 * _decay(decay))
    slope = bias_constant(decay, scale) * generator_distance(mu, h)
    bias = population_bias(mu, h, lambdas)
    if slope:
        bias = np.minimum(bias, slope * lambdas**power)
    noise = not_negative("noise_variance", noise_variance) * largest * mu.sum() / n
    return (1 + reach / lambdas) ** 2 * bias + noise / lambdas**2


def bound_optimum(
    distance: float,
    decay: float,
    squared_eigenvalues: float,
    noise_variance: float,
    n: int,
    scale: float = 1.0,
) -> float:
    """The lambda that minimises `risk_bound`: paper 1, Corollary 2.2.1 (reconstructed).

        lambda* = (2 sigma^2 M2/(p c_B D N))^{1/(p + 2)},     p = 2 - 1/(2r);     m* = N lambda*

    Infinite if D = 0: the generator is then perfect, and the paper takes the largest lambda.
    """
    constant = bias_constant(decay, scale)
    noise = not_negative("noise_variance", noise_variance) * positive("squared_eigenvalues", squared_eigenvalues)
    positive("n", n)
    if not_negative("distance", distance) == 0:
        return math.inf
    power = 2 - 1 / (2 * decay)
    return (2 * noise / (power * constant * distance * n)) ** (1 / (power + 2))


def tight_optimum(squared_norm: float, decay: float, noise_variance: float, n: int, scale: float = 1.0) -> float:
    """The lambda that minimises `tight_bound`; infinite if ||h||_H = 0. This project's extension.

    lambda* = [4 sigma^2 C_r/(r N ||h||_H^2)]^{r/(r + 1)}
    """
    constant = variance_constant(decay, scale)
    noise = not_negative("noise_variance", noise_variance) / positive("n", n)
    if not_negative("squared_norm", squared_norm) == 0:
        return math.inf
    return (4 * noise * constant / (decay * squared_norm)) ** (decay / (decay + 1))


def optima(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    decay: float,
    noise_variance: float,
    n: int,
    scale: float = 1.0,
) -> dict[str, float]:
    """The best lambda by each theory: `bound`, `tight`, `population` and `deterministic_equivalent`.

    The first two are closed forms, the others minimise the risk numerically. All are infinite if h = 0.
    """
    mu = spectrum(eigenvalues)
    h = series("difference", difference, mu)
    distance, squared_norm = generator_distance(mu, h), squared_rkhs_norm(mu, h)
    found = {
        "bound": bound_optimum(distance, decay, float(np.sum(mu**2)), noise_variance, n, scale),
        "tight": tight_optimum(squared_norm, decay, noise_variance, n, scale),
    }
    for name, risk in (
        ("population", population_risk),
        ("deterministic_equivalent", deterministic_equivalent),
    ):
        if np.any(h):
            found[name] = minimise_over_lambda(lambda lambdas, risk=risk: risk(mu, h, noise_variance, n, lambdas))
        else:
            found[name] = math.inf
    return found

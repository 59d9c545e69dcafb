"""Kernel ridge regression towards a generator under domain shift: trained on a source, tested on a target.

Paper 1, Section 5 and Theorem 5.1. Labels are y = f_S(x) + noise and the test is against f_T. Of the theorem the
text was at hand, not its equation: its bound is reconstructed. The optima and the deterministic equivalent are
this project's extension. With the coefficients a^S, a^T, b of f_S, f_T and g in the eigenfunctions,

    shift delta = a^S - a^T,     difference h = a^T - b;

the other symbols and units are those of `kernel_risk` and `kernel_bounds`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive, ratios, series, spectrum
from sweetspot.theory.kernel_bounds import generator_distance, risk_bound, squared_rkhs_norm, tight_bound
from sweetspot.theory.kernel_risk import deterministic_equivalent, minimise_over_lambda


def population_shift_risk(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    shift: ArrayLike,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
) -> np.ndarray:
    """The risk with the empirical operator replaced by its limit (reconstructed), of the shape of `lambdas`.

    R = sum_j ((mu_j delta_j - lambda h_j)/(mu_j + lambda))^2 + (sigma^2/N) sum_j (mu_j/(mu_j + lambda))^2
    """
    mu = spectrum(eigenvalues)
    h, delta = series("difference", difference, mu), series("shift", shift, mu)
    lambdas = ratios(lambdas)
    learnt = 1 / (1 + lambdas[..., None] / mu)
    variance = not_negative("noise_variance", noise_variance) / positive("n", n)
    return np.sum((learnt * delta - (1 - learnt) * h) ** 2 + variance * learnt**2, axis=-1)


def shift_equivalent(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    shift: ArrayLike,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
) -> np.ndarray:
    """The risk at finite N: `deterministic_equivalent` trained on h + delta and judged against h.

    This project's extension. Within 6 % of simulation for the sine design at N = 100.
    """
    mu = spectrum(eigenvalues)
    h, delta = series("difference", difference, mu), series("shift", shift, mu)
    return deterministic_equivalent(mu, h + delta, noise_variance, n, lambdas, judged_against=h)


def shift_bound(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    shift: ArrayLike,
    decay: float,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
) -> np.ndarray:
    """Theorem 5.1 (reconstructed), an upper bound on `population_shift_risk` for every lambda.

        R <= 2 (mu_1/(mu_1 + lambda))^2 ||delta||^2 + 2 c_B D lambda^p + sigma^2 M2/(N lambda^2)

    with D of f_T and g, see `kernel_bounds`: Theorem 2.2 with its bias doubled, plus a term of source and target
    that falls in lambda. The squared sum of both biases would be a sharper bound, but its minimum moves the wrong
    way as the shift grows.
    """
    mu = spectrum(eigenvalues)
    distance = generator_distance(mu, difference)
    bound = risk_bound(2 * distance, decay, float(np.sum(mu**2)), noise_variance, n, lambdas)
    return bound + _source_term(mu, shift, lambdas)


def tight_shift_bound(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    shift: ArrayLike,
    decay: float,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
) -> np.ndarray:
    """`shift_bound` with the terms of `kernel_bounds.tight_bound`; this project's extension.

    R <= 2 (mu_1/(mu_1 + lambda))^2 ||delta||^2 + (lambda/2) ||h||_H^2 + (sigma^2/N) C_r lambda^{-1/r}
    """
    mu = spectrum(eigenvalues)
    bound = tight_bound(2 * squared_rkhs_norm(mu, difference), decay, noise_variance, n, lambdas)
    return bound + _source_term(mu, shift, lambdas)


def _source_term(mu: np.ndarray, shift: ArrayLike, lambdas: ArrayLike) -> np.ndarray:
    """2 (mu_1/(mu_1 + lambda))^2 ||delta||^2"""
    return 2 * np.sum(series("shift", shift, mu) ** 2) / (1 + ratios(lambdas) / mu.max()) ** 2


def shift_optima(
    eigenvalues: ArrayLike,
    difference: ArrayLike,
    shift: ArrayLike,
    decay: float,
    noise_variance: float,
    n: int,
) -> dict[str, float]:
    """The best lambda by each theory, minimised numerically: `bound`, `tight`, `population` and
    `deterministic_equivalent`, which at no shift are not quite those of `kernel_bounds.optima`: the bounds have
    a doubled bias. Infinite where the smallest risk is that of g alone.
    """
    arguments = (eigenvalues, difference, shift)
    rules = {
        "bound": lambda lambdas: shift_bound(*arguments, decay, noise_variance, n, lambdas),
        "tight": lambda lambdas: tight_shift_bound(*arguments, decay, noise_variance, n, lambdas),
        "population": lambda lambdas: population_shift_risk(*arguments, noise_variance, n, lambdas),
        "deterministic_equivalent": lambda lambdas: shift_equivalent(*arguments, noise_variance, n, lambdas),
    }
    return {name: minimise_over_lambda(risk) for name, risk in rules.items()}


def one_mode_optimum(
    eigenvalue: float, difference: float, shift: float, noise_variance: float, n: int, cross_term: bool = True
) -> float:
    """The lambda that minimises `population_shift_risk` with one mode; this project's extension.

        lambda* = mu (delta^2 + delta h + v)/(h^2 + delta h),     v = sigma^2/N

    Without the `cross_term` delta h, as for signs that cancel on average, the shift just adds to the noise. With
    it, lambda* is infinite for a denominator of 0 or less, and 0 for a numerator of 0 or less.
    """
    variance = not_negative("noise_variance", noise_variance) / positive("n", n)
    cross = shift * difference if cross_term else 0.0
    return positive("eigenvalue", eigenvalue) * _balance(shift**2 + variance, difference**2, cross)


def flat_shift_optimum(
    squared_difference: float,
    squared_shift: float,
    product: float,
    p: int,
    noise_variance: float,
    n: int,
) -> float:
    """`one_mode_optimum` for p modes of eigenvalue 1 (p whitened linear features, or the penalty in L2).

        lambda* = (||delta||^2 + <delta, h> + sigma^2 p/n)/(||h||^2 + <delta, h>)

    ValueError if |<delta, h>| is above ||delta|| ||h||.
    """
    h2, delta2 = not_negative("squared_difference", squared_difference), not_negative("squared_shift", squared_shift)
    if product**2 > h2 * delta2 * (1 + 1e-12):
        raise ValueError("product must be at most the product of both norms")
    variance = not_negative("noise_variance", noise_variance) * positive("p", p) / positive("n", n)
    return _balance(delta2 + variance, h2, product)


def _balance(against_real: float, against_synthetic: float, cross: float) -> float:
    """(a + x)/(b + x), where a + b + 2x >= 0: infinite or 0 where it would not be positive."""
    if against_real + cross <= 0 < against_synthetic + cross:
        return 0.0
    if against_synthetic + cross <= 0:
        return math.inf
    return (against_real + cross) / (against_synthetic + cross)

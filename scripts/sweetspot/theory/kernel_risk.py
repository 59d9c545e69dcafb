"""Expected excess risk of kernel ridge regression towards a generator, without simulation.

All functions take the eigenvalues mu_j of the kernel, (J,), and the coefficients of h = f* - g in its
eigenfunctions, (J,); lambda is the ratio of synthetic to real data, without a unit; risks are excess risks:
squared L2 errors, in squared units of the label, without the label noise of the test point.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.optimize
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive, ratios, series, spectrum


def _kept(eigenvalues: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    """ridge/(ridge + mu_j), (..., J): how much of mode j stays with g; 1 where the ridge is infinite."""
    return 1 / (1 + eigenvalues / ridge[..., None])


def population_bias(eigenvalues: ArrayLike, difference: ArrayLike, lambdas: ArrayLike) -> np.ndarray:
    """The first term of `population_risk`, of the shape of `lambdas`."""
    mu = spectrum(eigenvalues)
    h = series("difference", difference, mu)
    return np.sum((_kept(mu, ratios(lambdas)) * h) ** 2, axis=-1)


def population_risk(
    eigenvalues: ArrayLike, difference: ArrayLike, noise_variance: float, n: int, lambdas: ArrayLike
) -> np.ndarray:
    """Bias and variance with the empirical operator K/N replaced by its limit; of the shape of `lambdas`.

        R(lambda) = sum_j (lambda/(lambda + mu_j))^2 h_j^2 + (sigma^2/N) sum_j (mu_j/(mu_j + lambda))^2

    Paper 1, proof of Theorem 2.2 (near Equation 21); reconstructed. ValueError for arguments out of range.
    """
    mu = spectrum(eigenvalues)
    variance = not_negative("noise_variance", noise_variance) / positive("n", n)
    kept = _kept(mu, ratios(lambdas))
    return population_bias(mu, difference, lambdas) + variance * np.sum((1 - kept) ** 2, axis=-1)


def effective_ridge(eigenvalues: ArrayLike, n: int, lambdas: ArrayLike) -> np.ndarray:
    """kappa, the ridge that N samples act like; of the shape of `lambdas`.

        kappa = lambda + (kappa/N) sum_j mu_j/(mu_j + kappa),     lambda < kappa <= lambda + (1/N) sum_j mu_j

    Standard theory of kernel ridge regression, in this loss's scaling; this project's extension of paper 1.
    """
    mu = spectrum(eigenvalues)
    positive("n", n)
    lambdas = ratios(lambdas)

    def root(ratio: float) -> float:
        if np.isinf(ratio):
            return np.inf

        def excess(kappa: float) -> float:
            return kappa - ratio - kappa / n * np.sum(mu / (mu + kappa))

        # Twice the trace, so that rounding does not spoil the sign at the upper end.
        upper = ratio + 2 * mu.sum() / n
        if excess(upper) <= 0:
            return upper
        return scipy.optimize.brentq(excess, ratio, upper, xtol=1e-300, rtol=1e-14, maxiter=500)

    return np.array([root(ratio) for ratio in lambdas.ravel()]).reshape(lambdas.shape)


def deterministic_equivalent(
    eigenvalues: ArrayLike,
    trained_on: ArrayLike,
    noise_variance: float,
    n: int,
    lambdas: ArrayLike,
    judged_against: ArrayLike | None = None,
) -> np.ndarray:
    """The risk at finite N as high-dimensional theory predicts it; of the shape of `lambdas`.

        R = sum_j (mu_j t_j/(mu_j + kappa) - u_j)^2
            + [sum_j (kappa t_j/(mu_j + kappa))^2 + sigma^2] gamma/(1 - gamma),
        gamma = (1/N) sum_j (mu_j/(mu_j + kappa))^2,     kappa = effective_ridge(lambda)

    Parameters
    ----------
    trained_on : t, coefficients of what the noisy labels are of, relative to g: f* - g.
    noise_variance : sigma^2 of the labels.
    judged_against : u, coefficients of what is tested against, relative to g; None means `trained_on`.
        Another one describes domain shift.

    This project's extension (standard theory applied to h = f* - g). Exact for Gaussian features as N grows;
    for the one-dimensional sine design at N = 100 it is within 6 % of simulation for lambda >= 1e-3, on the
    high side near the optimum, and a third too high at 1e-4, where the fit nearly interpolates. ValueError
    for bad arguments.
    """
    mu = spectrum(eigenvalues)
    t = series("trained_on", trained_on, mu)
    u = t if judged_against is None else series("judged_against", judged_against, mu)
    not_negative("noise_variance", noise_variance)
    kept = _kept(mu, effective_ridge(mu, n, lambdas))
    # Written as (t - u) - kept t, so that no digits cancel where t = u and kept is small.
    bias = np.sum(((t - u) - kept * t) ** 2, axis=-1)
    gamma = np.sum((1 - kept) ** 2, axis=-1) / n
    return bias + (np.sum((kept * t) ** 2, axis=-1) + noise_variance) * gamma / (1 - gamma)


def minimise_over_lambda(
    risk: Callable[[np.ndarray], np.ndarray], low: float = 1e-8, high: float = 1e8, points: int = 161
) -> float:
    """The lambda in [low, high] with the smallest `risk`, or infinity if the risk is smallest there.

    `risk` takes an array of lambdas. A logarithmic grid finds the valley, so that several local minima do no
    harm; a bounded search refines it. Raises ValueError if the risk is not finite somewhere on the grid.
    """
    grid = np.geomspace(positive("low", low), positive("high", high), points)
    values = np.asarray(risk(grid))
    if not np.all(np.isfinite(values)):
        raise ValueError("the risk is not finite everywhere on the grid of lambdas")
    best = int(np.argmin(values))
    if best == points - 1 and float(risk(np.array([np.inf]))[0]) <= values[best]:
        return np.inf
    bracket = np.log(grid[[max(best - 1, 0), min(best + 1, points - 1)]])
    found = scipy.optimize.minimize_scalar(
        lambda logarithm: float(risk(np.exp([logarithm]))[0]),
        bounds=tuple(bracket),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(np.exp(found.x))

"""Real data mixed with a finite synthetic pool, and what the L2 version of the penalty says (paper 1, Section
2 and Appendices D.2 and E).

The pool of n real and m synthetic samples pulls mode j of the kernel towards g with weight lambda/(1 +
lambda); the penalty in the norm of H, which the paper puts in its place, with weight lambda/(lambda + mu_j).
The two lambdas are the same number only where mu_j is about 1. Except where said otherwise, what follows is
this project's extension. Coefficients are in the kernel's eigenfunctions, (J,); risks are excess risks.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive, ratios, series, spectrum
from sweetspot.theory.kernel_risk import deterministic_equivalent


def l2_penalty_risk(
    eigenvalues: ArrayLike,
    target: ArrayLike,
    generator: ArrayLike,
    noise_variance: float,
    n: int,
    ratio: float,
    ridge: float,
) -> float:
    """Deterministic equivalent of the risk with a penalty in L2 and a ridge.

        f = argmin (1/n) sum_i (y_i - f(x_i))^2 + lambda ||f - g||_L2^2 + ridge ||f||_H^2

    The problem is exactly kernel ridge regression with eigenvalues mu'_j = 1/(lambda + ridge/mu_j), centre
    c_j = lambda b_j mu'_j and penalty 1, so `deterministic_equivalent` applies with h = a - c.
    `target` is a, `generator` b; `ratio` (lambda) may be 0; ridge > 0.
    """
    mu = spectrum(eigenvalues)
    a, b = series("target", target, mu), series("generator", generator, mu)
    not_negative("ratio", ratio)
    transformed = 1 / (ratio + positive("ridge", ridge) / mu)
    h = a - ratio * b * transformed
    return float(deterministic_equivalent(transformed, h, noise_variance, n, np.array(1.0)))


def l2_penalty_population_risk(
    eigenvalues: ArrayLike,
    target: ArrayLike,
    generator: ArrayLike,
    noise_variance: float,
    n: int,
    ratio: float,
    ridge: float,
) -> float:
    """The population limit of `l2_penalty_risk`.

    sum_j [((a_j + lambda b_j)/(1 + lambda + ridge/mu_j) - a_j)^2 + (sigma^2/n)/(1 + lambda + ridge/mu_j)^2]
    """
    mu = spectrum(eigenvalues)
    a, b = series("target", target, mu), series("generator", generator, mu)
    scale = 1 + not_negative("ratio", ratio) + not_negative("ridge", ridge) / mu
    variance = not_negative("noise_variance", noise_variance) / positive("n", n)
    return float(np.sum(((a + ratio * b) / scale - a) ** 2 + variance / scale**2))


def flat_risk(p: int, squared_distance: float, noise_variance: float, n: int, lambdas: ArrayLike) -> np.ndarray:
    """Population risk with p modes of equal eigenvalue 1 (p whitened linear features).

    (lambda^2 ||h||^2 + sigma^2 p/n)/(1 + lambda)^2, of the shape of `lambdas`
    """
    lambdas = ratios(lambdas)
    variance = not_negative("noise_variance", noise_variance) * positive("p", p) / positive("n", n)
    # Divided through by lambda^2 at the large end, so that an infinite lambda gives ||h||^2.
    weight = 1 / (1 + 1 / lambdas)
    return weight**2 * not_negative("squared_distance", squared_distance) + (1 - weight) ** 2 * variance


def flat_optimum(p: int, squared_distance: float, noise_variance: float, n: int) -> float:
    """The lambda that minimises `flat_risk`: sigma^2 p/(n ||h||^2), so m* = n lambda* does not depend on n.

    Exact also at finite n for Gaussian features, where it is the Bayes ridge. Infinite if h = 0.
    """
    variance = not_negative("noise_variance", noise_variance) * positive("p", p) / positive("n", n)
    distance = not_negative("squared_distance", squared_distance)
    return variance / distance if distance else math.inf


def pool_risk(m: ArrayLike, n: int, p: int, squared_distance: float, noise_variance: float) -> np.ndarray:
    """Risk of least squares on n real and m noiseless synthetic samples with p whitened Gaussian features.

        R(m) = ||h||^2 [t^2 + t (1 - t) c/(1 - c)] + sigma^2 (1 - t) c/(1 - c),
        t = m/(n + m),     c = p/(n + m)

    To leading order in 1/p. A random sample of the pool has label mean f* - t h and label variance
    (1 - t) sigma^2 + t (1 - t) ||h||^2. `m` may be an array; ValueError unless n + m > p.
    """
    m = np.asarray(m, dtype=float)
    positive("n", n)
    positive("p", p)
    if np.any(m < 0):
        raise ValueError("m must be at least 0")
    if np.any(n + m <= p):
        raise ValueError(f"least squares needs n + m > p = {p}")
    share = m / (n + m)
    overfit = p / (n + m - p)
    h2 = not_negative("squared_distance", squared_distance)
    noise = not_negative("noise_variance", noise_variance)
    return h2 * (share**2 + share * (1 - share) * overfit) + noise * (1 - share) * overfit


def pool_optimum(n: int, p: int, squared_distance: float, noise_variance: float) -> float:
    """The real number m >= 0 that minimises `pool_risk`; infinite if synthetic samples alone are best.

    With T = n + m, R = P(T)/(T^2 (T - p)) and P a cubic, so the candidates are m = 0, the real roots of R'
    and infinity, where R = ||h||^2. For n > p the first synthetic sample helps iff
    ||h||^2 < sigma^2 (2n - p)/(n - p).
    """
    h2 = not_negative("squared_distance", squared_distance)
    noise = not_negative("noise_variance", noise_variance)
    total = np.polynomial.Polynomial([0, 1])
    numerator = (
        h2 * (total - positive("n", n)) * (total**2 - (n + p) * total + 2 * n * positive("p", p))
        + noise * n * p * total
    )
    denominator = total**2 * (total - p)
    roots = (numerator.deriv() * denominator - numerator * denominator.deriv()).trim(1e-300).roots()
    real = roots.real[np.abs(roots.imag) <= 1e-9 * np.abs(roots)]
    candidates = [*([0.0] if n > p else []), *sorted(root - n for root in real if root > max(n, p))]
    risks = [float(pool_risk(m, n, p, h2, noise)) for m in candidates]
    if not candidates or h2 <= min(risks):
        return math.inf
    return float(candidates[int(np.argmin(risks))])


def pooled_ridge_risk(
    eigenvalues: ArrayLike,
    target: ArrayLike,
    generator: ArrayLike,
    noise_variance: float,
    n: int,
    m: ArrayLike,
    ridge: float,
    synthetic_noise_variance: float = 0.0,
) -> np.ndarray:
    """Deterministic equivalent for kernel ridge regression on the pool, of the shape of `m`.

    The pool is n real samples (labels of the target a) and m synthetic ones (labels of the generator b); the
    fit is ordinary kernel ridge regression with penalty (n + m) `ridge`. With s = m/(n + m) and h = a - b it
    is `deterministic_equivalent` with N = n + m, lambda = ridge, t = a - s h, u = a and label variance

        (1 - s) sigma^2 + s sigma_s^2 + s (1 - s) ||h||^2.

    Within 6 % of simulation.
    """
    mu = spectrum(eigenvalues)
    a, b = series("target", target, mu), series("generator", generator, mu)
    h = a - b
    m = np.asarray(m, dtype=float)
    if np.any(m < 0) or not np.all(np.isfinite(m)):
        raise ValueError("m must be finite and at least 0")
    positive("n", n)
    positive("ridge", ridge)
    not_negative("noise_variance", noise_variance)
    not_negative("synthetic_noise_variance", synthetic_noise_variance)

    def risk(count: float) -> float:
        share = count / (n + count)
        variance = (1 - share) * (noise_variance + share * np.sum(h**2)) + share * synthetic_noise_variance
        return float(deterministic_equivalent(mu, a - share * h, variance, n + count, np.array(ridge), a))

    return np.array([risk(count) for count in m.ravel()]).reshape(m.shape)

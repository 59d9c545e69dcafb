"""Least squares on real and synthetic data together, with one model for both: the risk that paper 2's theory predicts.

The n_t real and n_s synthetic samples have the covariances S_t and S_s; every label is x^T beta plus noise of variance
sigma^2. With n = n_t + n_s above the number p of features the fit has no bias. At zero means its excess risk depends on
the covariances through the eigenvalues l_i of S_t^{-1/2} S_s S_t^{-1/2} = M^T M alone; `joint_means` has the rest.

The form of the equivalent and its optimality are paper 2's (Section 4; for n < p Theorem 4.5); the equations for the
weights are reconstructed, by its leave-one-out argument, and agree with simulation within 1 % at n of a few hundred.
n < p, a ridge, and populations that differ in coefficients, noise or weights are in `two_populations`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigvalsh
from scipy.optimize import brentq
from scipy.special import expit

from sweetspot.theory.arguments import counts, covariance, positive, spectrum

LOG_TOLERANCE = 1e-13  # of the logarithm of a ratio


def relative_eigenvalues(real_covariance: ArrayLike, synthetic_covariance: ArrayLike) -> np.ndarray:
    """The eigenvalues l (p,) of S_t^{-1/2} S_s S_t^{-1/2}, in increasing order; all are 1 if S_s = S_t.

    Raises
    ------
    ValueError : not two positive definite matrices of one size.
    """
    real = covariance("real_covariance", real_covariance)
    synthetic = covariance("synthetic_covariance", synthetic_covariance)
    if real.shape != synthetic.shape:
        raise ValueError(f"the covariances must have one shape, got {real.shape} and {synthetic.shape}")
    return eigvalsh(synthetic, real)


def effective_weights(
    eigenvalues: ArrayLike, n_real: ArrayLike, n_synthetic: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """The weights alpha_t and alpha_s with which (X^T X)^-1 is like [n (alpha_t S_t + alpha_s S_s)]^-1.

        n alpha_t = n_t - sum_i 1/(1 + r l_i),     n alpha_s = n_s - sum_i r l_i/(1 + r l_i),     r = alpha_s/alpha_t

    so that alpha_t + alpha_s = 1 - p/n: each population loses the features that it fits. They are paper 2's alpha_2 and
    alpha_1.

    Parameters
    ----------
    eigenvalues : l (p,), above 0.
    n_real, n_synthetic : n_t and n_s, at least 0; they broadcast to the shape of the weights.

    Raises
    ------
    ValueError : an argument out of range, or n <= p, where the fit is not unique.
    """
    levels = spectrum(eigenvalues)
    real, synthetic = np.broadcast_arrays(counts("n_real", n_real), counts("n_synthetic", n_synthetic))
    if np.any(real + synthetic <= levels.size):
        raise ValueError(f"n_real + n_synthetic must be above the {levels.size} features")
    pairs = zip(real.flat, synthetic.flat, strict=True)
    shares = np.reshape([_shares(levels, n_t, n_s) for n_t, n_s in pairs], (*real.shape, 2))
    total = 1 - levels.size / (real + synthetic)
    return total * shares[..., 0], total * shares[..., 1]


def covariance_risk(
    eigenvalues: ArrayLike, n_real: ArrayLike, n_synthetic: ArrayLike, noise_variance: float = 1.0
) -> np.ndarray:
    """The excess risk R_u at zero means, of the shape of `n_real` and `n_synthetic`, in the units of `noise_variance`.

        R_u = (sigma^2/n) sum_i 1/(alpha_s l_i + alpha_t)

    with the weights of `effective_weights`, whose errors are raised. Of all l with mean 1 (Tr M^T M = p) it is smallest
    where every l_i = 1, by Jensen's inequality: `matched_risk`. It falls as any l_i grows.
    """
    levels = spectrum(eigenvalues)
    of_real, of_synthetic = effective_weights(levels, n_real, n_synthetic)
    n = np.asarray(n_real, dtype=float) + n_synthetic
    inverse = 1 / (of_synthetic[..., None] * levels + of_real[..., None])
    return positive("noise_variance", noise_variance) * inverse.sum(axis=-1) / n


def matched_risk(features: int, n: ArrayLike, noise_variance: float = 1.0) -> np.ndarray:
    """sigma^2 p/(n - p), of the shape of `n`: the least excess risk under Tr M^T M = p, reached where S_s = S_t.

    `features` is p. Synthetic samples are then as good as real ones.

    Raises
    ------
    ValueError : n <= p, or a variance that is not above 0.
    """
    n = np.asarray(n, dtype=float)
    if not np.all(n > features):
        raise ValueError(f"n must be above the {features} features, got {n}")
    return positive("noise_variance", noise_variance) * features / (n - features)


def extra_risk_bound(
    eigenvalues: ArrayLike, n_real: ArrayLike, n_synthetic: ArrayLike, noise_variance: float = 1.0
) -> np.ndarray:
    """What the means add to the excess risk at most, whatever they are: sigma^2/(n alpha_t) = (sigma^2 + R_u)/n_t.

    Of the shape of `n_real` and `n_synthetic`, with n_t > 0; terms of order R_u/p are left out. In units of R_u it is
    small where n_t is well above (1 + R_u/sigma^2)/(R_u/sigma^2), which is n/p for equal covariances.
    """
    real = counts("n_real", n_real)
    if np.any(real == 0):
        raise ValueError("n_real must be above 0")
    risk = covariance_risk(eigenvalues, real, n_synthetic, noise_variance)
    return (noise_variance + risk) / real


def enough_real(eigenvalues: ArrayLike, n_synthetic: float, share: float) -> float:
    """The least n_t at which `extra_risk_bound` is at most `share` of R_u, beside n_s synthetic samples.

    With r = alpha_s/alpha_t the bound is 1/sum_i 1/(1 + r l_i) in units of R_u, and r falls as n_t grows; so

        n_t = 1/share + (n_s - p + 1/share)/r,     sum_i 1/(1 + r l_i) = 1/share.

    Infinite if share <= 1/p, which no number of samples reaches; never below p - n_s, where the fit is not unique.
    """
    levels, n_s = spectrum(eigenvalues), float(counts("n_synthetic", n_synthetic))
    directions = 1 / positive("share", share)
    if directions >= levels.size:
        return math.inf

    def too_many(logarithm: float) -> float:
        return float(np.sum(1 / (1 + math.exp(logarithm) * levels))) - directions

    # Were all l equal, the ratio would be this over l.
    scale = levels.size / directions - 1
    low, high = math.log(scale / levels.max()), math.log(scale / levels.min())
    ratio = math.exp(brentq(too_many, low - 1, high + 1, xtol=LOG_TOLERANCE))
    return max(directions + (n_s - levels.size + directions) / ratio, levels.size - n_s)


def _shares(levels: np.ndarray, n_real: float, n_synthetic: float) -> tuple[float, float]:
    """alpha_t and alpha_s over their sum, of one pair of counts, by the root of r in its logarithm."""
    if n_real == 0 or n_synthetic == 0:
        return float(n_real > 0), float(n_real == 0)

    def excess(logarithm: float) -> float:
        # t (r n_t - n_s - sum_i r (1 - l_i)/(1 + r l_i)): the shares s, t are finite for every r, which is s/t.
        t, s = expit(-logarithm), expit(logarithm)
        return s * n_real - t * n_synthetic - float(np.sum(s * t * (1 - levels) / (t + s * levels)))

    # Below and above 0 there: the sum is between -r sum l and sum 1/l.
    low = math.log(n_synthetic) - math.log(n_real + levels.sum())
    high = math.log(n_synthetic + np.sum(1 / levels)) - math.log(n_real)
    root = brentq(excess, low, high, xtol=LOG_TOLERANCE)
    return float(expit(-root)), float(expit(root))

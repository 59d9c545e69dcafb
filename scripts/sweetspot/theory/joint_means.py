"""What the means of features do to least squares on real and synthetic data: little in joint training, much without
real data.

The setting is that of `joint_training`, with means mu_t and mu_s that are not removed; the risk is in the second moment
S_t + mu_t mu_t^T. Paper 2 shows that the means do not matter in joint training (its condition on n_t could not be
recovered) and that they do for a fit to synthetic data alone (Proposition 4.2). The formulas are this project's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import counts, covariance, mean, positive
from sweetspot.theory.joint_training import covariance_risk, effective_weights, relative_eigenvalues


def extra_risk(
    real_covariance: ArrayLike,
    synthetic_covariance: ArrayLike,
    real_mean: ArrayLike,
    synthetic_mean: ArrayLike,
    n_real: float,
    n_synthetic: float,
    noise_variance: float = 1.0,
) -> np.ndarray:
    """The leading part of what the means add to the excess risk: that of predicting mu_t^T beta.

        sigma^2 [(G^-1 + D)^-1]_tt,     G_kl = mu_k^T Q mu_l,     D = n diag(alpha_t, alpha_s),
        Q = [n (alpha_t S_t + alpha_s S_s)]^-1

    It is at most sigma^2/(n alpha_t), `joint_training.extra_risk_bound`, however long the means are.

    Parameters
    ----------
    real_mean, synthetic_mean : mu_t and mu_s (..., p), which broadcast to the shape of the result.
    n_real, n_synthetic : n_t and n_s, above 0.

    Raises
    ------
    ValueError : shapes that do not fit, a covariance that is not positive definite, or n <= p.
    """
    equivalent = _Equivalent(real_covariance, synthetic_covariance, n_real, n_synthetic)
    leading, _ = equivalent.extra(equivalent.pair(real_mean, synthetic_mean))
    return positive("noise_variance", noise_variance) * leading


def joint_risk(
    real_covariance: ArrayLike,
    synthetic_covariance: ArrayLike,
    real_mean: ArrayLike,
    synthetic_mean: ArrayLike,
    n_real: float,
    n_synthetic: float,
    noise_variance: float = 1.0,
) -> np.ndarray:
    """The excess risk of joint training with means; R_u and what the means add to it are each exact up to order 1/n.

        R_u + extra_risk - sigma^2 Tr[A (H + E)] + sigma^2 Tr[D E],     A = (D^-1 + G)^-1,
        H_kl = mu_k^T Q' mu_l,     E = diag(Tr(S_k Q')/n_k),     Q' = Q (S_t + sum_k a_k S_k) Q ~ W^-1 S_t W^-1

    with W the scatter matrix of X and a_k = v_k (Tr(S_k Q S_t Q) + sum_l a_l Tr(S_k Q S_l Q)), v_k = (n alpha_k)^2/n_k.
    It follows from X^T X = (scatter around the sample means) + sum_k n_k m_k m_k^T, whose two parts are independent.
    The correction is of the order R_u/p: the fit spends samples on the means, and has less noise along them. With it
    the theory is right in what the means add, of which `extra_risk` alone has only the order.

    Parameters and errors are those of `extra_risk`.
    """
    equivalent = _Equivalent(real_covariance, synthetic_covariance, n_real, n_synthetic)
    leading, correction = equivalent.extra(equivalent.pair(real_mean, synthetic_mean))
    return positive("noise_variance", noise_variance) * (equivalent.risk + leading + correction)


def synthetic_only_risk(
    real_covariance: ArrayLike,
    synthetic_covariance: ArrayLike,
    real_mean: ArrayLike,
    synthetic_mean: ArrayLike,
    n_synthetic: ArrayLike,
    noise_variance: float = 1.0,
) -> np.ndarray:
    """The excess risk on real data of a fit to synthetic data alone: the means matter.

        sigma^2/(n_s - p) {Tr(S_t S_s^-1) + mu_t^T S_s^-1 mu_t - (mu_t^T S_s^-1 mu_s)^2/(1 + mu_s^T S_s^-1 mu_s)}

    Paper 2, Proposition 4.2, says that the mean appears; the formula is reconstructed. Of parallel means that of the
    real data adds little unless it is the longer one: its square over 1 plus the square of the other, in S_s^-1.

    Parameters
    ----------
    n_synthetic : n_s > p; it broadcasts with the means to the shape of the result.

    The other parameters and errors are those of `extra_risk`.
    """
    real = covariance("real_covariance", real_covariance)
    synthetic = covariance("synthetic_covariance", synthetic_covariance)
    features = len(synthetic)
    means = _pair(real_mean, synthetic_mean, real, synthetic)
    n_s = counts("n_synthetic", n_synthetic)
    if np.any(n_s <= features):
        raise ValueError(f"n_synthetic must be above the {features} features, got {n_s}")
    inverse = np.linalg.inv(synthetic)
    gram = _products(means, inverse)
    total = np.sum(real * inverse) + gram[..., 0, 0] - gram[..., 0, 1] ** 2 / (1 + gram[..., 1, 1])
    return positive("noise_variance", noise_variance) * total / (n_s - features)


class _Equivalent:
    """The deterministic equivalent of the scatter matrix W at unit noise; real data come first in each pair."""

    def __init__(
        self, real_covariance: ArrayLike, synthetic_covariance: ArrayLike, n_real: float, n_synthetic: float
    ) -> None:
        levels = relative_eigenvalues(real_covariance, synthetic_covariance)
        n = np.array([positive("n_real", n_real), positive("n_synthetic", n_synthetic)])
        self.covariances = np.stack([real_covariance, synthetic_covariance]).astype(float)
        self.weights = n.sum() * np.array(effective_weights(levels, *n))
        self.risk = float(covariance_risk(levels, *n))
        self.resolvent = np.linalg.inv(np.tensordot(self.weights, self.covariances, axes=1))
        shrunk = self.covariances @ self.resolvent
        traces = np.einsum("kij,lji->kl", shrunk, shrunk)
        # The derivative of Q towards S_t, which changes the weights too.
        variances = self.weights**2 / n
        moved = np.linalg.solve(np.eye(2) - variances[:, None] * traces, variances * traces[:, 0])
        middle = self.covariances[0] + np.tensordot(moved, self.covariances, axes=1)
        self.squared = self.resolvent @ middle @ self.resolvent
        self.error_of_means = np.einsum("kij,ji->k", self.covariances, self.squared) / n

    def pair(self, real_mean: ArrayLike, synthetic_mean: ArrayLike) -> np.ndarray:
        return _pair(real_mean, synthetic_mean, *self.covariances)

    def extra(self, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The leading part and the correction of what `means` (..., 2, p) add."""
        gram = _products(means, self.resolvent)
        # (I + G D)^-1: neither G, which may be singular, nor a difference of large numbers.
        seen = np.linalg.inv(np.eye(2) + gram * self.weights)
        leading, inner = seen @ gram, self.weights[:, None] * seen
        noise = _products(means, self.squared) + np.diag(self.error_of_means)
        correction = self.weights @ self.error_of_means - np.einsum("...kl,...lk->...", inner, noise)
        return leading[..., 0, 0], correction


def _pair(real_mean: ArrayLike, synthetic_mean: ArrayLike, real: np.ndarray, synthetic: np.ndarray) -> np.ndarray:
    """mu_t and mu_s as (..., 2, p)."""
    if real.shape != synthetic.shape:
        raise ValueError(f"the covariances must have one shape, got {real.shape} and {synthetic.shape}")
    features = len(real)
    both = (mean("real_mean", real_mean, features), mean("synthetic_mean", synthetic_mean, features))
    return np.stack(np.broadcast_arrays(*both), axis=-2)


def _products(means: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return means @ matrix @ np.swapaxes(means, -1, -2)

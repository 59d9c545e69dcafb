"""Ridge regression on a pool of several linear populations, such as real and synthetic features: the risk that
high-dimensional theory predicts.

Sample x of population i has covariance S_i and label x^T beta_i plus noise of variance s_i; there are n_i such
samples, N in all, each with the weight w_i in

    b = argmin (1/N) sum w (y - x^T b)^2 + ridge |b|^2.

This project's extension of paper 2, whose theorem is the case of equal beta, unit weights and no ridge. It
follows from the leave-one-out argument of paper 2, with one scalar for each population. The features are
uncentred; the equations are exact for Gaussian ones as N and p grow together, and within 2 % of simulation at
N of a few hundred.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive

TOLERANCE, NEAR = 1e-12, 1e-6  # of the logarithm of a weight: converged; so close that only rounding stops Newton
MAX_STEPS = 200


def pooled_ridge(
    covariances: ArrayLike, counts: ArrayLike, ridge: ArrayLike = 0.0, weights: ArrayLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The effective weights alpha (..., k) and the resolvent Q (..., p, p) of a pool of k populations.

        Q = (ridge I + sum_i alpha_i S_i)^-1,
        alpha_i = (n_i/N) w_i/(1 + w_i Tr(S_i Q)/N)

    so that b acts like the fit at infinitely many samples with weights alpha. With fewer samples than features
    alpha is of the order of the ridge; then both are in units of the ridge, alpha/ridge and ridge Q, which
    stays exact for ridge 0 (the fit of least norm). Products alpha Q are the same in either unit.

    Parameters
    ----------
    covariances : S_i, (k, p, p), each symmetric and positive semidefinite.
    counts : n_i, (..., k), real numbers of at least 0; each row is a pool with N > 0.
    ridge : at least 0, one for all pools or (...,).
    weights : w_i > 0, (k,); None means 1.

    Raises
    ------
    ValueError : an argument out of range; at ridge 0 as many samples as features (the risk is infinite), or
        covariances that leave a direction without samples (use a ridge).
    """
    s, n, rho, w = _arguments(covariances, counts, ridge, weights)
    alpha, resolvent = _solve(s, n, rho, w)
    shape, p = np.shape(counts)[:-1], s.shape[1]
    return alpha.reshape(*shape, len(s)), resolvent.reshape(*shape, p, p)


def ridge_risk(
    covariances: ArrayLike,
    coefficients: ArrayLike,
    noise_variances: ArrayLike,
    counts: ArrayLike,
    ridge: ArrayLike = 0.0,
    weights: ArrayLike | None = None,
    target: int = 0,
) -> np.ndarray:
    """The excess risk E (b - beta_T)^T S_T (b - beta_T) for each pool, of the shape (...) of `counts` (..., k).

        beta = Q sum_i alpha_i S_i beta_i,     v_i = alpha_i^2/n_i,
        E_i = s_i + |beta - beta_i|^2_{S_i} + sum_j v_j Tr(S_i Q S_j Q) E_j,
        risk = |beta - beta_T|^2_{S_T} + sum_j v_j Tr(S_T Q S_j Q) E_j

    with alpha and Q of `pooled_ridge`; E_i is the squared error on a new sample of population i.

    Parameters
    ----------
    coefficients : beta_i, (k, p); or (k, p, outputs) for several labels, whose risks are added up.
    noise_variances : s_i, (k,), in squared units of the label; added up over outputs.
    target : number T of the population of the test. It may have no samples of its own (domain shift).

    The other parameters and errors are those of `pooled_ridge`.
    """
    beta = np.asarray(coefficients, dtype=float)
    k, p = np.shape(covariances)[0], np.shape(covariances)[-1]
    if beta.shape[:2] != (k, p) or beta.ndim > 3:
        raise ValueError(f"coefficients must be ({k}, {p}) or ({k}, {p}, outputs), their shape is {beta.shape}")
    stacked = beta.reshape(k * p, -1)
    moments = (stacked @ stacked.T).reshape(k, p, k, p)
    return moment_risk(covariances, moments, noise_variances, counts, ridge, weights, target)


def moment_risk(
    covariances: ArrayLike,
    moments: ArrayLike,
    noise_variances: ArrayLike,
    counts: ArrayLike,
    ridge: ArrayLike = 0.0,
    weights: ArrayLike | None = None,
    target: int = 0,
) -> np.ndarray:
    """`ridge_risk` from the products of the coefficients, the only way in which they enter the risk.

    `moments` is (k, p, k, p): the matrix moments[i, :, j, :] stands for beta_i beta_j^T, summed over outputs.
    An estimate of it without bias may be indefinite; then the risk may be negative.
    """
    s, n, rho, w = _arguments(covariances, counts, ridge, weights)
    k, p = s.shape[:2]
    products = np.asarray(moments, dtype=float)
    noise = np.asarray(noise_variances, dtype=float)
    if products.shape != (k, p, k, p) or not np.all(np.isfinite(products)):
        raise ValueError(f"moments must be finite numbers ({k}, {p}, {k}, {p}), their shape is {products.shape}")
    if noise.shape != (k,) or not np.all(np.isfinite(noise) & (noise >= 0)):
        raise ValueError(f"noise_variances must be {k} finite numbers of at least 0, got {noise}")
    if not 0 <= target < k:
        raise ValueError(f"target must be from 0 to {k - 1}, got {target!r}")
    alpha, resolvent = _solve(s, n, rho, w)
    shrunk = s @ resolvent[:, None]
    # beta = sum_j pull_j beta_j, and beta - beta_i is linear in the stacked coefficients too.
    pull = alpha[:, :, None, None] * np.swapaxes(shrunk, -1, -2)
    bias = np.empty(n.shape)
    for i in range(k):
        away = pull.copy()
        away[:, i] -= np.eye(p)
        away = np.swapaxes(away, 1, 2).reshape(-1, p, k * p)
        bias[:, i] = np.sum((s[i] @ away) * (away @ products.reshape(k * p, k * p)), axis=(1, 2))
    spread = _traces(shrunk) * (alpha**2 / np.where(n > 0, n, 1))[:, None, :]
    error = np.linalg.solve(np.eye(k) - spread, (noise + bias)[..., None])
    risk = bias[:, target] + np.sum(spread[:, target] * error[..., 0], axis=1)
    return risk.reshape(np.shape(counts)[:-1])


def real_and_synthetic_risk(
    real_covariance: ArrayLike,
    synthetic_covariance: ArrayLike,
    difference: ArrayLike,
    noise_variance: float,
    synthetic_noise_variance: float,
    n: float,
    m: ArrayLike,
    ridge: ArrayLike = 0.0,
    real_coefficients: ArrayLike | None = None,
) -> np.ndarray:
    """`moment_risk` of n real and m synthetic samples, judged on real ones, of the shape of `m`.

    Parameters
    ----------
    difference : H, (p, p), symmetric: stands for h h^T, h = beta_real - beta_synthetic, summed over outputs.
    ridge : at ridge 0 the risk depends on the coefficients through H alone. With one it shrinks towards 0.
    real_coefficients : (p,) or (p, outputs), whose shrinkage is counted too, with synthetic coefficients
        beta_real - h for an h uncorrelated with them; None leaves the shrinkage out, as if they were 0.
    """
    shift = np.asarray(difference, dtype=float)
    p = len(shift)
    if shift.shape != (p, p):
        raise ValueError(f"difference must be a square matrix, its shape is {shift.shape}")
    m = np.asarray(m, dtype=float)
    moments = np.zeros((2, p, 2, p))
    if real_coefficients is not None:
        beta = np.asarray(real_coefficients, dtype=float).reshape(p, -1)
        moments += (beta @ beta.T)[None, :, None, :]
    moments[1, :, 1, :] += (shift + shift.T) / 2
    counts = np.stack([np.full(m.shape, positive("n", n)), m], axis=-1)
    ridge = np.broadcast_to(np.asarray(ridge, dtype=float), m.shape)
    noise = [
        not_negative("noise_variance", noise_variance),
        not_negative("synthetic_noise_variance", synthetic_noise_variance),
    ]
    return moment_risk(np.stack([real_covariance, synthetic_covariance]), moments, noise, counts, ridge)


def _arguments(
    covariances: ArrayLike, counts: ArrayLike, ridge: ArrayLike, weights: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The checked arguments of `pooled_ridge`; counts as (pools, k), ridge as (pools,)."""
    s = np.asarray(covariances, dtype=float)
    if s.ndim != 3 or s.shape[1] != s.shape[2] or s.size == 0:
        raise ValueError(f"covariances must be (k, p, p), their shape is {s.shape}")
    if not np.all(np.isfinite(s)) or not np.allclose(s, np.swapaxes(s, 1, 2), rtol=1e-8, atol=1e-10 * np.abs(s).max()):
        raise ValueError("covariances must be finite and symmetric")
    smallest, largest = np.linalg.eigvalsh(s)[:, [0, -1]].T
    if np.any(smallest < -1e-9 * largest) or np.any(largest <= 0):
        raise ValueError("covariances must be positive semidefinite and not 0")
    n = np.asarray(counts, dtype=float)
    if n.shape[-1:] != (len(s),) or not np.all(np.isfinite(n) & (n >= 0)) or np.any(n.sum(axis=-1) <= 0):
        raise ValueError(f"counts must be (..., {len(s)}), finite and at least 0, with a sum above 0")
    rho = np.asarray(ridge, dtype=float)
    if not np.all(np.isfinite(rho) & (rho >= 0)):
        raise ValueError("ridge must be finite and at least 0")
    w = np.ones(len(s)) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != (len(s),) or not np.all(np.isfinite(w) & (w > 0)):
        raise ValueError(f"weights must be {len(s)} finite numbers above 0, got {w}")
    rho = np.broadcast_to(rho, n.shape[:-1]).reshape(-1)
    n = n.reshape(-1, len(s))
    if np.any((rho == 0) & (n.sum(axis=1) == s.shape[1])):
        raise ValueError(f"without a ridge the risk is infinite at as many samples as features, {s.shape[1]}")
    return s, n, rho, w


def _traces(shrunk: np.ndarray) -> np.ndarray:
    """Tr(S_i Q S_j Q) from S_i Q (pools, k, p, p): (pools, k, k)."""
    flat = shrunk.reshape(*shrunk.shape[:2], -1)
    return flat @ np.swapaxes(np.swapaxes(shrunk, -1, -2).reshape(flat.shape), 1, 2)


def _solve(s: np.ndarray, n: np.ndarray, rho: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """alpha (pools, k) and Q (pools, p, p) by Newton's method in log alpha, all pools at once.

    In the logarithms the map has no negative derivative and row sums below 1, so the Jacobian is a regular
    M-matrix; the plain iteration has the same limit but crawls where a row sum is close to 1.
    """
    total = n.sum(axis=1, keepdims=True)
    few = total[:, 0] < s.shape[1]
    constant, diagonal = np.where(few, rho, 1.0)[:, None], np.where(few, 1.0, rho)
    present = n > 0
    share = np.where(present, n / total * w, 1.0)
    identity = np.eye(s.shape[1])
    load = w * np.trace(s, axis1=1, axis2=2) / total
    alpha = np.where(present, share / np.where(few[:, None], constant + load, 1.0), 0.0)
    previous = np.inf
    for _ in range(MAX_STEPS):
        try:
            resolvent = np.linalg.inv(diagonal[:, None, None] * identity + np.tensordot(alpha, s, axes=1))
        except np.linalg.LinAlgError:
            break
        shrunk = s @ resolvent[:, None]
        denominator = constant + w * np.trace(shrunk, axis1=2, axis2=3) / total
        if not np.all(denominator > 0):
            break
        residual = np.where(present, np.log(np.where(present, alpha, 1.0) * denominator / share), 0.0)
        slope = _traces(shrunk) * (w / total / denominator)[:, :, None] * alpha[:, None, :]
        step = -np.linalg.solve(np.eye(len(s)) - slope, residual[..., None])[..., 0]
        size = float(np.max(np.abs(step)))
        if size < TOLERANCE or previous / 2 < size < NEAR:
            return alpha, resolvent
        previous = size
        alpha = alpha * np.exp(np.clip(step, -2, 2))
    raise ValueError("the covariances leave directions without samples; use a larger ridge")

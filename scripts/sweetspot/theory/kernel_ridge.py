"""Kernel ridge regression towards a generator g (paper 1, Section 2), in residual form.

    f_N = argmin over f in H of (1 - t)/N sum_i (y_i - f(x_i))^2 + t ||f - g||_H^2,   t = lambda/(1 + lambda).

Dividing by 1 - t and writing f = g + u makes it ordinary kernel ridge regression of the residuals y - g(X):

    f_N(x) = g(x) + k(x)^T c,     c = (K + N lambda I)^{-1} (y - g(X)).

The closed form is the paper's Lemma 2.1; its residual form is this project's. It needs no expansion of g in
kernels: any function that can be evaluated at the x_i will do. Here K is (N, N), X are the N training points,
lambda the ratio of synthetic to real data, without a unit.

One lambda: `fit`, by Cholesky. Many: `decompose` once, then one matrix product for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import positive, ratios


def _checked(kernel: ArrayLike, residuals: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    kernel = np.asarray(kernel, dtype=float)
    residuals = np.asarray(residuals, dtype=float)
    if residuals.ndim != 1 or kernel.shape != (residuals.size, residuals.size):
        raise ValueError(
            f"kernel must be (N, N) and residuals (N,), their shapes are {kernel.shape} and {residuals.shape}"
        )
    if not (np.all(np.isfinite(kernel)) and np.all(np.isfinite(residuals))):
        raise ValueError("kernel and residuals must be finite")
    if not np.allclose(kernel, kernel.T, rtol=1e-8, atol=1e-10 * max(float(np.abs(kernel).max()), 1e-300)):
        raise ValueError("kernel must be symmetric")
    return kernel, residuals


def fit(kernel: ArrayLike, residuals: ArrayLike, ratio: float) -> np.ndarray:
    """c = (K + N lambda I)^{-1} (y - g(X)) for one lambda, shape (N,), by Cholesky.

    Parameters
    ----------
    kernel : K, (N, N), symmetric and positive semi-definite.
    residuals : y - g(X), (N,).
    ratio : lambda, finite and above 0. The condition number is at most 1 + ||K||/(N lambda), so a lambda
        above 1e-10 ||K||/N is safe in double precision.

    Raises ValueError for shapes that do not fit, values that are not finite and a lambda out of range.
    """
    kernel, residuals = _checked(kernel, residuals)
    n = residuals.size
    regularised = kernel + n * positive("lambda", ratio) * np.eye(n)
    return scipy.linalg.cho_solve(scipy.linalg.cho_factor(regularised, lower=True), residuals)


def predict(generator_values: ArrayLike, cross_kernel: ArrayLike, coefficients: ArrayLike) -> np.ndarray:
    """f_N = g + k^T c at M new points: (M,), or (L, M) for L values of lambda.

    Parameters
    ----------
    generator_values : g at the new points, (M,).
    cross_kernel : the kernel between the new points and X, (M, N).
    coefficients : c of `fit`, (N,), or of `coefficients`, (L, N).
    """
    return np.asarray(generator_values) + np.asarray(coefficients) @ np.asarray(cross_kernel).T


@dataclass(frozen=True)
class Decomposition:
    """K = U diag(values) U^T and the residuals in that basis, z = U^T (y - g(X))."""

    values: np.ndarray
    vectors: np.ndarray
    rotated: np.ndarray


def decompose(kernel: ArrayLike, residuals: ArrayLike) -> Decomposition:
    """One eigendecomposition that serves every lambda. Arguments and errors as in `fit`."""
    kernel, residuals = _checked(kernel, residuals)
    values, vectors = np.linalg.eigh(kernel)
    # Eigenvalues a rounding error below zero would make the shrinkage exceed 1.
    return Decomposition(np.clip(values, 0, None), vectors, vectors.T @ residuals)


def shrinkage(decomposition: Decomposition, lambdas: ArrayLike) -> np.ndarray:
    """s_i = N lambda/(S_i + N lambda): (L, N), in [0, 1], the part of direction i that stays with g."""
    values = decomposition.values
    penalties = values.size * np.atleast_1d(ratios(lambdas))[:, None]
    return 1 / (1 + values / penalties)


def coefficients(decomposition: Decomposition, lambdas: ArrayLike) -> np.ndarray:
    """c of `fit` for every lambda: (L, N). An infinite lambda gives 0, so that f_N = g."""
    penalties = decomposition.values.size * np.atleast_1d(ratios(lambdas))[:, None]
    return decomposition.rotated / (decomposition.values + penalties) @ decomposition.vectors.T


def fitted_residuals(decomposition: Decomposition, lambdas: ArrayLike) -> np.ndarray:
    """f_N(X) - g(X) for every lambda: (L, N)."""
    return decomposition.rotated * (1 - shrinkage(decomposition, lambdas)) @ decomposition.vectors.T


def leave_one_out_residuals(decomposition: Decomposition, lambdas: ArrayLike) -> np.ndarray:
    """y_i minus the prediction at x_i of the fit without point i, for every lambda: (L, N).

    (y_i - f_N(x_i))/(1 - H_ii) with H = U diag(1 - s) U^T: exact where the fit without point i keeps the
    penalty N lambda of the whole sample (not (N - 1) lambda). A ValueError where 1 - H_ii is 0.
    """
    kept = shrinkage(decomposition, lambdas)
    training = decomposition.rotated * kept @ decomposition.vectors.T
    denominator = kept @ (decomposition.vectors**2).T
    if np.any(denominator <= 0):
        raise ValueError("leave-one-out residuals need 1 - H_ii > 0; use a larger lambda")
    return training / denominator

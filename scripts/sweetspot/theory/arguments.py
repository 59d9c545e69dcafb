"""Checks of arguments that the modules of `theory` share: a bad one raises ValueError with its name."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def positive(name: str, value: float) -> float:
    """`value` as a float; it must be finite and above 0."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be finite and above 0, got {value!r}")
    return float(value)


def not_negative(name: str, value: float) -> float:
    """`value` as a float; it must be finite and at least 0."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and at least 0, got {value!r}")
    return float(value)


def ratios(lambdas: ArrayLike) -> np.ndarray:
    """The ratios lambda as an array of any shape; each must be above 0, infinity is allowed (use g alone)."""
    lambdas = np.asarray(lambdas, dtype=float)
    if not np.all(lambdas > 0):
        raise ValueError("every lambda must be above 0 (infinity is allowed)")
    return lambdas


def spectrum(eigenvalues: ArrayLike) -> np.ndarray:
    """The eigenvalues mu_j as a vector; each must be finite and above 0."""
    eigenvalues = np.asarray(eigenvalues, dtype=float)
    if eigenvalues.ndim != 1 or eigenvalues.size == 0:
        raise ValueError("eigenvalues must be a vector with at least one element")
    if not np.all(np.isfinite(eigenvalues) & (eigenvalues > 0)):
        raise ValueError("every eigenvalue must be finite and above 0")
    return eigenvalues


def series(name: str, coefficients: ArrayLike, eigenvalues: np.ndarray) -> np.ndarray:
    """The coefficients of a function in the eigenfunctions: one finite number for each eigenvalue."""
    coefficients = np.asarray(coefficients, dtype=float)
    if coefficients.shape != eigenvalues.shape:
        raise ValueError(
            f"{name} must have one element for each of the {eigenvalues.size} eigenvalues, "
            f"its shape is {coefficients.shape}"
        )
    if not np.all(np.isfinite(coefficients)):
        raise ValueError(f"{name} must be finite")
    return coefficients


def counts(name: str, n: ArrayLike) -> np.ndarray:
    """Numbers of samples as an array of any shape; each must be finite and at least 0, and need not be whole."""
    n = np.asarray(n, dtype=float)
    if not np.all(np.isfinite(n) & (n >= 0)):
        raise ValueError(f"{name} must be finite and at least 0, got {n}")
    return n


def covariance(name: str, matrix: ArrayLike) -> np.ndarray:
    """A covariance as an array (p, p); it must be finite, symmetric and positive definite."""
    s = np.asarray(matrix, dtype=float)
    if s.ndim != 2 or s.shape[0] != s.shape[1] or s.size == 0:
        raise ValueError(f"{name} must be a square matrix, its shape is {s.shape}")
    if not np.all(np.isfinite(s)) or not np.allclose(s, s.T, rtol=1e-8, atol=1e-10 * np.abs(s).max()):
        raise ValueError(f"{name} must be finite and symmetric")
    if np.linalg.eigvalsh(s)[0] <= 0:
        raise ValueError(f"{name} must be positive definite")
    return s


def mean(name: str, vector: ArrayLike, features: int) -> np.ndarray:
    """One mean (p,), or many (..., p); each must be finite."""
    mu = np.asarray(vector, dtype=float)
    if mu.shape[-1:] != (features,) or not np.all(np.isfinite(mu)):
        raise ValueError(f"{name} must be finite numbers (..., {features}), its shape is {mu.shape}")
    return mu

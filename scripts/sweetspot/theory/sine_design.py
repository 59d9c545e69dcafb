"""The one-dimensional design of paper 1's kernel experiment: sine eigenfunctions and power-law eigenvalues.

The paper names the kernel, the exponents s and s' and the numbers of terms; which basis and which
coefficients it used is reconstructed: phi_j(x) = sqrt(2) sin(pi j x) on [0, 1], x uniform, mu_j = j^-r, f* =
sum_j mu_j^s phi_j, g = sum_j mu_j^s' phi_j. For r = 2 the full kernel is K(x, y) = pi^2 (min(x, y) - x y).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sweetspot.theory.arguments import not_negative, positive, spectrum


def eigenvalues(decay: float, terms: int) -> np.ndarray:
    """mu_j = j^-r for j = 1..terms, with r = `decay` (paper 1, Section 2).

    Raises ValueError unless decay > 0 and terms >= 1.
    """
    positive("decay", decay)
    if terms < 1:
        raise ValueError(f"terms must be at least 1, got {terms!r}")
    return np.arange(1, terms + 1, dtype=float) ** -decay


def power_coefficients(eigenvalues: ArrayLike, exponent: float, terms: int) -> np.ndarray:
    """Coefficients mu_j^exponent for j <= terms and 0 beyond; same length as `eigenvalues`.

    Reconstructed from paper 1, Table 1: exponent is s for f* and s' for g, and "100/10" is read as the
    numbers of terms of f* and of g. Raises ValueError if there are more terms than eigenvalues.
    """
    mu = spectrum(eigenvalues)
    not_negative("exponent", exponent)
    if not 0 <= terms <= mu.size:
        raise ValueError(f"terms must be from 0 to the number of eigenvalues, {mu.size}, got {terms!r}")
    coefficients = np.zeros_like(mu)
    coefficients[:terms] = mu[:terms] ** exponent
    return coefficients


def features(x: ArrayLike, terms: int) -> np.ndarray:
    """The eigenfunctions phi_j at the points `x` in [0, 1]: shape (points, terms)."""
    x = np.asarray(x, dtype=float)
    if x.ndim != 1 or np.any((x < 0) | (x > 1)):
        raise ValueError("x must be a vector of points in [0, 1]")
    return math.sqrt(2) * np.sin(math.pi * np.outer(x, np.arange(1, terms + 1)))


def kernel_supremum(eigenvalues: ArrayLike) -> float:
    """An upper bound on K(x, x) over [0, 1], exact where it can be.

    K(x, x) = sum_j mu_j (1 - cos 2 pi j x). If j^2 mu_j does not increase (a decay of 2 or more), its
    derivative has one sign on each half by the Fejer-Jackson inequality and summation by parts, so the
    maximum is at x = 1/2: 2 sum over odd j of mu_j. Otherwise 2 sum_j mu_j.
    """
    mu = spectrum(eigenvalues)
    weighted = mu * np.arange(1, mu.size + 1) ** 2
    # At a decay of exactly 2 the weights are equal but for rounding.
    steep = np.all(np.diff(weighted) <= 1e-12 * weighted[0])
    return float(2 * (mu[::2].sum() if steep else mu.sum()))

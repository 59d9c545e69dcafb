"""Ridge and least-squares fits to the rows of images, by sums over images."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BLOCKS = 16  # parts of the pool that an interval draws from
RIDGES = np.logspace(-6, 0, 9)  # as shares of the trace of the Gram matrix, see `penalty`


def rows(values: np.ndarray) -> np.ndarray:
    """(n, rows, k) as (n rows, k)."""
    return values.reshape(-1, values.shape[-1])


def penalty(gram: np.ndarray, ridge: float) -> np.ndarray:
    """`ridge` times the trace of the Gram matrix (p, p), on its diagonal: the same fit in whatever unit the features
    are, and whatever the number of rows. A direction without data keeps a last resort of 1e-12."""
    return (ridge + 1e-12) * np.trace(gram) * np.eye(len(gram))


@dataclass(frozen=True)
class Moments:
    """Sums over N rows of features x (p,) and targets y (k,): `gram` of x x^T, `cross` of x y^T, `squares` of each y^2.

    All that a linear fit needs, however many rows there are.
    """

    n: int
    gram: np.ndarray
    cross: np.ndarray
    squares: np.ndarray

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.gram + other.gram, self.cross + other.cross, self.squares + other.squares)


def moments(features: np.ndarray, targets: np.ndarray) -> Moments:
    """Moments of features (..., p) and targets (..., k)."""
    x, y = rows(features), rows(targets)
    return Moments(len(x), x.T @ x, x.T @ y, np.sum(y**2, axis=0))


def block_moments(features: np.ndarray, targets: np.ndarray, blocks: int) -> list[Moments]:
    """Moments of disjoint parts of the images (n, rows, p), the i-th image in part i modulo `blocks`."""
    return [moments(features[i::blocks], targets[i::blocks]) for i in range(min(blocks, len(features)))]


def total(parts: Sequence[Moments]) -> Moments:
    """The moments of all of `parts`."""
    return functools.reduce(operator.add, parts)


@dataclass(frozen=True)
class RidgeFit:
    """Coefficients (p, k) of the ridge regression with the smallest generalised cross-validation error, and the noise:
    the variance of the residuals, (k,), with the degrees of freedom taken off."""

    coefficients: np.ndarray
    noise: np.ndarray


def ridge_by_gcv(sums: Moments) -> RidgeFit:
    """Ridge regression with its ridge chosen from `RIDGES` by

    GCV = (RSS/N)/(1 - df/N)^2        (Golub, Heath and Wahba, Technometrics 1979).
    """
    n = sums.n
    eigenvalues, vectors = np.linalg.eigh(sums.gram)
    eigenvalues = np.clip(eigenvalues, 0, None)
    rotated = vectors.T @ sums.cross
    best = (np.inf, None)
    for ridge in RIDGES:
        shrunk = eigenvalues + (ridge + 1e-12) * eigenvalues.sum()
        freedom = np.sum(eigenvalues / shrunk)
        coefficients = rotated / shrunk[:, None]
        residual = sums.squares - 2 * np.sum(coefficients * rotated, axis=0) + eigenvalues @ coefficients**2
        residual = np.maximum(residual, 0)
        score = residual.sum() / n / max(1 - freedom / n, 1e-3) ** 2
        if score < best[0]:
            best = (score, RidgeFit(vectors @ coefficients, residual / max(n - freedom, 1)))
    return best[1]

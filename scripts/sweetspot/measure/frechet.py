"""The Fréchet distance of Gaussians fitted to features, and its root, the Bures-Wasserstein distance.

    d^2 = |m_a - m_b|^2 + Tr C_a + Tr C_b - 2 Tr (C_a^{1/2} C_b C_a^{1/2})^{1/2}

It is the exact squared 2-Wasserstein distance of two Gaussians (Dowson and Landau, J. Multivariate Analysis 1982), and
with Inception's features the FID (Heusel et al., NeurIPS 2017). No matrix root is formed: the last trace is a sum of
square roots of eigenvalues of a symmetric matrix, or of singular values.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from sweetspot.measure.arguments import feature_sets

# Below this share of the largest, a pivot of the Cholesky factor counts as 0: squares of smaller ones are lost.
SMALLEST_PIVOT = 1e-6


def moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and covariance (d, d), divided by n - 1, of features (n, d)."""
    mean = features.mean(axis=0)
    centred = features - mean
    return mean, centred.T @ centred / (len(features) - 1)


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """The squared distance of the Gaussians fitted to features a (n_a, d) and b (n_b, d); in units of a squared.

    Covariances are divided by n - 1. Where one set has no more than d rows, its covariance is singular, and with F the
    centred features over sqrt(n - 1), so that C = F^T F, the last trace is the nuclear norm of F_a F_b^T, which is an
    n_a x n_b matrix. A distance of fitted Gaussians is too large on average, the more so the smaller n is: compare it
    with that of two real sets of the same sizes.

    Raises
    ------
    ValueError : features that are no finite (n, d) arrays of equal d, or fewer than 2 rows.
    """
    a, b = feature_sets(a, b)
    if min(len(a), len(b)) > a.shape[1]:
        return frechet_of_moments(*moments(a), *moments(b))
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    root_a, root_b = _square_root(a - mean_a), _square_root(b - mean_b)
    spread = np.sum(root_a**2) + np.sum(root_b**2) - 2 * linalg.svdvals(root_a @ root_b.T).sum()
    return max(0.0, float(np.sum((mean_a - mean_b) ** 2) + spread))


def bures_wasserstein(a: np.ndarray, b: np.ndarray) -> float:
    """The root of `frechet_distance`: the 2-Wasserstein distance of the fitted Gaussians, in units of a."""
    return float(np.sqrt(frechet_distance(a, b)))


def frechet_of_moments(
    mean_a: np.ndarray, covariance_a: np.ndarray, mean_b: np.ndarray, covariance_b: np.ndarray
) -> float:
    """The squared distance of two Gaussians given by means (d,) and covariances (d, d).

    With C_a = L L^T the last trace is the sum of the roots of the eigenvalues of L^T C_b L, which has the same
    eigenvalues as C_a C_b. If C_a is (nearly) singular, it is the nuclear norm of L_a^T L_b instead, with factors from
    eigenvectors: the roots of eigenvalues near 0 would keep only half of the digits.
    """
    means = np.sum((np.asarray(mean_a) - mean_b) ** 2)
    spread = np.trace(covariance_a) + np.trace(covariance_b) - 2 * _trace_of_root(covariance_a, covariance_b)
    return max(0.0, float(means + spread))


def _trace_of_root(a: np.ndarray, b: np.ndarray) -> float:
    try:
        factor = linalg.cholesky(a, lower=True)
        pivots = np.diag(factor)
        regular = pivots.min() > SMALLEST_PIVOT * pivots.max()
    except linalg.LinAlgError:
        regular = False
    if not regular:
        return float(linalg.svdvals(_eigenvector_factor(a).T @ _eigenvector_factor(b)).sum())
    eigenvalues = linalg.eigvalsh(factor.T @ b @ factor)
    # What is 0 up to rounding is 0: the root of 1e-16 would be 1e-8.
    rounding = len(a) * np.finfo(float).eps * max(eigenvalues[-1], 0)
    return float(np.sqrt(eigenvalues[eigenvalues > rounding]).sum())


def _eigenvector_factor(covariance: np.ndarray) -> np.ndarray:
    """F with F F^T = C, without the directions in which C has no variance."""
    eigenvalues, vectors = linalg.eigh(covariance)
    kept = eigenvalues > len(covariance) * np.finfo(float).eps * max(eigenvalues[-1], 0)
    return vectors[:, kept] * np.sqrt(eigenvalues[kept])


def _square_root(centred: np.ndarray) -> np.ndarray:
    """F of at most d rows with F^T F the covariance of `centred` (n, d)."""
    n, d = centred.shape
    # Rows beyond d hold nothing that the triangle of a QR decomposition does not.
    return (np.linalg.qr(centred, mode="r") if n > d else centred) / np.sqrt(n - 1)

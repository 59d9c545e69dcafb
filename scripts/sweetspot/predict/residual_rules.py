"""Rules from the residuals of a model of the pool on the real data: how far the labels of the two sets differ.

A model g is fitted to the whole pool. With the penalty of paper 1 (Section 2) the fit to the real data is ordinary
ridge regression of their residuals y - g(x), whose penalty lambda is the ratio m/n. So lambda is chosen as statistics
always chose a ridge. This project's extension of paper 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sweetspot.measure.rapsd import spectral_decay
from sweetspot.predict.evidence import Evidence
from sweetspot.predict.linear_fits import BLOCKS, Moments, block_moments, ridge_by_gcv, rows, total
from sweetspot.predict.prediction import Prediction, with_interval
from sweetspot.predict.spectral_rules import SMALLEST_DECAY
from sweetspot.theory.kernel_bounds import tight_optimum

LAMBDAS = np.logspace(-4, 4, 161)


def residual_ml(evidence: Evidence) -> Prediction:
    """Lambda by maximum likelihood of the residuals as a Gaussian process plus noise:

        minimise N log mean(s_i z_i^2) - sum log s_i,     s_i = N lambda/(S_i + N lambda),

    with S_i the eigenvalues of the kernel matrix and z the residuals in its eigenvectors; mean over the outputs too.
    The kernel is linear in features that the pool's second moments whiten: then all eigenvalues of the kernel are about
    1, the only case in which lambda and m/n are the same number. Under domain shift it takes the source for the target.
    Sees: features and labels of both sets."""
    return _by_residuals(evidence, likelihood_score)


def residual_gcv(evidence: Evidence) -> Prediction:
    """Lambda by generalised cross-validation of the residuals: minimise mean(s_i^2 z_i^2)/mean(s_i)^2, in the notation
    of `residual_ml`. Under domain shift it takes the source for the target. Sees: features and labels of both sets."""
    return _by_residuals(evidence, gcv_score)


def likelihood_score(kept: np.ndarray, squares: np.ndarray, lost: float, n: int) -> np.ndarray:
    """N log mean(s_i z_i^2) - sum log s_i for each lambda, (L,).

    Parameters
    ----------
    kept : s_i of the eigenvalues that are not 0, (L, q).
    squares : z_i^2 of these, (q,), summed over outputs.
    lost : the sum of all other z_i^2, for which s_i = 1.
    n : number of residuals N, q <= N.
    """
    return n * np.log((kept @ squares + lost) / n) - np.log(kept).sum(axis=1)


def gcv_score(kept: np.ndarray, squares: np.ndarray, lost: float, n: int) -> np.ndarray:
    """mean(s_i^2 z_i^2)/mean(s_i)^2 for each lambda, (L,), with the arguments of `likelihood_score`."""
    return (kept**2 @ squares + lost) / n / ((kept.sum(axis=1) + n - kept.shape[1]) / n) ** 2


def _by_residuals(evidence: Evidence, score: Callable[..., np.ndarray]) -> Prediction:
    """The prediction of a `score` such as `likelihood_score`; its lambda is kept below the largest ratio."""
    evidence = fewer_features(evidence)
    parts = pool_blocks(evidence)

    def estimate(real: np.ndarray, pool: np.ndarray) -> float:
        sums = total([parts[i] for i in pool])
        z, residuals = pool_residuals(evidence, real, sums)
        if not np.any(residuals):
            return evidence.largest_ratio
        values, vectors = np.linalg.eigh(sums.gram / sums.n)
        usable = values > 1e-10 * values[-1]
        whitened = z @ (vectors[:, usable] / np.sqrt(values[usable]))
        left, singular, _ = np.linalg.svd(whitened, full_matrices=False)
        squares = np.sum((left.T @ residuals) ** 2, axis=1)
        lost = max(0.0, float(np.sum(residuals**2) - squares.sum()))
        # Eigenvalues of the kernel over N do not depend on how many of the real images are looked at.
        kept = 1 / (1 + singular**2 / len(z) / LAMBDAS[:, None])
        best = int(np.argmin(score(kept, squares, lost, len(z))))
        return 0.0 if best == 0 else min(float(LAMBDAS[best]), evidence.largest_ratio)

    return with_interval(estimate, len(evidence.real), len(parts), evidence.seed)


def tight_rule(evidence: Evidence) -> Prediction:
    """The optimum of a tighter bound, lambda* = [4 sigma^2 C_r/(r N ||h||_H^2)]^{r/(r+1)}, with estimates in it.

    h is the difference of the labels given the features, taken as linear: ||h||_H^2 is the squared norm of the
    coefficients of the residuals y - g(x), less what noise adds to it, sigma^2 Tr (Z^T Z)^-1; sigma^2 is the variance
    of what is left. The kernel is linear, scaled to a largest eigenvalue of 1 as the paper's is; r is the decay of its
    eigenvalues in their order. Assumed: that all of this is linear, and g known without noise. This project's extension
    (see `theory.kernel_bounds.tight_bound`). Under domain shift it takes the source for the target. Sees: features and
    labels of both sets."""
    evidence = fewer_features(evidence)
    parts = pool_blocks(evidence)

    def estimate(real: np.ndarray, pool: np.ndarray) -> float:
        sums = total([parts[i] for i in pool])
        z, residuals = pool_residuals(evidence, real, sums)
        eigenvalues = np.linalg.eigvalsh(sums.gram / sums.n)[::-1]
        z = z / math.sqrt(eigenvalues[0])
        inverse = np.linalg.pinv(z.T @ z, hermitian=True)
        h = inverse @ (z.T @ residuals)
        noise = np.sum((residuals - z @ h) ** 2) / max(1, len(z) - z.shape[1])
        norm = max(0.0, float(np.sum(h**2) - noise * np.trace(inverse)))
        decay = max(spectral_decay(eigenvalues[eigenvalues > 1e-10 * eigenvalues[0]]).frequency, SMALLEST_DECAY)
        n = len(evidence.real) * evidence.real.features.shape[1]
        return min(tight_optimum(norm, decay, float(noise), n), evidence.largest_ratio)

    return with_interval(estimate, len(evidence.real), len(parts), evidence.seed)


def fewer_features(evidence: Evidence) -> Evidence:
    """As many leading features as half of the real set can tell apart from noise: a row for every four."""
    count = evidence.real.features.shape[0] * evidence.real.features.shape[1] // 4
    return evidence.leading(max(2, min(count, 64) - 1))


def pool_blocks(evidence: Evidence) -> list[Moments]:
    """The moments of the pool in parts, of which an interval may draw halves without going through the pool again."""
    return block_moments(evidence.synthetic.features, evidence.one_hot(evidence.synthetic), BLOCKS)


def pool_residuals(evidence: Evidence, real: np.ndarray, pool: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Features (N, p) of some real images and residuals y - g(x), (N, classes), of a ridge regression g of the pool."""
    z = rows(evidence.real.features[real])
    return z, rows(evidence.one_hot(evidence.real)[real]) - z @ ridge_by_gcv(pool).coefficients

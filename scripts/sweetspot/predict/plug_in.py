"""The two-population risk of pooled least squares, with estimates plugged in."""

from __future__ import annotations

import numpy as np

from sweetspot.predict.evidence import Evidence
from sweetspot.predict.linear_fits import Moments, rows, total
from sweetspot.predict.prediction import Prediction, with_interval
from sweetspot.predict.residual_rules import fewer_features, pool_blocks
from sweetspot.theory.two_populations import real_and_synthetic_risk

CANDIDATES = 41
# How far the covariance of the few real rows is pulled towards a multiple of the identity.
PULL = 0.3


def plug_in(evidence: Evidence) -> Prediction:
    """The ratio with the smallest predicted risk of least squares on all real rows and m synthetic ones.

        b_s = least squares on the pool;  h = least squares of y - Z b_s on Z;  s2 = RSS/(n - p)
        H = h h^T - s2 (Z^T Z)^-1, summed over the classes; 0 if Tr(H S_real) <= 0
        S_real = 0.7 Z^T Z/n + 0.3 (Tr/p) I,   S_synthetic = second moments of the pool

    go into `theory.two_populations.real_and_synthetic_risk` without a ridge. It takes off what noise adds to h h^T, so
    that an exact pool is recognised as one. Invariant to the units of features and labels. This project's extension of
    paper 2. Under domain shift it takes the source for the target. Sees: features and labels of both sets."""
    evidence = fewer_features(evidence)
    candidates = evidence.candidates(CANDIDATES)
    outputs, parts = evidence.one_hot(evidence.real), pool_blocks(evidence)
    per_image = evidence.real.features.shape[1]

    def estimate(real: np.ndarray, pool: np.ndarray) -> float:
        risks = predicted_risk(
            rows(evidence.real.features[real]),
            rows(outputs[real]),
            total([parts[i] for i in pool]),
            len(evidence.real) * per_image,
            candidates * len(evidence.real) * per_image,
        )
        return float(candidates[np.argmin(risks)])

    return with_interval(estimate, len(evidence.real), len(parts), evidence.seed)


def predicted_risk(z: np.ndarray, y: np.ndarray, pool: Moments, n: int, m: np.ndarray) -> np.ndarray:
    """Predicted excess risk of least squares on n real and m synthetic rows, of the shape of m (see `plug_in`).

    Parameters
    ----------
    z, y : real features (N, p) and labels (N, k) for the estimates; N > p.
    pool : moments of the pool's P > p rows.
    n : number of real rows of the fit that is predicted; above p.
    """
    # Least squares is the same in any basis; in this one the pool's second moments are 1.
    values, vectors = np.linalg.eigh(pool.gram / pool.n)
    usable = values > 1e-10 * values[-1]
    basis = vectors[:, usable] / np.sqrt(values[usable])
    z, p = z @ basis, int(usable.sum())
    b_pool = basis.T @ pool.cross / pool.n
    pool_noise = max(0.0, float(np.sum(pool.squares) - pool.n * np.sum(b_pool**2))) / (pool.n - p)
    gram = z.T @ z
    inverse = np.linalg.inv(gram + 1e-9 * np.trace(gram) / p * np.eye(p))
    t = y - z @ b_pool
    h = inverse @ (z.T @ t)
    noise = float(np.sum((t - z @ h) ** 2)) / max(1, len(z) - p)
    shift = h @ h.T - noise * inverse
    moments = gram / len(z)
    real = (1 - PULL) * moments + PULL * np.trace(moments) / p * np.eye(p)
    if np.sum(shift * real) <= 0:
        shift = np.zeros_like(shift)
    return real_and_synthetic_risk(real, np.eye(p), shift, noise, pool_noise, n, m)

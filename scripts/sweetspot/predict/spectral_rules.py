"""The first paper's rule: its bound's optimum with a measured distance, decay and variance in place of the theory's.

    lambda* = (2 sigma^2 M2/(p c_B D N))^{1/(p + 2)},   p = 2 - 1/(2r),   M2 = zeta(2r)

(paper 1, Corollary 2.2.1 with Section 6; reconstructed, see `theory.kernel_bounds`). In the theory sigma^2 is the noise
of the labels; that the variance of the data stands for it is the paper's heuristic. No label is looked at, so the rule
cannot know whether the synthetic labels are right.
"""

from __future__ import annotations

import numpy as np
from scipy.special import zeta

from sweetspot.measure.frechet import frechet_distance
from sweetspot.measure.rapsd import rapsd, rapsd_distance, spectral_decay
from sweetspot.predict.evidence import Evidence
from sweetspot.predict.prediction import Prediction, with_interval
from sweetspot.theory.kernel_bounds import bound_optimum

# The theory needs a decay above 1; a flatter spectrum is taken for this one.
SMALLEST_DECAY = 1.01
# Pixels in [-1, 1] are this many times smaller than those in 0..255.
BYTE_SCALE = 127.5


def rapsd_rule(evidence: Evidence) -> Prediction:
    """The rule with the RAPSD's distance and decay; distance and variance in the same units, so that the ratio does not
    depend on them. Under domain shift the held-out images stand for the target. Sees: the images of both sets, no
    labels."""
    return _rapsd(evidence, 1.0)


def rapsd_255_rule(evidence: Evidence) -> Prediction:
    """The rule as the paper's recipe literally reads, with the variance of pixels in 0..255 beside the RAPSD of pixels
    in [-1, 1]: the ratio depends on that choice of units. Under domain shift the held-out images stand for the target.
    Sees: the images of both sets, no labels."""
    return _rapsd(evidence, BYTE_SCALE**2)


def _rapsd(evidence: Evidence, variance_scale: float) -> Prediction:
    target, synthetic = evidence.target, evidence.synthetic
    spectra, pool_spectra = rapsd(target.images), rapsd(synthetic.images)
    means = target.images.mean(axis=(1, 2, 3), dtype=float)
    squares = np.mean(np.asarray(target.images, dtype=float) ** 2, axis=(1, 2, 3))

    def estimate(real: np.ndarray, pool: np.ndarray) -> float:
        distance = rapsd_distance(spectra[real], pool_spectra[pool])
        variance = max(0.0, squares[real].mean() - means[real].mean() ** 2)
        decay = spectral_decay(spectra[real].mean(axis=0)).frequency
        return _rule(evidence, distance, decay, variance_scale * variance)

    return with_interval(estimate, len(target), len(synthetic), evidence.seed)


def frechet_rule(evidence: Evidence) -> Prediction:
    """The rule with the squared Fréchet distance (the FID's form) in D's place, which like D has the unit of the data
    squared; the variance is the features' total variance, and the decay that of the eigenvalues of their covariance.

    The features of an image are the means over its rows. This project's extension. Under domain shift
    the held-out images stand for the target. Sees: the features of both sets, no labels."""
    target = evidence.target.features[:, :, :-1].mean(axis=1)
    synthetic = evidence.synthetic.features[:, :, :-1].mean(axis=1)

    def estimate(real: np.ndarray, pool: np.ndarray) -> float:
        values = target[real]
        eigenvalues = np.linalg.svd(values - values.mean(axis=0), compute_uv=False) ** 2 / len(real)
        # Beyond a third of the sample size the smallest eigenvalues are small only because the sample is.
        decay = spectral_decay(eigenvalues[: max(2, min(values.shape[1], len(real) // 3))]).frequency
        return _rule(evidence, frechet_distance(values, synthetic[pool]), decay, float(eigenvalues.sum()))

    return with_interval(estimate, len(target), len(synthetic), evidence.seed, replicates=20)


def _rule(evidence: Evidence, distance: float, decay: float, variance: float) -> float:
    decay = max(decay, SMALLEST_DECAY)
    ratio = bound_optimum(distance, decay, float(zeta(2 * decay)), variance, len(evidence.real))
    return min(ratio, evidence.largest_ratio)

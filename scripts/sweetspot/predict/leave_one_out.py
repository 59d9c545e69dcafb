"""Ridge regression on real and synthetic rows together, judged on real images that the fit has not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sweetspot.predict.evidence import Evidence
from sweetspot.predict.linear_fits import RIDGES, penalty, rows
from sweetspot.predict.prediction import Prediction, from_losses
from sweetspot.streams import numpy_stream

CANDIDATES = 13
DRAWS = 4  # subsets of the pool at each ratio


def leave_one_out(evidence: Evidence) -> Prediction:
    """The ratio with the smallest expected regret in the squared error of the pooled ridge regression.

    At each ratio, several subsets of the pool are drawn; the error is that of the real images, each left out in turn
    (an exact identity, no fit is repeated), and of the held-out images. The ridge is the one with the smallest error.
    Under domain shift only the held-out images count. Sees: features and labels of both sets and of the
    held-out one."""
    ratios = evidence.candidates(CANDIDATES)
    return from_losses(ratios, ridge_losses(evidence, ratios), evidence.seed)


def leave_one_out_alone(evidence: Evidence) -> Prediction:
    """`leave_one_out` for a user who has a real set and a pool and no more, as in `sweetspot recommend`.

    Under domain shift only the held-out images are of the target, so there it is `leave_one_out` itself. Sees: features
    and labels of both sets; under domain shift those of the held-out one too."""
    return leave_one_out(replace(evidence, held_out=None) if evidence.real_is_target else evidence)


def ridge_losses(evidence: Evidence, ratios: np.ndarray) -> np.ndarray:
    """Squared errors of unseen images, summed over classes, means over rows: (draws, images, ratios).

    The images are the real ones, left out, then the held-out ones; see `leave_one_out`.
    """
    real, synthetic = evidence.real, evidence.synthetic
    y, y_pool = evidence.one_hot(real), evidence.one_hot(synthetic)
    gram, moment = (rows(real.features).T @ rows(each) for each in (real.features, y))
    counts = np.round(ratios * len(real)).astype(int)
    losses = []
    for draw in range(DRAWS):
        order = numpy_stream(f"subset of the pool for leave-one-out, draw {draw}", evidence.seed).permutation(
            len(synthetic)
        )
        added_gram, added_moment, done, by_ratio = np.zeros_like(gram), np.zeros_like(moment), 0, []
        # Subsets are nested, so each ratio only adds the rows that are new in it.
        for count in counts:
            new = order[done:count]
            z_new = rows(synthetic.features[new])
            added_gram, added_moment = added_gram + z_new.T @ z_new, added_moment + z_new.T @ rows(y_pool[new])
            done = max(done, count)
            errors = [_unseen_errors(evidence, y, gram + added_gram, moment + added_moment, ridge) for ridge in RIDGES]
            by_ratio.append(min(errors, key=lambda each: each.mean()))
        losses.append(np.stack(by_ratio, axis=1))
    return np.stack(losses)


def _unseen_errors(evidence: Evidence, y: np.ndarray, gram: np.ndarray, moment: np.ndarray, ridge: float) -> np.ndarray:
    """The errors of one fit, (images,)."""
    regularised = gram + penalty(gram, ridge)
    errors = []
    if evidence.real_is_target:
        errors.append(left_out_residuals(evidence.real.features, y, regularised, moment))
    if evidence.held_out is not None:
        coefficients = np.linalg.solve(regularised, moment)
        errors.append(evidence.one_hot(evidence.held_out) - evidence.held_out.features @ coefficients)
    return np.concatenate([np.mean(np.sum(each**2, axis=2), axis=1) for each in errors])


def left_out_residuals(z: np.ndarray, y: np.ndarray, regularised: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """Residuals of each image's rows from the fit without that image, of the shape of y (n, rows, k).

        (I - Z_i A^-1 Z_i^T)^-1 (y_i - Z_i A^-1 B),

    with A (p, p) the regularised Gram matrix of all rows and B (p, k) the moments, Z_i the features (rows, p) of image
    i. Exact where the fit without the image keeps the penalty. With more rows than features it is solved as

        y_i - Z_i (A - Z_i^T Z_i)^-1 (B - Z_i^T y_i),   which is the same.
    """
    n, per_image, p = z.shape
    if per_image <= p:
        inverse = np.linalg.solve(regularised, z.reshape(-1, p).T).T.reshape(z.shape)
        hat = inverse @ np.swapaxes(z, 1, 2)
        return np.linalg.solve(np.eye(per_image) - hat, y - inverse @ moment)
    residuals = np.empty_like(y)
    for i in range(n):
        left = np.linalg.solve(regularised - z[i].T @ z[i], moment - z[i].T @ y[i])
        residuals[i] = y[i] - z[i] @ left
    return residuals

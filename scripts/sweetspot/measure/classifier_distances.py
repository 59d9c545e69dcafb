"""Distances through a probabilistic classifier that tells two sets apart: KL, total variation, two-sample test.

The classifier is a logistic regression on the features and their squares, so it can tell apart what differs in
means or in variances; for Gaussians with independent features it can be exact. Each row is judged by a classifier
that has not seen it, nor any row of its unit (cross-fitting).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sweetspot.measure.arguments import feature_sets, shares
from sweetspot.streams import numpy_stream

FOLDS = 5
INVERSE_PENALTY = 0.1  # scikit-learn's C, on standardised features: there are sets with fewer rows than features
FAR = 5.0  # standard deviations beyond which a feature is cut off, before it is squared


@dataclass(frozen=True)
class ClassifierDistances:
    """All three of each resample, (r,)."""

    kl: np.ndarray
    total_variation: np.ndarray
    c2st: np.ndarray


def log_odds(
    a: np.ndarray, b: np.ndarray, units_a: np.ndarray | None = None, units_b: np.ndarray | None = None, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Cross-fitted log p_a(x) / p_b(x) of each row of a (n_a,) and of b (n_b,).

    Parameters
    ----------
    units_a, units_b : what each row belongs to, such as its subject: rows of equal unit are judged together. Without
        them, or with fewer units than folds, each row is a unit.

    Raises
    ------
    ValueError : features that do not fit, or fewer rows than folds.
    """
    a, b = feature_sets(a, b)
    if min(len(a), len(b)) < FOLDS:
        raise ValueError(f"the classifier needs {FOLDS} rows or more on either side, not {len(a)} and {len(b)}")
    features, is_a = np.vstack([a, b]), np.repeat([True, False], [len(a), len(b)])
    stream = numpy_stream("folds of the two-sample classifier", seed)
    fold_of_row = np.concatenate([_folds(len(a), units_a, stream), _folds(len(b), units_b, stream)])
    scores = np.empty(len(features))
    for fold in range(FOLDS):
        judged = fold_of_row == fold
        classifier = make_pipeline(
            StandardScaler(),
            FunctionTransformer(_with_squares),
            LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=1000),
        )
        classifier.fit(features[~judged], is_a[~judged])
        scores[judged] = classifier.decision_function(features[judged])
    return scores[is_a], scores[~is_a]


def classifier_distances(
    odds_a: np.ndarray,
    odds_b: np.ndarray,
    counts_a: np.ndarray | None = None,
    counts_b: np.ndarray | None = None,
) -> ClassifierDistances:
    """All distances from `log_odds` T, for each row of counts; the classifiers are not trained again for resamples.

        KL(a || b) = E_a T,   TV = (E_a |2 p - 1| + E_b |2 p - 1|) / 2 with 2 p - 1 = tanh(T / 2),
        C2ST = (P_a(T > 0) + P_b(T < 0)) / 2

    KL is in nats, at least 0, and estimated from below on average; total variation is between 0 and 1; C2ST, the
    accuracy of the classifier two-sample test (Lopez-Paz and Oquab, ICLR 2017), is 1/2 where the sets cannot be told
    apart. The formulas are exact for the true T.
    """
    weights_a, weights_b = shares(counts_a, len(odds_a)), shares(counts_b, len(odds_b))
    clear_a, clear_b = np.abs(np.tanh(odds_a / 2)), np.abs(np.tanh(odds_b / 2))
    # An exact tie is half right.
    right_a, right_b = (1 + np.sign(odds_a)) / 2, (1 - np.sign(odds_b)) / 2
    return ClassifierDistances(
        kl=np.maximum(weights_a @ odds_a, 0),
        total_variation=(weights_a @ clear_a + weights_b @ clear_b) / 2,
        c2st=(weights_a @ right_a + weights_b @ right_b) / 2,
    )


def _folds(n: int, units: np.ndarray | None, stream: np.random.Generator) -> np.ndarray:
    """The fold of each of n rows, all rows of a unit in one, the units dealt to the folds in random order."""
    unit_of_row = np.arange(n) if units is None else np.unique(units, return_inverse=True)[1]
    if unit_of_row.max() + 1 < FOLDS:
        unit_of_row = np.arange(n)
    count = unit_of_row.max() + 1
    return stream.permutation(np.arange(count) % FOLDS)[unit_of_row]


def _with_squares(features: np.ndarray) -> np.ndarray:
    near = np.clip(features, -FAR, FAR)
    return np.hstack([near, near**2])

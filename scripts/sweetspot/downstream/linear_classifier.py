"""A linear classifier on the features of a network that was trained elsewhere."""

from __future__ import annotations

import numpy as np

from sweetspot.errors import InputError

STEPS = 1000  # of L-BFGS, at most


def linear_classifier(features: np.ndarray, labels: np.ndarray, judged: np.ndarray, classes: int) -> np.ndarray:
    """Multinomial logistic regression: log-probabilities (m, classes) of the features `judged` (m, d).

    Features (n, d) are standardised by their own means and deviations, and the weights minimise the summed
    cross-entropy plus |w|^2 / 2, as scikit-learn does by default.

    Raises
    ------
    InputError : a class has no image among `labels`.
    """
    # Most jobs need none of it, and it takes a second.
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    missing = np.setdiff1d(np.arange(classes), labels)
    if missing.size:
        raise InputError(f"class {missing[0]} has no image in a training set; make `selection.n_real` larger")
    fitted = make_pipeline(StandardScaler(), LogisticRegression(max_iter=STEPS))
    return fitted.fit(features.astype(float), labels).predict_log_proba(judged.astype(float))

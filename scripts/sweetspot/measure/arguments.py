"""Checks of arguments that the distances share: a bad one raises ValueError that says which."""

from __future__ import annotations

import numpy as np


def feature_sets(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of features as float64 (n_a, d) and (n_b, d): finite, of equal d, of 2 rows or more."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or a.shape[1] == 0:
        raise ValueError(f"features must be (n, d) with equal d, not {a.shape} and {b.shape}")
    if min(len(a), len(b)) < 2:
        raise ValueError(f"a distance needs 2 rows or more on either side, not {len(a)} and {len(b)}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("every feature must be finite")
    return a, b

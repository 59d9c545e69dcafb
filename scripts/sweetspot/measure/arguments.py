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


def shares(counts: np.ndarray | None, n: int) -> np.ndarray:
    """Counts (r, n) of n rows as shares that sum to 1 in each of the r resamples; without counts, (1, n) equal ones."""
    counts = np.ones((1, n)) if counts is None else np.asarray(counts, dtype=float)
    if counts.ndim != 2 or counts.shape[1] != n:
        raise ValueError(f"counts must be (r, {n}), not {counts.shape}")
    return counts / counts.sum(axis=1, keepdims=True)

"""Checks of features before samples are selected by them: what the user can mend raises InputError."""

from __future__ import annotations

import numpy as np

from sweetspot.errors import InputError

LEAST_REAL = 2  # for a covariance


def check_features(
    real: np.ndarray, pool: np.ndarray, n: int, what: str = "real", least: int = LEAST_REAL
) -> tuple[np.ndarray, np.ndarray]:
    """Features of real samples (n_real, d) and of a pool (p, d) as float64, checked for selecting n of the pool.

    What stands in the place of the real features is told as `what` in errors, and has `least` rows or more.

    Raises
    ------
    InputError : features that are no finite (n, d) arrays of numbers, different widths d, fewer than `least` real
        samples, or n that is not from 1 to p.
    """
    real, pool = _matrix(real, f"the {what} features"), _matrix(pool, "the pool's features")
    if real.shape[1] != pool.shape[1]:
        raise InputError(
            f"{what} features have {real.shape[1]} columns and the pool's {pool.shape[1]}: take both from the same "
            "extractor"
        )
    if len(real) < least:
        raise InputError(f"there are {len(real)} {what} samples: a selection needs {least} or more to go by")
    check_number(n, len(pool))
    return real, pool


def check_number(n: int, available: int, what: str = "the pool") -> None:
    """Check that n samples can be picked out of `available` ones; raises InputError."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise InputError(f"the number of samples to select must be an integer, not {n!r}")
    if not 1 <= n <= available:
        raise InputError(f"{n} samples cannot be selected: {what} has {available}; ask for 1 to {available}")


def duplicate_rows(features: np.ndarray) -> np.ndarray:
    """Positions of the rows that are equal to an earlier one, in ascending order, int64."""
    first = first_copies(features)
    return np.flatnonzero(first != np.arange(len(first)))


def first_copies(features: np.ndarray) -> np.ndarray:
    """The position of the first row that is equal to each row of `features` (n, d): (n,), int64."""
    rows = np.ascontiguousarray(features) + 0  # -0 has other bytes than 0
    seen: dict[bytes, int] = {}
    return np.array([seen.setdefault(row.tobytes(), i) for i, row in enumerate(rows)], dtype=np.int64)


def _matrix(features: np.ndarray, name: str) -> np.ndarray:
    try:
        features = np.asarray(features, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must be numbers, one row per sample: {error}") from None
    if features.ndim != 2 or features.shape[1] == 0:
        raise InputError(f"{name} must be (samples, features), not {features.shape}: one row per sample")
    broken = np.flatnonzero(~np.isfinite(features).all(axis=1))
    if broken.size:
        more = f" and {broken.size - 1} more" if broken.size > 1 else ""
        raise InputError(f"{name}: row {broken[0]}{more} holds NaN or an infinite value; leave such samples out")
    return features

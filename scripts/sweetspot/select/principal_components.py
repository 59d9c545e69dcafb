"""Principal components of real features, as coordinates for real and synthetic samples alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.errors import InputError
from sweetspot.select.checks import first_copies

DIMENSIONS = 32  # paper 2


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """Coordinates (features - mean)/unit @ axes.

    mean : of the real features, (d,).
    axes : orthonormal columns, (d, q), of falling variance.
    unit : a power of 2 near the largest deviation, so that no square overflows; exact to divide by.
    """

    mean: np.ndarray
    axes: np.ndarray
    unit: float

    @property
    def dimensions(self) -> int:
        """q."""
        return self.axes.shape[1]

    def project(self, features: np.ndarray) -> np.ndarray:
        """Coordinates (n, q) of features (n, d); equal rows have equal ones to the last bit."""
        # In a matrix product the last bit of a row depends on its place.
        first = first_copies(features)
        distinct, place = np.unique(first, return_inverse=True)
        return ((features[distinct] / self.unit - self.mean / self.unit) @ self.axes)[place]


def fit_components(real: np.ndarray, dimensions: int) -> PrincipalComponents:
    """Principal components of real features (n, d): `dimensions` of them, or as many as have variance.

    These are at most the smaller of n - 1 and d.

    Raises
    ------
    InputError : every row is the same, so that no direction has variance.
    ValueError : dimensions below 1.
    """
    if dimensions < 1:
        raise ValueError(f"dimensions must be at least 1, not {dimensions}")
    largest = np.abs(real).max()
    unit = float(2.0 ** np.clip(np.frexp(largest)[1], -1000, 1000))
    scaled = real / unit
    mean = scaled.mean(axis=0)
    centred = scaled - mean
    # Rows beyond d hold nothing that the triangle of a QR decomposition does not.
    rows = np.linalg.qr(centred, mode="r") if len(real) > real.shape[1] else centred
    _, values, axes = np.linalg.svd(rows, full_matrices=False)
    rank = np.count_nonzero(values > max(real.shape) * np.finfo(float).eps * max(values[0], np.abs(scaled).max()))
    if rank == 0:
        raise InputError("all real samples have the same features, so there is no covariance to match")
    kept = min(dimensions, len(real) - 1, rank)
    return PrincipalComponents(mean * unit, np.ascontiguousarray(axes[:kept].T), unit)

"""Smooth random fields: cubic B-splines with independent normal coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def smooth_field(stream: np.random.Generator, axes: Sequence[np.ndarray], spacing: float) -> np.ndarray:
    """A random field f(x, y, z) = sum_ijk c_ijk w_i(x) w_j(y) w_k(z), c ~ N(0, 1): mean 0 and variance 1 everywhere.

    w is the cubic B-spline on control points `spacing` apart, scaled so that its squares add up to 1 at each point.

    Parameters
    ----------
    axes : coordinates along x, y and z, mm.
    spacing : distance of the control points, mm.

    Returns
    -------
    float64, shape (len(x), len(y), len(z)).
    """
    x, y, z = (_weights(axis, spacing) for axis in axes)
    coefficients = stream.standard_normal((x.shape[1], y.shape[1], z.shape[1]))
    return np.einsum("xi,yj,zk,ijk->xyz", x, y, z, coefficients, optimize=True)


def _weights(axis: np.ndarray, spacing: float) -> np.ndarray:
    position = (axis - axis[0]) / spacing
    cell = position.astype(int)
    t = position - cell
    spline = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=1)
    spline /= np.linalg.norm(spline, axis=1, keepdims=True)
    weights = np.zeros((len(axis), cell[-1] + 4))
    np.put_along_axis(weights, cell[:, None] + np.arange(4), spline, axis=1)
    return weights

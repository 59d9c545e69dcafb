"""Features of images that need no network: the pixels, and principal components of other images' pixels.

An extractor takes images (n, channels, height, width) and gives float64 (n, d).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import linalg

Extractor = Callable[[np.ndarray], np.ndarray]


def pixels(images: np.ndarray) -> np.ndarray:
    """All pixels of all channels, (n, channels height width)."""
    return np.asarray(images, dtype=float).reshape(len(images), -1)


class PrincipalComponents:
    """The leading principal components of the pixels of some images, centred on their mean, not scaled.

    Parameters
    ----------
    fitted_on : these images, (n, channels, height, width).
    components : how many; at most as many as there are, n - 1 or the number of pixels.
    """

    def __init__(self, fitted_on: np.ndarray, components: int) -> None:
        flat = pixels(fitted_on)
        self.mean = flat.mean(axis=0)
        centred = flat - self.mean
        kept = min(components, len(flat) - 1, flat.shape[1])
        # The smaller of the two Gram matrices has the same leading directions.
        if flat.shape[1] <= len(flat):
            self.axes = _leading(centred.T @ centred, kept)
        else:
            axes = centred.T @ _leading(centred @ centred.T, kept)
            self.axes = axes / np.maximum(np.linalg.norm(axes, axis=0), np.finfo(float).tiny)
        # Eigenvectors have no sign of their own: the largest entry is made positive.
        largest = np.take_along_axis(self.axes, np.abs(self.axes).argmax(axis=0)[None], axis=0)
        self.axes = self.axes * np.where(largest < 0, -1, 1)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Coordinates (n, components)."""
        return (pixels(images) - self.mean) @ self.axes


def _leading(gram: np.ndarray, count: int) -> np.ndarray:
    return linalg.eigh(gram, subset_by_index=(len(gram) - count, len(gram) - 1))[1][:, ::-1]

"""Reader of scikit-learn's bundled handwritten digits."""

from __future__ import annotations

import numpy as np

from sweetspot.data.images import LabelledImages

CLASS_NAMES = tuple("0123456789")
COUNTS = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
SHAPE = (1, 8, 8)
HIGHEST_PIXEL = 16


def read() -> LabelledImages:
    """All 1,797 digits, shape (1797, 1, 8, 8)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images[:, np.newaxis] * (2 / HIGHEST_PIXEL) - 1).astype(np.float32)
    ids = tuple(f"digits/{i}" for i in range(len(images)))
    return LabelledImages(images, digits.target.astype(np.int64), CLASS_NAMES, ids)


def class_counts() -> dict[str, int]:
    """Number of images of each class, without loading them."""
    return dict(zip(CLASS_NAMES, COUNTS, strict=True))

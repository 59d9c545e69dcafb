"""Small sets of images in four classes that differ in their pattern."""

import numpy as np
import pytest

from sweetspot.predict import gather


def images_of(n, seed, noise=1.0):
    """n images (n, 1, 8, 8) in [-1, 1], up to noise, and their classes 0..3."""
    rng = np.random.default_rng(seed)
    centres = np.cumsum(np.random.default_rng(0).standard_normal((4, 1, 8, 8)), axis=3)
    classes = np.arange(n) % 4
    return (0.2 * centres[classes] + 0.2 * noise * rng.standard_normal((n, 1, 8, 8))).clip(-1, 1).astype(
        np.float32
    ), classes


@pytest.fixture(autouse=True)
def _few_features(monkeypatch):
    monkeypatch.setattr(gather, "COMPONENTS", 32)


@pytest.fixture
def sets():
    """A real set of 60 and a pool of 240 of the same distribution."""
    return images_of(60, 1), images_of(240, 2)


@pytest.fixture
def make_images():
    """`images_of`."""
    return images_of

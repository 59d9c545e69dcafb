"""Images that cannot be compared are refused with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.measure import checks
from sweetspot.measure.checks import check_comparable


def images(n=8, channels=1, height=8, width=8):
    return np.random.default_rng(0).standard_normal((n, channels, height, width)).astype(np.float32)


def broken(value):
    bad = images()
    bad[6, 0, 3, 3] = value
    return bad


def test_equal_shapes_pass():
    check_comparable(images(), images(5), "real", "pool")


@pytest.mark.parametrize(
    ("pool", "message"),
    [
        (images(height=16), "real has images of 8 x 8 pixels and pool of 16 x 8: resize"),
        (images(channels=3), "real has images with 1 channels and pool with 3: convert"),
        (images(3), "pool has 3 images: a distance needs 5 or more"),
        (broken(np.nan), "pool: image 6 holds NaN"),
        (broken(np.inf), "pool: image 6 holds NaN or an infinite value"),
        (np.arange(8, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 8, 8), np.float32), "every image is con"),
    ],
)
def test_others_are_refused_by_name(monkeypatch, pool, message):
    monkeypatch.setattr(checks, "CHUNK", 3)
    with pytest.raises(InputError, match=message):
        check_comparable(images(), pool, "real", "pool")


def test_the_first_set_is_checked_too():
    with pytest.raises(InputError, match="real has 4 images"):
        check_comparable(images(4), images(), "real", "pool")


def test_a_constant_image_among_others_passes():
    some = images()
    some[2] = 0.5
    check_comparable(images(), some, "real", "pool")

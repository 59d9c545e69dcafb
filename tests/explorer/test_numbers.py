"""Numbers are written shortly, and packed ones come back within their error."""

from __future__ import annotations

import base64
import math

import numpy as np
import pytest

from sweetspot.explorer.numbers import packed_logarithms, plain, short, shorts


@pytest.mark.parametrize(
    ("value", "written"), [(0.1234567, 0.12346), (123456.7, 123460.0), (0.0, 0.0), (math.inf, None), (math.nan, None)]
)
def test_short(value, written):
    assert short(value) == written


def test_shorts_are_plain_numbers():
    assert shorts(np.array([1.0, np.nan])) == [1.0, None]


def test_packed_logarithms_come_back_within_a_step():
    values = np.geomspace(1e-30, 1e30, 1001).reshape(7, 143)
    packed = np.frombuffer(base64.b64decode(packed_logarithms(values)), "<i2")
    np.testing.assert_allclose(10 ** (packed / 1000), values.ravel(), rtol=1.2e-3)


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.inf, math.nan, 1e33, 1e-33])
def test_what_cannot_be_packed_is_refused(wrong):
    with pytest.raises(ValueError, match=r"number"):
        packed_logarithms([1.0, wrong])


def test_plain_has_no_types_of_numpy():
    found = plain({1: [np.int64(2), (np.float64(0.5), np.True_)], "x": "y"})
    assert found == {"1": [2, [0.5, True]], "x": "y"}
    assert [type(each) for each in found["1"][1]] == [float, bool]

"""Features that no selection can be made from are refused with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.select.checks import check_features, first_copies

GOOD = np.arange(12.0).reshape(4, 3)
BROKEN = np.where(GOOD == 7, np.nan, GOOD)


@pytest.mark.parametrize(
    ("real", "pool", "n", "message"),
    [
        (GOOD, GOOD, 5, "5 samples cannot be selected: the pool has 4; ask for 1 to 4"),
        (GOOD, GOOD, 0, "0 samples cannot be selected"),
        (GOOD, GOOD, 2.0, "must be an integer, not 2.0"),
        (GOOD, GOOD, True, "must be an integer, not True"),
        (GOOD, GOOD[:, :2], 2, "real features have 3 columns and the pool's 2: take both from the same extractor"),
        (GOOD[:1], GOOD, 2, "there are 1 real samples: a selection needs 2 or more"),
        (GOOD[0], GOOD, 2, r"the real features must be \(samples, features\), not \(3,\)"),
        (GOOD, GOOD[:, :0], 2, r"the pool's features must be \(samples, features\), not \(4, 0\)"),
        (BROKEN, GOOD, 2, "the real features: row 2 holds NaN or an infinite value"),
        (GOOD, np.where(GOOD > 5, np.inf, GOOD), 2, "the pool's features: row 2 and 1 more holds NaN or an infinite"),
        ([["a"]], GOOD, 2, "the real features must be numbers, one row per sample"),
    ],
)
def test_what_does_not_fit_is_refused(real, pool, n, message):
    with pytest.raises(InputError, match=message):
        check_features(real, pool, n)


def test_what_fits_comes_back_as_float64():
    real, pool = check_features(GOOD.astype(np.float32), GOOD.astype(int), np.int64(4))
    assert real.dtype == pool.dtype == np.float64


def test_copies_are_rows_equal_to_an_earlier_one():
    rows = np.array([[1.0, 0], [2, 0], [1, -0.0], [2, 0], [1, 0]])
    assert first_copies(rows).tolist() == [0, 1, 0, 1, 0]
    assert first_copies(GOOD).tolist() == [0, 1, 2, 3]

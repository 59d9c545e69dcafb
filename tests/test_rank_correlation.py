"""Rank correlations are those of scipy, for many pairs at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sweetspot.rank_correlation import kendall, spearman

NUMBERS = st.lists(st.integers(0, 4), min_size=5, max_size=5)  # few values, so that there are ties


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=4))
def test_each_row_agrees_with_scipy(x, rows):
    for ours, theirs in ((spearman, stats.spearmanr), (kendall, stats.kendalltau)):
        found = ours(np.array(x), np.array(rows))
        for number, y in zip(found, rows, strict=True):
            if len(set(x)) == 1 or len(set(y)) == 1:
                assert np.isnan(number)
            else:
                assert number == pytest.approx(theirs(x, y).statistic)


def test_rows_are_paired_with_rows():
    stream = np.random.default_rng(0)
    x, y = stream.normal(size=(2, 6, 7))
    for correlation in (spearman, kendall):
        assert correlation(x, y) == pytest.approx([correlation(*pair) for pair in zip(x, y, strict=True)])

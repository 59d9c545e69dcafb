"""Rank correlations of many pairs of rankings at once."""

from __future__ import annotations

import numpy as np
from scipy import stats


def spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation over the last axis of `x` and `y`, whose other axes are broadcast.

    Equal values share their mean rank. NaN where all values of one of the two are equal.
    """
    return _cosine(*(_centred(stats.rankdata(each, axis=-1)) for each in (x, y)))


def kendall(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Kendall's tau-b over the last axis of `x` and `y`, whose other axes are broadcast: over pairs i < j,

        sum sign(x_i - x_j) sign(y_i - y_j) / sqrt(pairs untied in x * pairs untied in y)

    NaN where all values of one of the two are equal.
    """
    first, second = np.triu_indices(np.shape(x)[-1], 1)
    return _cosine(*(np.sign(each[..., first] - each[..., second]) for each in map(np.asarray, (x, y))))


def _centred(ranks: np.ndarray) -> np.ndarray:
    return ranks - ranks.mean(axis=-1, keepdims=True)


def _cosine(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return (x * y).sum(axis=-1) / np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))

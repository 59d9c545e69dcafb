"""Numbers in the page: few digits, so that it stays small, and the same bytes everywhere."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

DIGITS = 5
STEPS = 1000  # of a packed logarithm to base 10: its values are right to 0.12 %


def short(value: float) -> float | None:
    """A number with five significant digits; None, which is JSON's null, if it is not finite."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def shorts(values: Iterable[float]) -> list[float | None]:
    """`short` of each."""
    return [short(float(value)) for value in values]


def packed_logarithms(values: ArrayLike) -> str:
    """Positive numbers of any shape, as base64 of 16-bit integers, lowest byte first: 1000 log10(value), rounded.

    Raises
    ------
    ValueError : a number is not above 0, or outside of 1e-32 to 1e32.
    """
    values = np.asarray(values, dtype=float)
    if not (np.all(values > 0) and np.all(np.isfinite(values))):
        raise ValueError("logarithms need finite numbers above 0")
    scaled = np.rint(STEPS * np.log10(values))
    if np.abs(scaled).max(initial=0) > np.iinfo(np.int16).max:
        raise ValueError("a number is too large or too small to be packed")
    return base64.b64encode(scaled.astype("<i2").tobytes()).decode()


def plain(value: Any) -> Any:
    """A tree of lists and dictionaries without numpy's types."""
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value

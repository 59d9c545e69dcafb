"""What each run of a cell trains on: subsets that are the same, or nested, across arms and ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.data.subsets import nested_order, real_order, synthetic_order
from sweetspot.errors import InputError

# Arms that add from a second pool, each with the order of a seed in which it takes it.
ADDED_FROM = {
    "synthetic": synthetic_order,
    "target_real": lambda labels, seed: nested_order(labels, "target subset", seed),
}
# Arms that take more of the real pool.
EXTENDED = ("more_real", "more_source")


@dataclass(frozen=True)
class Cell:
    """Which runs: an arm of `runs.csv` at a ratio; `quality` is empty where there is no generator."""

    task: str
    experiment: str
    arm: str
    quality: str
    ratio: float


def training_set(
    cell: Cell, n_real: int, real_labels: np.ndarray, added_labels: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the real pool and of the added one, synthetic or of another domain, that a run trains on.

    The first `n_real` real rows of a seed are the same in every arm and at every ratio; `more_real` and `more_source`
    take more of the same order, the other arms take a longer prefix of the seed's order of the added pool as the ratio
    grows.

    Raises
    ------
    InputError : a pool is too small, or the ratio is negative.
    """
    if cell.ratio < 0:
        raise InputError(f"ratio {cell.ratio:g}: it must be 0 or more")
    if n_real > len(real_labels):
        raise InputError(f"`n_real`: {n_real} real samples are needed, and there are {len(real_labels)}")
    added = round(cell.ratio * n_real)
    room = len(real_labels) - n_real if cell.arm in EXTENDED else len(added_labels) if cell.arm in ADDED_FROM else 0
    if added > room:
        raise InputError(f"arm {cell.arm} at ratio {cell.ratio:g} needs {added} more samples, and there are {room}")
    real, none = real_order(real_labels, seed), np.empty(0, np.int64)
    if cell.arm in EXTENDED:
        return real[: n_real + added], none
    if cell.arm in ADDED_FROM:
        return real[:n_real], ADDED_FROM[cell.arm](added_labels, seed)[:added]
    return real[:n_real], none

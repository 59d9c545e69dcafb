"""Samples that are there twice: within a set, and real ones in the pool."""

from __future__ import annotations

import numpy as np

from sweetspot.errors import InputError
from sweetspot.select.checks import first_copies

NAMED = 5  # pairs of equal samples that a message names


def check_no_copies(values: np.ndarray, name: str, allowed: bool) -> list[str]:
    """Warnings about equal samples in one set of images or features, (n, ...).

    Raises
    ------
    InputError : there are equal samples, and they are not allowed.
    """
    first = first_copies(_rows(values))
    copies = np.flatnonzero(first != np.arange(len(first)))
    if not copies.size:
        return []
    found = f"{name}: {len(copies):,} of {len(values):,} samples equal an earlier one ({_named(copies, first[copies])})"
    if allowed:
        return [found]
    raise InputError(f"{found}; leave these out, or let each count as a sample with --allow-duplicates")


def hidden_real(pool: np.ndarray, real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the samples of the pool that equal a real one, and of the first such real one."""
    first = first_copies(np.concatenate([_rows(real), _rows(pool)]))[len(real) :]
    hidden = np.flatnonzero(first < len(real))
    return hidden, first[hidden]


def about_hidden_real(pool: np.ndarray, real: np.ndarray, name: str) -> list[str]:
    """A warning about samples of the pool, which messages call `name`, that equal real ones."""
    hidden, of_real = hidden_real(pool, real)
    if not hidden.size:
        return []
    return [
        f"{name}: {len(hidden):,} of {len(pool):,} samples equal a real one ({_named(hidden, of_real)}); "
        "they teach nothing new, and may be picked"
    ]


def _rows(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)


def _named(rows: np.ndarray, originals: np.ndarray) -> str:
    pairs = ", ".join(f"{row} = {first}" for row, first in zip(rows[:NAMED], originals[:NAMED], strict=True))
    return f"rows from 0: {pairs}{', ...' if len(rows) > NAMED else ''}"

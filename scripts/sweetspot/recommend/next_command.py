"""Which samples to add, after how many: the call of `sweetspot select` that picks them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sweetspot.errors import InputError
from sweetspot.given_sets.pair import Pair
from sweetspot.recommend.advice import Advice
from sweetspot.select.checks import duplicate_rows
from sweetspot.select.per_class import class_shares


def select_command(
    pair: Pair,
    advice: Advice,
    sets: tuple[Path, Path],
    labels: Sequence[Path] | None,
    value_range: Sequence[float] | None,
) -> str | None:
    """The command, quoted for a shell; None if nothing is to be added, or all that there is.

    It asks for a selection by class where every class has as many synthetic samples as its share, and lets equal
    samples count, as `recommend` does. `sets`, `labels` and `value_range` are what that was called with.
    """
    if not 0 < advice.samples < len(pair.synthetic):
        return None
    words = ["sweetspot", "select", "--real", sets[0], "--pool", sets[1], "--n", advice.samples]
    if labels:
        words += ["--labels", *labels]
    if value_range:
        words += ["--value-range", *(np.format_float_positional(end, trim="-") for end in value_range)]
    if _by_class(pair, advice.samples):
        words.append("--per-class")
    if any(duplicate_rows(each.reshape(len(each), -1)).size for each in (pair.real, pair.synthetic)):
        words.append("--allow-duplicates")
    return shlex.join(map(str, words))


def _by_class(pair: Pair, n: int) -> bool:
    if not pair.has_labels:
        return False
    try:
        class_shares(pair.real_labels, pair.synthetic_labels, n)
    except InputError:
        return False
    return True

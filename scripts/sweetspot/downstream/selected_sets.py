"""The training sets of a comparison of selection rules: a seed's real images and what a rule picked for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from sweetspot.data.mixed_pool import REAL_PART
from sweetspot.data.subsets import real_order
from sweetspot.errors import InputError


@dataclass(frozen=True)
class SelectedSet:
    """One run's training set: rows, int64 (n,), of all images one part after the other."""

    seed: int
    rule: str
    rows: np.ndarray


def selected_sets(
    picks: pd.DataFrame, rules: Iterable[str], seeds: int, n_real: int, labels: Mapping[str, np.ndarray]
) -> list[SelectedSet]:
    """The training set of each rule and seed: the first `n_real` of the seed's real order, then the picks in theirs.

    Parameters
    ----------
    picks : see `picks_table`; `none` has no rows in it.
    labels : of all images of the part `train` and of each quality, in the order in which `rows` counts them.

    Raises
    ------
    InputError : a rule has no picks, or picks are no rows of their part.
    """
    firsts = dict(zip(labels, np.cumsum([0, *map(len, labels.values())]), strict=False))
    outside = picks["number"] >= picks["part"].map({part: len(each) for part, each in labels.items()}).fillna(0)
    if outside.any():
        first = picks[outside].iloc[0]
        raise InputError(f"the picks name image {first['number']} of {first['part']}, which is not there; select again")
    rows = picks["number"].to_numpy() + picks["part"].map(firsts).to_numpy(dtype=np.int64)
    picked = {key: rows[places] for key, places in picks.groupby(["seed", "rule"], sort=False).indices.items()}
    picked |= {(seed, "none"): np.empty(0, np.int64) for seed in range(seeds)}
    sets = []
    for seed in range(seeds):
        real = firsts[REAL_PART] + real_order(labels[REAL_PART], seed)[:n_real]
        for rule in rules:
            if (seed, rule) not in picked:
                raise InputError(f"there are no picks of the rule `{rule}` for seed {seed}; select again")
            sets.append(SelectedSet(seed, rule, np.concatenate([real, picked[seed, rule]])))
    return sets


def sets_together(sets: Iterable[SelectedSet], most: int) -> Iterator[tuple[SelectedSet, ...]]:
    """Sets of equal size, at most so many together, which can train as replicas."""

    def size(each: SelectedSet) -> int:
        return len(each.rows)

    for _, equal in groupby(sorted(sets, key=size), key=size):
        members = tuple(equal)
        for first in range(0, len(members), most):
            yield members[first : first + most]

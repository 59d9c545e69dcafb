"""What each rule picks from the pool of each seed, and how good these picks are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd

from sweetspot.config.sample_selection import SampleSelection
from sweetspot.data.encoded import EncodedImages
from sweetspot.data.mixed_pool import REAL_PART, MixedPool, mixed_pool
from sweetspot.data.subsets import real_order
from sweetspot.errors import InputError
from sweetspot.select.per_class import select_per_class
from sweetspot.select.picks_table import MEASURE_COLUMNS, PICK_COLUMNS
from sweetspot.select.quality import quality
from sweetspot.select.rules import select


def compare_rules(
    config: SampleSelection, train: EncodedImages, others: EncodedImages, samples: Mapping[str, EncodedImages]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The picks of all seeds and rules, and measures of them: tables of `PICK_COLUMNS` and `MEASURE_COLUMNS`.

    Without a pool, `more_real` picks the next `n` real images of the seed's order, and `none` nothing.

    Parameters
    ----------
    train : real images, of which each seed has its own `n_real` and, where some are hidden, others in its pool.
    others : real images that are neither; the picks are measured against them.
    samples : of each quality in the pool, with the same labels in the same order.

    Raises
    ------
    InputError : samples with other labels; see `select_per_class` for pools that do not fit the real images.
    """
    encoded = {**samples, REAL_PART: train}
    picks, measures = [], []
    for seed in range(config.seeds):
        pool = _pool_of(config, train, samples, seed)
        features = _features(pool, encoded)
        real = real_order(train.labels, seed)[: config.n_real]
        hidden = (pool.parts == REAL_PART) & (config.pool is not None)
        for rule in config.rules:
            picked = _pick(config, rule, train.features[real], train.labels[real], features, pool.labels, seed)
            picks.append(_picks(seed, rule, pool, picked, hidden))
            measures.append(_measures(seed, rule, features[picked], others.features, hidden, picked))
    return pd.concat(picks, ignore_index=True), pd.DataFrame(measures, columns=MEASURE_COLUMNS)

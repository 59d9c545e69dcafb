"""What each rule picks from the pool of each seed, and how good these picks are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sweetspot.config.sample_selection import SampleSelection
from sweetspot.data.encoded import EncodedImages
from sweetspot.data.mixed_pool import REAL_PART, MixedPool, mixed_pool
from sweetspot.data.subsets import real_order
from sweetspot.errors import InputError
from sweetspot.select.checks import check_features
from sweetspot.select.per_class import select_per_class
from sweetspot.select.principal_components import DIMENSIONS, PrincipalComponents, fit_components
from sweetspot.select.quality import manifold_share, quality
from sweetspot.select.rules import select
from sweetspot.tables.picks import MEASURE_COLUMNS, PICK_COLUMNS


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
    InputError : samples with other labels; `others` whose features are not finite or all the same; see
        `select_per_class` for pools that do not fit the real images.
    """
    sources = {REAL_PART: train, **samples}
    reference, _ = check_features(others.features, train.features, 1)
    components = fit_components(reference, DIMENSIONS)
    picks, measures = [], []
    for seed in range(config.seeds):
        pool = _pool_of_seed(config, train.labels, samples, seed)
        features = np.empty((len(pool), train.features.shape[1]))
        for part in np.unique(pool.parts):
            features[pool.parts == part] = sources[part].features[pool.numbers[pool.parts == part]]
        hidden = (pool.parts == REAL_PART) & (config.pool is not None)
        real = real_order(train.labels, seed)[: config.n_real]
        for rule in config.rules:
            picked = _pick(config, rule, train.features[real], train.labels[real], features, pool.labels, seed)
            picks.append(_picks(seed, rule, pool, hidden, picked))
            measures.append(_measures(seed, rule, reference, components, features, hidden, picked))
    return pd.concat(picks, ignore_index=True), pd.DataFrame(measures, columns=MEASURE_COLUMNS)


def _pool_of_seed(
    config: SampleSelection, real_labels: np.ndarray, samples: Mapping[str, EncodedImages], seed: int
) -> MixedPool:
    if config.pool is None:
        more = config.n if "more_real" in config.rules else 0
        return mixed_pool({}, more, config.n_real, real_labels, np.empty(0, np.int64), seed)
    (first, labels), *rest = [(name, each.labels) for name, each in samples.items()]
    for name, other in rest:
        if not np.array_equal(labels, other):
            raise InputError(f"the samples of `{first}` and `{name}` have other labels; sample the generator again")
    return mixed_pool(config.pool.parts, config.pool.hidden_real, config.n_real, real_labels, labels, seed)


def _pick(
    config: SampleSelection,
    rule: str,
    real: np.ndarray,
    real_labels: np.ndarray,
    pool: np.ndarray,
    pool_labels: np.ndarray,
    seed: int,
) -> np.ndarray:
    """Positions in the pool, in the order of picking."""
    if rule in ("none", "more_real"):
        return np.arange(len(pool) if rule == "more_real" else 0)
    if config.per == "task":
        return select(rule, real, pool, config.n, seed)
    return select_per_class(real, real_labels, pool, pool_labels, config.n, rule, seed)


def _picks(seed: int, rule: str, pool: MixedPool, hidden: np.ndarray, picked: np.ndarray) -> pd.DataFrame:
    columns = {
        "seed": seed,
        "rule": rule,
        "place": np.arange(len(picked)),
        "part": pool.parts[picked],
        "number": pool.numbers[picked],
        "label": pool.labels[picked],
        "hidden": hidden[picked].astype(int),
    }
    return pd.DataFrame(columns, columns=PICK_COLUMNS)


def _measures(
    seed: int,
    rule: str,
    others: np.ndarray,
    components: PrincipalComponents,
    pool: np.ndarray,
    hidden: np.ndarray,
    picked: np.ndarray,
) -> tuple[object, ...]:
    found = hidden[picked].sum() / hidden.sum() if hidden.any() else np.nan
    if len(picked) < 2:
        return (seed, rule, len(picked), *[np.nan] * 4, found)
    selected = pool[picked]
    recall, precision = manifold_share(selected, others), manifold_share(others, selected)
    reached = quality(others, selected, components)
    return (seed, rule, len(picked), recall, precision, reached.frechet, reached.covariance_distance, found)

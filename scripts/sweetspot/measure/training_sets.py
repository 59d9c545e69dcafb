"""The training sets under domain shift, compared with the target domain (paper 1, figure 3(b))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sweetspot.config.measure import Mixtures
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.measure.checks import LEAST_IMAGES
from sweetspot.measure.comparison import Comparison, Part, Reference

METRICS = ("frechet", "bures_wasserstein")
SEED = 0  # of the runs whose training sets are measured


def training_set_comparisons(
    config: Mixtures, reference: Reference, source: Part, pools: Mapping[str, Part]
) -> Iterator[Comparison]:
    """The training sets of the first seed of `domain_shift`, each against the same slices of the target domain.

    Arms: `source` at ratio 0, and `source+synthetic`, `source+more_source` and `source+target_real` at each ratio; a
    set of n_b slices has the ratio n_b / n_real - 1. The slices of `target_real` are of the reference's part: all that
    the largest of these sets holds are taken out of the reference. Ratios that would take more than half of it are left
    out of this arm, and sets of fewer than 5 slices altogether.
    """
    train = reference.train
    no_labels = np.empty(0, np.int64)

    def rows(arm: str, ratio: float, added: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return training_set(Cell("", "domain_shift", arm, "", ratio), config.n_real, source.labels, added, SEED)

    shared = [ratio for ratio in config.ratios if config.more_real and 2 * ratio * config.n_real <= len(train.labels)]
    taken = rows("target_real", max(shared), train.labels)[1] if shared else no_labels
    kept = np.setdiff1d(np.arange(len(train.labels)), taken)
    a = train.rows(kept).first(min(reference.most, len(kept)), reference.seed)

    sets = [("source", "", source.rows(rows("real_only", 0, no_labels)[0]))]
    for ratio in config.ratios:
        if config.more_real:
            sets.append(("source+more_source", "", source.rows(rows("more_source", ratio, no_labels)[0])))
        arms = [("synthetic", quality, pools[quality]) for quality in config.qualities]
        arms += [("target_real", "", train)] if ratio in shared else []
        for arm, quality, pool in arms:
            own, others = rows(arm, ratio, pool.labels)
            sets.append((f"source+{arm}", quality, source.rows(own).with_added(pool.rows(others))))
    for arm, quality, b in sets:
        if len(b.labels) >= LEAST_IMAGES:
            yield Comparison(arm, quality, a, b, reference.floor_for(b), METRICS)

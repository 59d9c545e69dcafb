"""One cell of an experiment: an arm at a ratio, for all its seeds, as rows of `runs.csv`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tqdm import tqdm

from sweetspot.config.classifier import ClassifierRuns
from sweetspot.downstream.replicas import LabelledSet, RunResult, train_replicas
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.tables import RUN_COLUMNS


def run_cell(
    cell: Cell,
    config: ClassifierRuns,
    real: LabelledSet,
    synthetic: LabelledSet,
    validation: LabelledSet,
    test: LabelledSet,
    class_names: tuple[str, ...],
) -> pd.DataFrame:
    """Train and test all runs of `cell`; rows with the columns of `runs.csv`."""
    pool = LabelledSet(np.concatenate([real.images, synthetic.images]), np.concatenate([real.labels, synthetic.labels]))
    rows = []
    together = config.classifier.replicas_together
    for first in tqdm(range(0, config.seeds, together), unit="group", mininterval=5):
        seeds = range(first, min(first + together, config.seeds))
        sets = [training_set(cell, config.n_real, real.labels, synthetic.labels, seed) for seed in seeds]
        subsets = np.stack([np.concatenate([own, made + len(real.labels)]) for own, made in sets])
        results = train_replicas(
            config.classifier, config.budget, pool, subsets, seeds, validation, test, len(class_names)
        )
        for result, (own, made) in zip(results, sets, strict=True):
            rows += _rows(cell, result, len(own), len(made), class_names)
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def _rows(
    cell: Cell, result: RunResult, n_real: int, n_synthetic: int, class_names: tuple[str, ...]
) -> list[tuple[object, ...]]:
    metrics = {"loss": result.loss, "error": result.error, "validation_loss": result.validation_loss}
    metrics |= {f"error[{name}]": error for name, error in zip(class_names, result.class_errors, strict=True)}
    key = (cell.task, cell.experiment, cell.arm, cell.quality, cell.ratio, "random", n_real, n_synthetic)
    return [(*key, result.steps, result.seed, metric, value) for metric, value in metrics.items()]

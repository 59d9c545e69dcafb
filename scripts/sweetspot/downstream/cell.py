"""One cell of an experiment: an arm at a ratio, for all its seeds, as rows of `runs.csv`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm import tqdm

from sweetspot.config.classifier import ClassifierRuns
from sweetspot.data.subsets import nested_order
from sweetspot.downstream.replicas import LabelledSet, RunResult, train_replicas
from sweetspot.errors import InputError
from sweetspot.tables import RUN_COLUMNS


@dataclass(frozen=True)
class Cell:
    """Which runs: `arm` is `real_only`, `synthetic` or `more_real`; `quality` is empty where there is no generator."""

    task: str
    experiment: str
    arm: str
    quality: str
    ratio: float


def training_set(
    cell: Cell, n_real: int, real_labels: np.ndarray, synthetic_labels: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the real and of the synthetic pool that a run trains on.

    The first `n_real` real rows of a seed are the same in every arm and at every ratio; `more_real` takes more of the
    same order, `synthetic` takes a longer prefix of the seed's order of the synthetic pool as the ratio grows.
    """
    added = round(cell.ratio * n_real)
    room = {"more_real": len(real_labels) - n_real, "synthetic": len(synthetic_labels)}.get(cell.arm, 0)
    if added > room:
        raise InputError(f"arm {cell.arm} at ratio {cell.ratio:g} needs {added} more images, and there are {room}")
    real = nested_order(real_labels, "real subset", seed)
    if cell.arm == "more_real":
        return real[: n_real + added], np.empty(0, np.int64)
    synthetic = (
        nested_order(synthetic_labels, "synthetic subset", seed) if cell.arm == "synthetic" else np.empty(0, int)
    )
    return real[:n_real], synthetic[:added]


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

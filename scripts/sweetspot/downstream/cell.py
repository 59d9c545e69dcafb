"""One cell of a classification experiment: an arm at a ratio, for some seeds, as groups of runs."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from sweetspot.checkpoints import Part
from sweetspot.config.classifier import ClassifierRuns
from sweetspot.downstream.job import Group, Row
from sweetspot.downstream.replicas import LabelledSet, RunResult, train_replicas
from sweetspot.downstream.training_set import Cell, training_set


def cell_groups(
    cell: Cell,
    config: ClassifierRuns,
    real: LabelledSet,
    synthetic: LabelledSet,
    validation: LabelledSet,
    test: LabelledSet,
    class_names: tuple[str, ...],
) -> Iterator[Group]:
    """The runs of `cell`, in groups that are trained together."""

    def train(seeds: range, checkpoints: Part) -> list[Row]:
        images, labels = ([getattr(each, name) for each in (real, synthetic)] for name in ("images", "labels"))
        pool = LabelledSet(np.concatenate(images), np.concatenate(labels))
        sets = [training_set(cell, config.n_real, real.labels, synthetic.labels, seed) for seed in seeds]
        subsets = np.stack([np.concatenate([own, made + len(real.labels)]) for own, made in sets])
        results = train_replicas(
            config.classifier, config.budget, pool, subsets, seeds, validation, test, len(class_names), checkpoints
        )
        return [
            row
            for result, (own, made) in zip(results, sets, strict=True)
            for row in _rows(cell, result, len(own), len(made), class_names)
        ]

    together = config.classifier.replicas_together
    everyone = range(config.first_seed, config.first_seed + config.seeds)
    for first in range(0, config.seeds, together):
        seeds = everyone[first : first + together]
        yield Group(f"{cell.arm}/ratio={cell.ratio:g}/seeds={seeds[0]}-{seeds[-1]}", functools.partial(train, seeds))


def _rows(cell: Cell, result: RunResult, n_real: int, n_synthetic: int, class_names: tuple[str, ...]) -> list[Row]:
    metrics = {"loss": result.loss, "error": result.error, "validation_loss": result.validation_loss}
    metrics |= {f"error[{name}]": error for name, error in zip(class_names, result.class_errors, strict=True)}
    key = (cell.task, cell.experiment, cell.arm, cell.quality, cell.ratio, "random", n_real, n_synthetic)
    return [(*key, result.steps, result.seed, metric, value) for metric, value in metrics.items()]

"""The pilot of a classification experiment: a few runs of its classifier, judged on the validation part."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import numpy as np

from sweetspot.checkpoints import Part
from sweetspot.config.pilot import ClassifierPilot
from sweetspot.downstream.job import Group, Row
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.predict.pilot_design import PilotRun, dealt_out, pilot_row, pilot_runs, pilot_training_set


def pilot_groups(
    task: str,
    experiment: str,
    config: ClassifierPilot,
    real: LabelledSet,
    pools: Mapping[str, LabelledSet],
    validation: LabelledSet,
    classes: int,
    part: int = 1,
    parts: int = 1,
) -> Iterator[Group]:
    """The runs of a pilot that fall to its job `part` of `parts`, in groups that are trained together.

    Parameters
    ----------
    real : the pool of real images that the real set is taken from.
    pools : the synthetic samples of each quality.
    validation : decides when each run stops, and judges it.

    Raises
    ------
    InputError : a pool is too small, or a training diverges.
    """

    def train(runs: list[PilotRun], checkpoints: Part) -> list[Row]:
        sets = [_training_images(run, config, real, pools) for run in runs]
        ends = np.cumsum([len(each.labels) for each in sets])
        subsets = np.stack([np.arange(end - len(each.labels), end) for each, end in zip(sets, ends, strict=True)])
        together = LabelledSet(
            np.concatenate([each.images for each in sets]), np.concatenate([each.labels for each in sets])
        )
        seeds = [run.seed for run in runs]
        # The validation part stands in for the test part, which a pilot must not see.
        results = train_replicas(
            *(config.classifier, config.budget, together, subsets, seeds, validation, validation, classes, checkpoints)
        )
        return [
            pilot_row(run, config.n_real, len(training.labels) - config.n_real, result.steps, result.validation_loss)
            for run, result, training in zip(runs, results, sets, strict=True)
        ]

    size = config.classifier.replicas_together
    for ratio, runs in dealt_out(pilot_runs(task, experiment, config), part, parts).items():
        for first in range(0, len(runs), size):
            yield Group(f"ratio={ratio:g}/{first}", functools.partial(train, runs[first : first + size]))


def _training_images(
    run: PilotRun, config: ClassifierPilot, real: LabelledSet, pools: Mapping[str, LabelledSet]
) -> LabelledSet:
    pool = pools.get(run.cell.quality, LabelledSet(real.images[:0], real.labels[:0]))
    own, made = pilot_training_set(run, config, real.labels, pool.labels)
    return LabelledSet(
        np.concatenate([real.images[own], pool.images[made]]), np.concatenate([real.labels[own], pool.labels[made]])
    )

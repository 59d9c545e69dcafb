"""The pilot of a segmentation experiment: a few runs of its segmenter, judged on the validation part."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import numpy as np

from sweetspot.checkpoints import Part
from sweetspot.config.pilot import SegmenterPilot
from sweetspot.data.slice_set import SliceSet
from sweetspot.downstream.job import Group, Row
from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter
from sweetspot.errors import InputError
from sweetspot.predict.pilot_design import PilotRun, dealt_out, pilot_row, pilot_runs, pilot_training_set


def pilot_groups(
    task: str,
    experiment: str,
    config: SegmenterPilot,
    real: SliceSet,
    pools: Mapping[str, SliceSet],
    validation: SliceSet,
    part: int = 1,
    parts: int = 1,
) -> Iterator[Group]:
    """The runs of a pilot that fall to its job `part` of `parts`, each a group of its own.

    Parameters
    ----------
    real : the pool of real slices that the real set is taken from, of the domain `config.real`.
    pools : the synthetic slices of each quality.
    validation : chooses the weights of each run, and judges it.

    Raises
    ------
    InputError : a pool is too small, or a training diverges.
    """
    real_labels = real.has_lesion()
    pool_labels = {quality: pool.has_lesion() for quality, pool in pools.items()}

    def train(run: PilotRun, checkpoints: Part) -> list[Row]:
        quality = run.cell.quality
        own, made = pilot_training_set(run, config, real_labels, pool_labels.get(quality, np.empty(0, np.int64)))
        slices = TrainingSlices([(real, own), (pools[quality], made)] if quality else [(real, own)])
        trained = train_segmenter(config.segmenter, config.budget, slices, run.seed, validation, checkpoints)
        if not np.isfinite(trained.validation_loss):
            raise InputError(
                f"the segmenter of seed {run.seed} never had a finite validation loss: lower the config key "
                "`segmenter.learning_rate`"
            )
        return [pilot_row(run, len(own), len(made), trained.steps, trained.validation_loss)]

    for ratio, runs in dealt_out(pilot_runs(task, experiment, config), part, parts).items():
        for run in runs:
            name = f"{run.cell.quality or 'none'}/ratio={ratio:g}/seed={run.seed}"
            yield Group(name, functools.partial(train, run))

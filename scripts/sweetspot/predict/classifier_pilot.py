"""The pilot of a classification experiment: a few runs of its classifier, judged on the validation part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from tqdm import tqdm

from sweetspot.config.pilot import ClassifierPilot
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.predict.pilot_design import PilotRun, pilot_row, pilot_runs, pilot_training_set


def run_pilot(
    task: str,
    experiment: str,
    config: ClassifierPilot,
    real: LabelledSet,
    pools: Mapping[str, LabelledSet],
    validation: LabelledSet,
    classes: int,
) -> pd.DataFrame:
    """Train the runs of a pilot; rows with the columns of `runs.csv` and the metric `validation_loss`.

    Parameters
    ----------
    real : the pool of real images that the real set is taken from.
    pools : the synthetic samples of each quality.
    validation : decides when each run stops, and judges it.

    Raises
    ------
    InputError : a pool is too small, or a training diverges.
    """
    rows = []
    groups = [
        group
        for ratio in (0.0, *config.ratios)
        for group in _groups(pilot_runs(task, experiment, config, ratio), config.classifier.replicas_together)
    ]
    for runs in tqdm(groups, unit="group", mininterval=5):
        sets = [_training_images(run, config, real, pools) for run in runs]
        ends = np.cumsum([len(each.labels) for each in sets])
        subsets = np.stack([np.arange(end - len(each.labels), end) for each, end in zip(sets, ends, strict=True)])
        together = LabelledSet(
            np.concatenate([each.images for each in sets]), np.concatenate([each.labels for each in sets])
        )
        seeds = [run.seed for run in runs]
        # The validation part stands in for the test part, which a pilot must not see.
        results = train_replicas(
            config.classifier, config.budget, together, subsets, seeds, validation, validation, classes
        )
        for run, result, training in zip(runs, results, sets, strict=True):
            made = len(training.labels) - config.n_real
            rows.append(pilot_row(run, config.n_real, made, result.steps, result.validation_loss))
    return pd.concat(rows, ignore_index=True)


def _groups(runs: list[PilotRun], size: int) -> list[list[PilotRun]]:
    return [runs[first : first + size] for first in range(0, len(runs), size)]


def _training_images(
    run: PilotRun, config: ClassifierPilot, real: LabelledSet, pools: Mapping[str, LabelledSet]
) -> LabelledSet:
    pool = pools.get(run.cell.quality, LabelledSet(real.images[:0], real.labels[:0]))
    own, made = pilot_training_set(run, config, real.labels, pool.labels)
    return LabelledSet(
        np.concatenate([real.images[own], pool.images[made]]), np.concatenate([real.labels[own], pool.labels[made]])
    )

"""The pilot of a segmentation experiment: a few runs of its segmenter, judged on the validation part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from tqdm import tqdm

from sweetspot.config.pilot import SegmenterPilot
from sweetspot.data.slice_set import SliceSet
from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter
from sweetspot.errors import InputError
from sweetspot.predict.pilot_design import pilot_row, pilot_runs, pilot_training_set


def run_pilot(
    task: str,
    experiment: str,
    config: SegmenterPilot,
    real: SliceSet,
    pools: Mapping[str, SliceSet],
    validation: SliceSet,
) -> pd.DataFrame:
    """Train the runs of a pilot; rows with the columns of `runs.csv` and the metric `validation_loss`.

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
    runs = [run for ratio in (0.0, *config.ratios) for run in pilot_runs(task, experiment, config, ratio)]
    rows = []
    for run in tqdm(runs, unit="run", mininterval=5):
        quality = run.cell.quality
        own, made = pilot_training_set(run, config, real_labels, pool_labels.get(quality, np.empty(0, np.int64)))
        parts = [(real, own), (pools[quality], made)] if quality else [(real, own)]
        trained = train_segmenter(config.segmenter, config.budget, TrainingSlices(parts), run.seed, validation)
        if not np.isfinite(trained.validation_loss):
            raise InputError(
                f"the segmenter of seed {run.seed} never had a finite validation loss: lower the config key "
                "`segmenter.learning_rate`"
            )
        rows.append(pilot_row(run, len(own), len(made), trained.steps, trained.validation_loss))
    return pd.concat(rows, ignore_index=True)

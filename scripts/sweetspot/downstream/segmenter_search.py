"""The hyperparameter search of a segmenter: every setting of a grid, judged by the validation loss alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tqdm import tqdm

from sweetspot.checkpoints import NO_CHECKPOINTS, Checkpoints
from sweetspot.config.segmenter_search import SearchedSegmenter
from sweetspot.data.slice_set import SliceSet
from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.errors import InputError
from sweetspot.tables.search import SEARCH_COLUMNS, setting_values


def search(
    task: str,
    config: SearchedSegmenter,
    real: SliceSet,
    validation: SliceSet,
    checkpoints: Checkpoints = NO_CHECKPOINTS,
) -> pd.DataFrame:
    """Train every setting with every seed; rows with `SEARCH_COLUMNS`.

    The real slices and the initial weights of a seed are the same in all settings of equal `channels`, and those of the
    experiments' runs in domain, so settings are compared in pairs. A run that diverges has an infinite loss.

    Parameters
    ----------
    real, validation : the target domain's parts `train` and `validation`; the test part has no say.

    Raises
    ------
    InputError : the config has no search, or `real` fewer than `search.n_real` slices.
    """
    if config.search is None:
        raise InputError("`search`: there is none; list values to try in the task's `search`")
    labels = real.has_lesion()
    settings = dict(enumerate(config.settings()))
    grid = [(number, seed) for number in settings for seed in range(config.search.seeds)]
    rows = []
    for number, seed in tqdm(grid, unit="run", mininterval=5):
        name = f"setting={number}/seed={seed}"
        row = checkpoints.finished(name)
        if row is None:
            chosen, _ = training_set(
                Cell(task, "search", "real_only", "", 0), config.search.n_real, labels, np.empty(0, np.int64), seed
            )
            training, part = TrainingSlices([(real, chosen)]), checkpoints.part(name)
            trained = train_segmenter(settings[number], config.search.budget, training, seed, validation, part)
            values = setting_values(settings[number]).values()
            row = [task, *values, trained.steps, seed, trained.validation_loss]
            checkpoints.finish(name, row)
        rows.append(row)
    return pd.DataFrame(rows, columns=SEARCH_COLUMNS)

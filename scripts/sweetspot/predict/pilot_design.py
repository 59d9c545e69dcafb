"""Which runs a pilot makes, and on which samples each trains.

All runs of a pilot share one real set, that of the sweep's seed 0, as a user has one real set. Initial weights, batches
and the choice among the synthetic samples differ from run to run, with seeds that come after those of the sweep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sweetspot.config.pilot import PilotRuns
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.tables import RUN_COLUMNS

REAL_SET = 0


@dataclass(frozen=True)
class PilotRun:
    """One run: where its rows of the table belong, and its seed."""

    cell: Cell
    seed: int


def pilot_runs(task: str, experiment: str, config: PilotRuns, ratio: float) -> list[PilotRun]:
    """The runs at one ratio: at 0 those with real data only, else `config.runs` of each quality."""
    cells = (
        [Cell(task, experiment, "synthetic", quality, ratio) for quality in config.qualities]
        if ratio
        else [Cell(task, experiment, "real_only", "", 0.0)]
    )
    return [PilotRun(cell, config.first_seed + run) for cell in cells for run in range(config.runs)]


def pilot_training_set(
    run: PilotRun, config: PilotRuns, real_labels: np.ndarray, synthetic_labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the real pool, the same for every run, and of the synthetic one, an order for each seed.

    Raises
    ------
    InputError : a pool is too small.
    """
    own, _ = training_set(run.cell, config.n_real, real_labels, synthetic_labels, REAL_SET)
    _, made = training_set(run.cell, config.n_real, real_labels, synthetic_labels, run.seed)
    return own, made


def pilot_row(run: PilotRun, n_real: int, n_synthetic: int, steps: int, validation_loss: float) -> pd.DataFrame:
    """A run as a row with the columns of `runs.csv`; its only metric is `validation_loss`."""
    cell = run.cell
    key = (cell.task, cell.experiment, cell.arm, cell.quality, cell.ratio, "random", n_real, n_synthetic)
    return pd.DataFrame([(*key, steps, run.seed, "validation_loss", validation_loss)], columns=RUN_COLUMNS)

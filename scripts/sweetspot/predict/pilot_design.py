"""Which runs a pilot makes, and on which samples each trains.

All runs of a pilot share one real set, that of the sweep's seed 0, as a user has one real set. Initial weights, batches
and the choice among the synthetic samples differ from run to run, with seeds that come after those of the sweep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.config.pilot import PilotRuns
from sweetspot.downstream.job import Row
from sweetspot.downstream.training_set import Cell, training_set

REAL_SET = 0


@dataclass(frozen=True)
class PilotRun:
    """One run: where its rows of the table belong, and its seed."""

    cell: Cell
    seed: int


def pilot_runs(task: str, experiment: str, config: PilotRuns) -> list[PilotRun]:
    """All runs, ratio by ratio: at 0 those with real data only, else `config.runs` of each quality."""
    cells = [Cell(task, experiment, "real_only", "", 0.0)]
    cells += [
        Cell(task, experiment, "synthetic", quality, ratio) for ratio in config.ratios for quality in config.qualities
    ]
    return [PilotRun(cell, config.first_seed + run) for cell in cells for run in range(config.runs)]


def dealt_out(runs: list[PilotRun], part: int, parts: int) -> dict[float, list[PilotRun]]:
    """The runs by ratio that fall to one of several jobs; each job gets runs of all ratios, which take unlike times."""
    own: dict[float, list[PilotRun]] = {}
    for run in runs[part - 1 :: parts]:
        own.setdefault(run.cell.ratio, []).append(run)
    return own


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


def pilot_row(run: PilotRun, n_real: int, n_synthetic: int, steps: int, validation_loss: float) -> Row:
    """A run as a row of `runs.csv`; its only metric is `validation_loss`."""
    cell = run.cell
    key = (cell.task, cell.experiment, cell.arm, cell.quality, cell.ratio, "random", n_real, n_synthetic)
    return (*key, steps, run.seed, "validation_loss", validation_loss)

"""What each quality of synthetic data came to in the runs: its best ratio and the end of its curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sweetspot.statistics import resampling_weights
from sweetspot.tables.segmentation_runs import segmentation_tasks


def judged_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """The rows of the metric by which a task is judged: test error of classification, test loss of segmentation."""
    metric = runs["task"].isin(segmentation_tasks(runs)).map({True: "loss", False: "error"})
    return runs[runs["metric"] == metric]


@dataclass(frozen=True)
class Outcomes:
    """Of one task and experiment, for k qualities: the sample in the first row, and bootstrap resamples of the seeds.

    best_ratio : the ratio of the lowest mean, 0 included, shape (1 + resamples, k).
    last : the mean at the largest ratio, of the same shape.
    """

    qualities: list[str]
    ratios: np.ndarray
    seeds: int
    best_ratio: np.ndarray
    last: np.ndarray

    def of(self, qualities: list[str]) -> Outcomes:
        """Those of some qualities, in the order given."""
        at = [self.qualities.index(quality) for quality in qualities]
        return Outcomes(qualities, self.ratios, self.seeds, self.best_ratio[:, at], self.last[:, at])


def losses(runs: pd.DataFrame) -> pd.DataFrame:
    """The rows of the test loss, by which ratios are predicted and distances are judged, in tasks of every kind."""
    return runs[runs["metric"] == "loss"]


def all_outcomes(runs: pd.DataFrame) -> Iterator[tuple[str, str, Outcomes]]:
    """Task, experiment and outcomes by the test loss, of all that have synthetic data in `runs.csv`."""
    for (task, experiment), rows in losses(runs).groupby(["task", "experiment"], sort=True):
        if (rows["arm"] == "synthetic").any():
            yield task, experiment, outcomes(rows, f"outcomes/{task}/{experiment}")


def outcomes(rows: pd.DataFrame, stream: str) -> Outcomes:
    """Outcomes from the rows of one task, experiment and metric, of which less is better.

    All qualities have the same resamples of the seeds, so that what seeds share cancels between them.

    Parameters
    ----------
    stream : name of the stream of random numbers that resamples.
    """
    added = rows[rows["arm"] == "synthetic"].pivot(index="seed", columns=["quality", "ratio"], values="value")
    real_only = rows[rows["arm"] == "real_only"].set_index("seed")["value"].loc[added.index]
    qualities = sorted(added.columns.unique("quality"))
    ratios = sorted(set.intersection(*(set(added[quality].columns) for quality in qualities)))
    curves = np.stack([np.column_stack([real_only, added[quality][ratios]]) for quality in qualities])
    means = np.einsum("bs,ksr->bkr", resampling_weights(len(added), stream), curves)
    grid = np.array([0.0, *ratios])
    return Outcomes(qualities, grid, len(added), grid[means.argmin(axis=2)], means[:, :, -1])

"""Claims of the papers and the reviews that the runs can speak to, each decided by an interval, never by hand.

The intervals are over seeds: the real and synthetic subsets, initial weights and batches of a run. All seeds share one
generator, one synthetic pool and one test set, so the intervals are conditional on these. The subsets of scans are
drawn slice by slice, as if slices were independent, while they cluster in subjects; and added real data at large ratios
take most of a finite pool, so that seeds share data. Both make these intervals rather too narrow. Each claim is made at
its own confidence; nothing is corrected for the number of claims.

Under domain shift each run keeps the weights that are best on the target's labelled validation part, whatever its arm,
as the paper has one validation set; so "real data only" of the source is not without any labels of the target.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sweetspot.claims.claim import COLUMNS, Claim
from sweetspot.claims.curves import claims_of_more_real_data, claims_of_ratio_1_to_2, claims_of_synthetic_data
from sweetspot.claims.distances import claims_of_distances
from sweetspot.claims.joint_training import claims_of_joint_training
from sweetspot.claims.kernel_regression import claims_of_kernel_regression
from sweetspot.claims.predictions import claims_of_chosen_method, claims_of_cost, claims_of_predictions
from sweetspot.claims.segmentation import claims_of_segmentation
from sweetspot.claims.selection import claims_of_selection
from sweetspot.tables.outcomes import judged_runs
from sweetspot.tables.segmentation_runs import segmentation_tasks


def claims_table(
    runs: pd.DataFrame,
    distances: pd.DataFrame | None = None,
    predictions: pd.DataFrame | None = None,
    regrets: pd.DataFrame | None = None,
    table_1: pd.DataFrame | None = None,
    joint_training: pd.DataFrame | None = None,
    pilots: pd.DataFrame | None = None,
    selection: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """`claims.csv`, with the claims that the given tables allow: by test error, or by test loss for segmentation.

    Parameters
    ----------
    runs, distances, predictions, regrets, table_1, joint_training, selection : the tables of these names.
    pilots : the runs of the pilot method, in the columns of `runs.csv`.
    """
    claims = list(_of_runs(runs))
    if distances is not None:
        claims += claims_of_distances(distances, runs)
    if predictions is not None:
        claims += claims_of_predictions(predictions)
    if predictions is not None and regrets is not None:
        claims += claims_of_chosen_method(predictions, regrets)
    if table_1 is not None:
        claims += claims_of_kernel_regression(table_1)
    if joint_training is not None:
        claims += claims_of_joint_training(joint_training)
    if pilots is not None:
        claims += claims_of_cost(pilots, runs)
    if selection is not None:
        claims += claims_of_selection(selection)
    return pd.DataFrame([claim.row() for claim in claims], columns=COLUMNS)


def _of_runs(runs: pd.DataFrame) -> Iterator[Claim]:
    segmentation = segmentation_tasks(runs)
    for (task, experiment), group in judged_runs(runs).groupby(["task", "experiment"], sort=True):
        claims = _of_segmentation if task in segmentation else _of_classification
        yield from claims(f"{task}, {experiment}", group)


def _of_classification(name: str, errors: pd.DataFrame) -> Iterator[Claim]:
    yield from claims_of_synthetic_data(name, errors, "error")
    yield from claims_of_ratio_1_to_2(name, errors, "error")
    yield from claims_of_more_real_data(name, errors, "error")


def _of_segmentation(name: str, losses: pd.DataFrame) -> Iterator[Claim]:
    yield from claims_of_synthetic_data(name, losses, "loss")
    yield from claims_of_ratio_1_to_2(name, losses, "loss")
    yield from claims_of_segmentation(name, losses)

"""Claims of the first paper that the runs can speak to, each decided by an interval, never by hand.

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
from sweetspot.claims.curves import claims_of_more_real_data, claims_of_synthetic_data
from sweetspot.claims.segmentation import claims_of_segmentation
from sweetspot.segmentation_runs import segmentation_tasks


def claims_table(runs: pd.DataFrame) -> pd.DataFrame:
    """`claims.csv` from the rows of `runs.csv`: by test error for classification, by test loss for segmentation."""
    segmentation = segmentation_tasks(runs)
    metric = runs["task"].isin(segmentation).map({True: "loss", False: "error"})
    rows = []
    for (task, experiment), group in runs[runs["metric"] == metric].groupby(["task", "experiment"], sort=True):
        claims = _of_segmentation if task in segmentation else _of_classification
        rows += [claim.row() for claim in claims(f"{task}, {experiment}", group)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_classification(name: str, errors: pd.DataFrame) -> Iterator[Claim]:
    yield from claims_of_synthetic_data(name, errors, "error")
    yield from claims_of_more_real_data(name, errors, "error")


def _of_segmentation(name: str, losses: pd.DataFrame) -> Iterator[Claim]:
    yield from claims_of_synthetic_data(name, losses, "loss")
    yield from claims_of_segmentation(name, losses)

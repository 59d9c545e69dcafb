"""The predictions of all methods for one experiment, with what each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pandas as pd
from tqdm import tqdm

from sweetspot.predict.evidence import Evidence
from sweetspot.predict.informed_pilot import informed_pilot
from sweetspot.predict.methods import METHODS
from sweetspot.predict.pilot import pilot as predict_from_pilot
from sweetspot.predict.pilot import runs_by_quality

PREDICTED_COLUMNS = ["task", "experiment", "quality", "method", "predicted_ratio", "ci_low", "ci_high", "steps"]
COST_COLUMNS = ["task", "experiment", "quality", "method", "seconds"]
PILOT, PILOT_ONE_RUN, INFORMED_PILOT = "pilot", "pilot_one_run", "informed_pilot"
INFORMANT = "leave_one_out"
# Not a method: the gathering of features, which several methods share.
EVIDENCE = "evidence"


def predict_all(
    task: str, experiment: str, evidence: Mapping[str, Callable[[], Evidence]], pilot: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The predictions, and apart from them the seconds of the methods without runs of their own.

    Parameters
    ----------
    evidence : for each quality, a function that gathers its evidence.
    pilot : the runs of the pilot, with the columns of `runs.csv`.

    Returns
    -------
    predicted : columns `PREDICTED_COLUMNS`; `steps` are the optimiser steps of the network that the method took.
    seconds : columns `COST_COLUMNS`, with the method `EVIDENCE` for the features that several methods share.
    """
    rows, seconds = [], []
    all_runs, one_run = runs_by_quality(pilot), runs_by_quality(pilot, 1)
    for quality, gather in tqdm(evidence.items(), unit="quality", mininterval=5):
        key = (task, experiment, quality)
        started = time.perf_counter()
        gathered = gather()
        seconds.append((*key, EVIDENCE, time.perf_counter() - started))
        for name, method in METHODS.items():
            started = time.perf_counter()
            prediction = method(gathered)
            seconds.append((*key, name, time.perf_counter() - started))
            rows.append((*key, name, prediction.ratio, prediction.low, prediction.high, 0))
            if name == INFORMANT:
                ridge = prediction
        own, first = all_runs[quality], one_run[quality]
        for name, prediction, steps in (
            (PILOT, predict_from_pilot(own), own.steps),
            (PILOT_ONE_RUN, predict_from_pilot(first), first.steps),
            (INFORMED_PILOT, informed_pilot(own, ridge), own.steps),
        ):
            rows.append((*key, name, prediction.ratio, prediction.low, prediction.high, steps))
    order = ["task", "experiment", "quality", "method"]
    return (
        pd.DataFrame(rows, columns=PREDICTED_COLUMNS).sort_values(order, ignore_index=True),
        pd.DataFrame(seconds, columns=COST_COLUMNS).sort_values(order, ignore_index=True),
    )

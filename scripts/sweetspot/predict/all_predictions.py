"""The predictions of all methods for one experiment, with what each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pandas as pd
from tqdm import tqdm

from sweetspot.predict.evidence import Evidence
from sweetspot.predict.methods import METHODS
from sweetspot.predict.pilot import pilot_predictions

PREDICTED_COLUMNS = ["task", "experiment", "quality", "method", "predicted_ratio", "ci_low", "ci_high", "steps"]
COST_COLUMNS = ["task", "experiment", "quality", "method", "seconds"]
PILOT, PILOT_ONE_RUN = "pilot", "pilot_one_run"
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
    by_pilot = {PILOT: pilot_predictions(pilot), PILOT_ONE_RUN: pilot_predictions(pilot, 1)}
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
        for name, predictions in by_pilot.items():
            prediction, steps = predictions[quality]
            rows.append((*key, name, prediction.ratio, prediction.low, prediction.high, steps))
    order = ["task", "experiment", "quality", "method"]
    return (
        pd.DataFrame(rows, columns=PREDICTED_COLUMNS).sort_values(order, ignore_index=True),
        pd.DataFrame(seconds, columns=COST_COLUMNS).sort_values(order, ignore_index=True),
    )

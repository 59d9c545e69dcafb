"""The best ratio from cross-validated runs of a classifier, for a user who has a real set and a pool and no more.

Each run leaves out one fold of the real set, trains on the others and on synthetic images, and is judged on the fold
that it left out, which also decides when it stops. All folds are run at every ratio. Since runs train on fewer real
images than there are, synthetic ones look a little more useful than they will be.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from sweetspot.config.cross_validation import CrossValidation
from sweetspot.data.subsets import nested_order
from sweetspot.downstream.early_stopping import Schedule
from sweetspot.downstream.replicas import LabelledSet, train_networks
from sweetspot.errors import InputError
from sweetspot.predict.pilot import noise_around, predict_from_runs
from sweetspot.predict.prediction import Prediction

RATIOS = 3


@dataclass(frozen=True)
class Plan:
    """The runs to make: the positions of the real images in each fold, and the ratios, 0 first."""

    folds: list[np.ndarray]
    ratios: tuple[float, ...]

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.folds) * len(self.ratios)


def plan_runs(config: CrossValidation, real_labels: np.ndarray, pool: int, largest_ratio: float) -> Plan:
    """Stratified folds, and the configured ratios or else three, even in log(1 + ratio), up to the largest.

    Raises
    ------
    InputError : a configured ratio is above the largest, or there are fewer images than folds.
    """
    if len(real_labels) < 2 * config.folds:
        raise InputError(
            f"`folds`: {config.folds} folds of {len(real_labels)} real images are too small; lower it to "
            f"{max(2, len(real_labels) // 2)} or give more images"
        )
    ratios = config.ratios or tuple(np.expm1(np.linspace(0, np.log1p(largest_ratio), RATIOS + 1)[1:]).tolist())
    # The last of three even ratios may exceed the largest by a rounding error.
    ratios = tuple(min(ratio, largest_ratio) if ratio <= largest_ratio * (1 + 1e-9) else ratio for ratio in ratios)
    if ratios[-1] > largest_ratio:
        raise InputError(
            f"`ratios`: {ratios[-1]:g} is above the largest ratio, {largest_ratio:g}; {pool} synthetic images are there"
        )
    order = nested_order(real_labels, "folds of the real set", 0)
    return Plan([np.sort(order[fold :: config.folds]) for fold in range(config.folds)], (0.0, *ratios))


def seconds_of(config: CrossValidation, plan: Plan, real: LabelledSet, synthetic: LabelledSet, classes: int) -> float:
    """What all runs will take, in seconds, from a few timed optimiser steps at ratio 0."""
    steps = 8
    short = config.model_copy(update={"budget": type(config.budget)(**_short(config, steps))})
    _train(short, plan, 0, 0.0, real, synthetic, classes)  # the first steps of a process are slow
    started = time.perf_counter()
    taken = _train(short, plan, 0, 0.0, real, synthetic, classes)[1]
    each = (time.perf_counter() - started) / taken
    return each * sum(
        Schedule(config.budget, -(-_training_size(plan, fold, ratio) // config.classifier.batch_size)).steps
        for fold in range(len(plan.folds))
        for ratio in plan.ratios
    )


def measured_losses(
    config: CrossValidation, plan: Plan, real: LabelledSet, synthetic: LabelledSet, classes: int
) -> np.ndarray:
    """The lowest loss of each run on its fold, nats: (folds, ratios). Shows its progress.

    Raises
    ------
    InputError : a training diverges.
    """
    losses = np.empty((len(plan.folds), len(plan.ratios)))
    with tqdm(total=plan.runs, unit="run") as progress:
        for k, ratio in enumerate(plan.ratios):
            for fold in range(len(plan.folds)):
                losses[fold, k] = _train(config, plan, fold, ratio, real, synthetic, classes)[0]
                progress.update()
    return losses


def predict_from_folds(ratios: tuple[float, ...], losses: np.ndarray) -> Prediction:
    """The lowest point of a parabola in log(1 + ratio) through the losses (folds, ratios).

    Folds differ in how hard they are, alike at every ratio, so each fold's mean is taken off first.
    """
    centred = losses - losses.mean(axis=1, keepdims=True) + losses.mean()
    at = np.tile(np.asarray(ratios, float), len(losses))
    noise = noise_around([(at, centred.ravel())], estimated_means=len(losses) - 1)
    return predict_from_runs(at, centred.ravel(), noise, seed=0)


def _train(
    config: CrossValidation,
    plan: Plan,
    fold: int,
    ratio: float,
    real: LabelledSet,
    synthetic: LabelledSet,
    classes: int,
) -> tuple[float, int]:
    """Loss on the fold, and optimiser steps."""
    left_out = plan.folds[fold]
    own = np.setdiff1d(np.arange(len(real.labels)), left_out)
    made = nested_order(synthetic.labels, "synthetic subset", fold)[: round(ratio * len(own))]
    pool = LabelledSet(
        np.concatenate([real.images[own], synthetic.images[made]]),
        np.concatenate([real.labels[own], synthetic.labels[made]]),
    )
    judged = LabelledSet(real.images[left_out], real.labels[left_out])
    rows = np.arange(len(pool.labels))[None]
    trained = train_networks(config.classifier, config.budget, pool, rows, [fold], judged, classes)
    return float(trained.validation_loss[0]), int(trained.steps[0])


def _training_size(plan: Plan, fold: int, ratio: float) -> int:
    own = sum(map(len, plan.folds)) - len(plan.folds[fold])
    return own + round(ratio * own)


def _short(config: CrossValidation, steps: int) -> dict[str, object]:
    """A budget of the same kind that stops after a few steps."""
    if config.budget.unit == "steps":
        return {"unit": "steps", "steps": steps, "evaluate_every": steps}
    return {"unit": "epochs", "epochs": 1, "patience": 1}

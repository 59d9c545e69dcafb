"""`sweetspot recommend --measure`: cross-validated runs of a configured network in place of linear fits."""

from __future__ import annotations

import sys
from pathlib import Path

from sweetspot.config.block import parse
from sweetspot.config.cross_validation import CrossValidation
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.errors import InputError
from sweetspot.given_sets.pair import Pair
from sweetspot.load_config import read_config
from sweetspot.predict.cross_validation import measured_losses, plan_runs, predict_from_folds, seconds_of
from sweetspot.predict.prediction import Prediction


def measure(pair: Pair, largest_ratio: float, config_file: Path) -> Prediction:
    """Train the network of `config_file` at several ratios; says beforehand how long it will take, on standard error.

    Raises
    ------
    InputError : no images, no labels, a config file that is not usable, too few images for its folds or ratios.
    """
    content = read_config(config_file)
    if not pair.is_images:
        raise InputError("--measure: it trains a network on images, and these are features; leave it out")
    if not pair.has_labels:
        raise InputError("--measure: it trains a classifier, which needs labels; give --labels")
    real = LabelledSet(pair.real, pair.real_labels)
    synthetic = LabelledSet(pair.synthetic, pair.synthetic_labels)
    try:
        config = parse(CrossValidation, content)
        plan = plan_runs(config, real.labels, len(synthetic.labels), largest_ratio)
    except InputError as error:
        raise InputError(f"{config_file}: {error}") from None
    seconds = seconds_of(config, plan, real, synthetic, len(pair.classes))
    print(
        f"{plan.runs} runs of the network, {len(plan.folds)} at each of the ratios "
        f"{', '.join(f'{ratio:.3g}' for ratio in plan.ratios)}: about {_duration(seconds)}",
        file=sys.stderr,
    )
    return predict_from_folds(plan.ratios, measured_losses(config, plan, real, synthetic, len(pair.classes)))


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"

"""From two sets to a ratio, an interval, and the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.errors import InputError
from sweetspot.given_sets.pair import Pair
from sweetspot.measure.rapsd import rapsd
from sweetspot.predict.evidence import Evidence
from sweetspot.predict.gather import convolution_features, feature_evidence
from sweetspot.predict.methods import METHODS
from sweetspot.predict.prediction import Curve, Prediction
from sweetspot.recommend.floors import Distance, distances_with_floor
from sweetspot.recommend.words import (
    JUDGES,
    LABELLED,
    NETWORK,
    UNLABELLED,
    UNLABELLED_FEATURES,
    Judge,
    about_distances,
    change,
    sureness,
)

ADD, NOTHING, EVERYTHING = "add", "nothing to gain", "as much as possible"
# What "possible" means: the words of the report for what ends the ratios.
ALL, ALLOWED, TRIED = "as much as you have", "as much as --max-ratio allows", "as much as --measure has tried"


@dataclass(frozen=True)
class Spectra:
    """The RAPSD of each image, (n, bins), of both sets."""

    real: np.ndarray
    synthetic: np.ndarray


@dataclass(frozen=True)
class Advice:
    """What is recommended.

    verdict : `add`, `nothing to gain` or `as much as possible`.
    ratio, low, high : synthetic to real samples, with a 95 % interval; largest : the largest ratio considered;
        limit : why none above, in words.
    samples : how many synthetic samples that is.
    method : name in `predict.methods`, or `cross_validation`.
    sure, why : sentences.
    """

    verdict: str
    ratio: float
    low: float
    high: float
    largest: float
    limit: str
    samples: int
    method: str
    sure: str
    why: tuple[str, ...]
    distances: tuple[Distance, ...]
    curve: Curve | None
    spectra: Spectra | None


def advise(pair: Pair, largest_ratio: float | None, seed: int, measured: Prediction | None = None) -> Advice:
    """Measure the distances of `pair` with their floor, and choose the ratio.

    With labels, the ratio is that of `predict.leave_one_out_alone`, or `measured` by runs of a network, unless no gain
    over ratio 0 can be shown; without labels, the rule of paper 1. Where no distance exceeds its floor, and nothing
    measured says otherwise, the whole pool is worth adding. `largest_ratio` is by default the size of the pool over
    that of the real set; nothing is said of ratios above those that were measured.

    Raises
    ------
    InputError : `largest_ratio` allows no sample; most real samples are equal; features in one direction, no labels.
    """
    sets = pair.real, pair.synthetic
    end = measured.curve.ratios[-1] if measured else largest(pair, largest_ratio)
    features = tuple(convolution_features(sets, seed)) if pair.is_images else sets
    evidence = _evidence(pair, features, float(end), seed)
    spectra = Spectra(rapsd(pair.real), rapsd(pair.synthetic)) if _has_spectrum(pair) else None
    distances = distances_with_floor(
        features,
        "random_convolution" if pair.is_images else "given",
        (spectra.real, spectra.synthetic) if spectra else None,
        seed,
        pair.real_name,
    )
    method = _method(pair, measured is not None, spectra is not None)
    prediction = measured or METHODS[method](evidence)
    at_floor = not any(each.above_floor for each in distances)
    if pair.has_labels:
        verdict, ratio, why = _with_labels(evidence, prediction, at_floor, JUDGES[method])
    else:
        verdict, ratio, why = _without_labels(evidence, prediction, at_floor)
    low, high = min(prediction.low, ratio), max(prediction.high, ratio)
    return Advice(
        verdict,
        ratio,
        low,
        high,
        evidence.largest_ratio,
        _limit(pair, evidence.largest_ratio, largest_ratio),
        round(ratio * len(pair.real)),
        method,
        sureness(low, high, evidence.largest_ratio, len(pair.real), method),
        (about_distances(distances, len(pair.real)), *why),
        tuple(distances),
        prediction.curve,
        spectra,
    )


def largest(pair: Pair, asked: float | None) -> float:
    """The largest ratio to consider: what was asked for, as far as there are samples.

    Raises
    ------
    InputError : it is less than one sample.
    """
    available = len(pair.synthetic) / len(pair.real)
    ratio = min(asked or available, available)
    if not round(ratio * len(pair.real)):
        raise InputError(
            f"--max-ratio: {ratio:g} times {len(pair.real):,} real samples is not one synthetic sample; give "
            f"{1 / len(pair.real):.2g} or more"
        )
    return ratio


def _limit(pair: Pair, end: float, asked: float | None) -> str:
    """Why no ratio above `end` was considered."""
    if end < largest(pair, asked) * (1 - 1e-9):
        return TRIED
    return ALLOWED if asked and asked < len(pair.synthetic) / len(pair.real) else ALL


def _method(pair: Pair, measured: bool, spectrum: bool) -> str:
    if measured:
        return NETWORK
    if pair.has_labels or spectrum:
        return LABELLED if pair.has_labels else UNLABELLED
    if not pair.is_images and not _varies_in_two_directions(pair.real):
        raise InputError(
            f"{pair.real_name}: its features vary in one direction only, and the rule for sets without labels needs "
            "how fast their variance decays from one to the next; give --labels, or more features"
        )
    return UNLABELLED_FEATURES


def _varies_in_two_directions(features: np.ndarray) -> bool:
    rows = features[np.linspace(0, len(features) - 1, min(len(features), 1000)).astype(int)]
    return int(np.linalg.matrix_rank(rows - rows.mean(axis=0))) > 1


def _has_spectrum(pair: Pair) -> bool:
    """Whether the images have a spectrum with a slope: two rings or more."""
    return pair.is_images and min(pair.real.shape[2:]) >= 4


def _evidence(pair: Pair, features: Sequence[np.ndarray], largest_ratio: float, seed: int) -> Evidence:
    """The evidence of the methods; without labels all are of one class, which no method that is asked looks at."""
    sets = pair.real, pair.synthetic
    images = sets if pair.is_images else [values[:, None, None] for values in sets]
    given = pair.real_labels, pair.synthetic_labels
    labels = given if pair.has_labels else [np.zeros(len(values), np.int64) for values in sets]
    return feature_evidence(images, features, labels, max(1, len(pair.classes)), largest_ratio, seed)


def _with_labels(
    evidence: Evidence, prediction: Prediction, at_floor: bool, judge: Judge
) -> tuple[str, float, tuple[str, ...]]:
    """Verdict, ratio and reasons from the curve of losses that `judge` measured.

    Where no distance was found, all that was looked at is recommended if it lowers the loss and the interval of the
    best ratio reaches as far; labels that nothing speaks for are not taken for right. A gain is one where the curve's
    simultaneous band lies below the loss at ratio 0, since the ratio was chosen for its low loss.
    """
    who, loss = f"{judge.who.capitalize()}, tested on {judge.tested_on},", judge.loss
    curve, largest = prediction.curve, prediction.curve.ratios[-1]
    best = int(np.flatnonzero(curve.ratios == prediction.ratio)[0])
    start = curve.loss[0]
    harm = curve.low[-1] > start
    at_the_end = f"{change(curve.loss[-1] / start)} {loss} at ratio {largest:.3g}"
    if at_floor and curve.loss[-1] < start and prediction.high >= largest:
        return EVERYTHING, float(largest), (f"{who} had {at_the_end} than with the real samples alone.",)
    if best == 0 or curve.high[best] >= start:
        result = "got worse" if harm else "did not get better by more than chance"
        hint = (
            f"A small gain cannot be told from none with {len(evidence.real):,} real samples."
            if not harm
            else "The samples themselves do not look different, so look at their labels."
            if at_floor
            else ""
        )
        return NOTHING, 0.0, (f"{who} {result} with synthetic ones: {at_the_end}.", *([hint] if hint else []))
    at_best = f"{change(curve.loss[best] / start)} {loss} at this ratio than with the real samples alone"
    beyond = "" if prediction.ratio == largest else f", and {at_the_end}"
    return ADD, prediction.ratio, (f"{who} had {at_best}{beyond}.",)


def _without_labels(evidence: Evidence, prediction: Prediction, at_floor: bool) -> tuple[str, float, tuple[str, ...]]:
    """Verdict, ratio and reasons from the distances and the rule of paper 1."""
    blind = "Without labels nobody can tell whether the synthetic samples teach the right thing: give --labels."
    if at_floor:
        return EVERYTHING, evidence.largest_ratio, (blind,)
    reason = (
        "The ratio is that of the rule of Shidani et al. (2026). It is weak evidence: it takes the spread of the data "
        "for the noise of their labels, and a measured distance for the error that wrong labels cause."
    )
    return ADD, prediction.ratio, (reason, blind)

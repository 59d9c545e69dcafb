"""From two sets to a ratio, an interval, and the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.measure.rapsd import rapsd
from sweetspot.predict.evidence import Evidence
from sweetspot.predict.gather import classification_evidence, feature_evidence
from sweetspot.predict.methods import METHODS
from sweetspot.predict.prediction import Curve, Prediction
from sweetspot.recommend.floors import Distance, distances_with_floor
from sweetspot.recommend.pair import Pair

MEASURING, UNLABELLED, UNLABELLED_FEATURES = "leave_one_out", "rapsd_255", "frechet"
NETWORK = "cross_validation"  # runs of a network, asked for with --measure
# What a method trains, and the loss that it judges by.
JUDGES = {
    MEASURING: ("A linear classifier, tested on real samples that it had not seen,", "squared error"),
    NETWORK: ("The network, tested on folds of the real set that it had not seen,", "cross-entropy"),
}
DISTANCE_FEATURES = 32
ADD, NOTHING, EVERYTHING = "add", "nothing to gain", "as much as you have"
# How sure: the interval's share of the whole range on the scale of log(1 + ratio).
SURE, UNSURE = 1 / 3, 2 / 3


@dataclass(frozen=True)
class Spectra:
    """The RAPSD of each image, (n, bins), of both sets."""

    real: np.ndarray
    synthetic: np.ndarray


@dataclass(frozen=True)
class Advice:
    """What is recommended.

    verdict : `add`, `nothing to gain` or `as much as you have`.
    ratio, low, high : synthetic to real samples, with a 95 % interval; largest : the largest ratio considered.
    samples : how many synthetic samples that is.
    method : name in `predict.methods`, or `cross_validation`.
    sure, why : sentences.
    """

    verdict: str
    ratio: float
    low: float
    high: float
    largest: float
    samples: int
    method: str
    sure: str
    why: tuple[str, ...]
    distances: tuple[Distance, ...]
    curve: Curve | None
    spectra: Spectra | None


def advise(pair: Pair, largest_ratio: float | None, seed: int, measured: Prediction | None = None) -> Advice:
    """Measure the distances of `pair` with their floor, and choose the ratio.

    With labels, the ratio is that of `predict.leave_one_out`, or `measured` by runs of a network, unless no gain over
    ratio 0 can be shown; without labels, the paper's rule. Where no distance exceeds its floor, and nothing measured
    says otherwise, the whole pool is worth adding. `largest_ratio` is by default the size of the pool over that of the
    real set.
    """
    evidence = _evidence(pair, largest(pair, largest_ratio), seed)
    spectra = Spectra(rapsd(pair.real), rapsd(pair.synthetic)) if _has_spectrum(pair) else None
    distances = distances_with_floor(
        tuple(each.features[:, 0, :-1][:, :DISTANCE_FEATURES] for each in (evidence.real, evidence.synthetic)),
        "random_convolution" if pair.is_images else "given",
        (spectra.real, spectra.synthetic) if spectra else None,
        seed,
    )
    method = _method(pair, measured is not None, spectra is not None)
    prediction = measured or METHODS[method](evidence)
    at_floor = not any(each.above_floor for each in distances)
    if pair.has_labels:
        verdict, ratio, why = _with_labels(evidence, prediction, at_floor, *JUDGES[method])
    else:
        verdict, ratio, why = _without_labels(evidence, prediction, at_floor)
    low, high = min(prediction.low, ratio), max(prediction.high, ratio)
    return Advice(
        verdict,
        ratio,
        low,
        high,
        evidence.largest_ratio,
        round(ratio * len(pair.real)),
        method,
        _sureness(low, high, evidence.largest_ratio, pair, method),
        (_about_distances(distances), *why),
        tuple(distances),
        prediction.curve,
        spectra,
    )


def largest(pair: Pair, asked: float | None) -> float:
    """The largest ratio to consider: what was asked for, as far as there are samples."""
    available = len(pair.synthetic) / len(pair.real)
    return min(asked or available, available)


def _method(pair: Pair, measured: bool, spectrum: bool) -> str:
    if measured:
        return NETWORK
    return MEASURING if pair.has_labels else UNLABELLED if spectrum else UNLABELLED_FEATURES


def _has_spectrum(pair: Pair) -> bool:
    """Whether the images have a spectrum with a slope: two rings or more."""
    return pair.is_images and min(pair.real.shape[2:]) >= 4


def _evidence(pair: Pair, largest_ratio: float, seed: int) -> Evidence:
    """The evidence of the methods; without labels all are of one class, which no method that is asked looks at."""
    classes = max(1, len(pair.classes))
    real, synthetic = (
        (values, np.zeros(len(values), np.int64) if labels is None else labels)
        for values, labels in ((pair.real, pair.real_labels), (pair.synthetic, pair.synthetic_labels))
    )
    if pair.is_images:
        return classification_evidence(real, synthetic, None, classes, largest_ratio, seed)
    return feature_evidence(real, synthetic, classes, largest_ratio, seed)


def _with_labels(
    evidence: Evidence, prediction: Prediction, at_floor: bool, who: str, loss: str
) -> tuple[str, float, tuple[str, ...]]:
    """Verdict, ratio and reasons from the curve of losses that `who` had."""
    curve, largest = prediction.curve, evidence.largest_ratio
    best = int(np.flatnonzero(curve.ratios == prediction.ratio)[0])
    start = curve.loss[0]
    harm = curve.low[-1] > start
    at_the_end = f"{_change(curve.loss[-1] / start)} {loss} at ratio {largest:.3g}"
    if at_floor and not harm and prediction.high >= largest:
        return EVERYTHING, largest, (f"{who} had {at_the_end} than with the real samples alone.",)
    if best == 0 or curve.high[best] >= start:
        result = "got worse" if harm else "did not get better by more than chance"
        hint = ("The samples themselves are like real ones, so look at their labels.",) if at_floor and harm else ()
        return NOTHING, 0.0, (f"{who} {result} with synthetic ones: {at_the_end}.", *hint)
    at_best = f"{_change(curve.loss[best] / start)} {loss} at this ratio than with the real samples alone"
    beyond = "" if prediction.ratio == largest else f", and {at_the_end}"
    return ADD, prediction.ratio, (f"{who} had {at_best}{beyond}.",)


def _change(factor: float) -> str:
    """1.1 as "10.0 % more", 0.9 as "10.0 % less"."""
    return f"{100 * abs(factor - 1):.1f} % {'more' if factor > 1 else 'less'}"


def _without_labels(evidence: Evidence, prediction: Prediction, at_floor: bool) -> tuple[str, float, tuple[str, ...]]:
    """Verdict, ratio and reasons from the distances and the paper's rule."""
    blind = "Without labels nobody can tell whether the synthetic samples teach the right thing: give --labels."
    if at_floor:
        return EVERYTHING, evidence.largest_ratio, (blind,)
    reason = (
        "The ratio is that of the first paper's rule with the distance in place of the theory's; it is weak evidence, "
        "as it depends on units."
    )
    return ADD, prediction.ratio, (reason, blind)


def _about_distances(distances: list[Distance]) -> str:
    above = [each for each in distances if each.above_floor]
    if not above:
        return "No distance is larger than between two halves of the real set: the sets cannot be told apart."
    farthest = max(above, key=lambda each: each.value / max(each.floor, 1e-300))
    return (
        f"{len(above)} of {len(distances)} distances are larger than between two halves of the real set, by up to "
        f"{farthest.value / max(farthest.floor, 1e-300):.3g} times ({farthest.metric})."
    )


def _sureness(low: float, high: float, largest: float, pair: Pair, method: str) -> str:
    if not pair.has_labels:
        return "Unsure: no labels were given."
    share = (np.log1p(high) - np.log1p(low)) / np.log1p(largest)
    how = "Fairly sure" if share <= SURE else "Rather unsure" if share <= UNSURE else "Unsure"
    other = "" if method == NETWORK else " A trained network may want another ratio than this linear classifier."
    return (
        f"{how}: the interval takes {100 * share:.0f} % of the range that was looked at, from {len(pair.real):,} real "
        f"samples.{other}"
    )

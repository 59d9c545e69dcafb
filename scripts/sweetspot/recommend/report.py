"""The advice in words for a terminal, and the same as data for a machine."""

from __future__ import annotations

import json

from sweetspot.given_sets.pair import Pair
from sweetspot.recommend.advice import EVERYTHING, NOTHING, Advice
from sweetspot.recommend.floors import Distance

COLUMNS = "{:20}{:>26}{:>26}   {}"


def as_text(pair: Pair, advice: Advice, select_command: str | None = None) -> str:
    """The report, lines of up to about 100 characters except for sentences; ends without a newline.

    The last line tells which samples to add: with `select_command`, if there is any, or all; none where none is.
    """
    lines = [*_about_sets(pair), *(f"Warning: {warning}" for warning in pair.warnings), ""]
    n = advice.distances[0].n
    lines += [
        f"Distances of {n:,} synthetic to {n:,} real samples; the floor is that of {n:,} real ones to {n:,} others. In",
        "brackets: the range over random halves of the real set.",
        COLUMNS.format("", "synthetic", "real (floor)", ""),
        *map(_row, advice.distances),
        "",
        headline(advice),
        f"How sure: {advice.sure}",
        *(f"Why: {reason}" if i == 0 else f"     {reason}" for i, reason in enumerate(advice.why)),
    ]
    if advice.samples:
        lines.append(f"Which ones: {select_command or 'all of the pool'}")
    return "\n".join(lines)


def headline(advice: Advice) -> str:
    """The recommendation in one sentence or two."""
    interval = f"95 % interval {advice.low:.2g} to {advice.high:.2g}"
    if advice.verdict == NOTHING:
        return f"Recommended ratio: 0 ({interval}). There is nothing to gain from these synthetic samples."
    what = f"Recommended ratio: {advice.ratio:.2g} ({interval}): add {advice.samples:,} synthetic samples"
    if advice.verdict == EVERYTHING:
        return f"{what}, {advice.limit}."
    return f"{what}{f', {advice.limit}' if advice.ratio == advice.largest else ''}."


def _about_sets(pair: Pair) -> list[str]:
    shape = pair.real.shape[1:]
    what = (
        f"images of {shape[1]} x {shape[2]} pixels, {shape[0]} channels" if pair.is_images else f"{shape[0]} features"
    )
    classes = f"{len(pair.classes)} classes" if pair.has_labels else "no labels"
    return [f"Real: {len(pair.real):,}; synthetic: {len(pair.synthetic):,}; {what}; {classes}."]


def _row(distance: Distance) -> str:
    return COLUMNS.format(
        distance.metric,
        f"{distance.value:.3g} [{distance.low:.3g}, {distance.high:.3g}]",
        f"{distance.floor:.3g} [{distance.floor_low:.3g}, {distance.floor_high:.3g}]",
        "larger" if distance.above_floor else "at the floor",
    )


def as_json(pair: Pair, advice: Advice, select_command: str | None = None) -> str:
    """The same as JSON: one object, with a newline at the end."""
    curve = advice.curve
    content = {
        "n_real": len(pair.real),
        "n_synthetic": len(pair.synthetic),
        "classes": list(pair.classes),
        "warnings": list(pair.warnings),
        "verdict": advice.verdict,
        "ratio": advice.ratio,
        "ratio_low": advice.low,
        "ratio_high": advice.high,
        "largest_ratio": advice.largest,
        "limit": advice.limit,
        "samples_to_add": advice.samples,
        "method": advice.method,
        "sure": advice.sure,
        "why": list(advice.why),
        "distances": [
            {
                "metric": each.metric,
                "features": each.features,
                "n": each.n,
                "value": each.value,
                "low": each.low,
                "high": each.high,
                "floor": each.floor,
                "floor_low": each.floor_low,
                "floor_high": each.floor_high,
                "above_floor": each.above_floor,
            }
            for each in advice.distances
        ],
        "curve": None
        if curve is None
        else {
            "ratio": curve.ratios.tolist(),
            "loss": curve.loss.tolist(),
            "low": curve.low.tolist(),
            "high": curve.high.tolist(),
        },
        "select": select_command,
    }
    return json.dumps(content, indent=2, allow_nan=False) + "\n"

"""What the command tells: the picks as a table, and what they changed, in words and as data."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sweetspot.select.quality import Quality
from sweetspot.select_command.effect import Effect
from sweetspot.select_command.features import Features
from sweetspot.select_command.request import DESCRIPTIONS, Request

MEASURES = {"covariance_distance": "covariance distance", "frechet": "Fréchet distance", "diversity": "diversity"}
COLUMNS = "{:24}" + "{:>32}" * len(MEASURES)
KINDS = {"pool": "of the pool", "picks": "of the picks", "real": "other real samples"}
CLASS_COLUMNS = "{:20}" + "{:>8}" * 4 + "{:>32}" * len(KINDS)
NONE = "-"
WHAT_DRAWS_TAKE = "that takes 2 picks or more, and real samples of which every half varies"


@dataclass(frozen=True)
class Report:
    """What is told.

    classes : names, empty without labels; path : where the picks are.
    warnings : what the user should know about the input.
    whole : all classes together; by_class : each class by its name, empty unless they were picked one by one.
    """

    request: Request
    classes: tuple[str, ...]
    features: Features
    path: str
    warnings: tuple[str, ...]
    whole: Effect
    by_class: Mapping[str, Effect]


def picks_table(picks: np.ndarray, names: np.ndarray | None, files: Sequence[str] | None) -> pd.DataFrame:
    """One row for each pick: `place` in the order of picking and `index` in the pool, both from 0; `label` where the
    pool has classes, `names` (p,); `file` where it is a folder, `files` of length p."""
    columns: dict[str, object] = {"place": np.arange(len(picks)), "index": picks}
    if names is not None:
        columns["label"] = names[picks]
    if files is not None:
        columns["file"] = [files[i] for i in picks]
    return pd.DataFrame(columns)


def as_text(report: Report) -> str:
    """The report in words; ends without a newline."""
    request, whole = report.request, report.whole
    how = f"by the rule {request.rule} ({DESCRIPTIONS[request.rule]})"
    n_classes = len(report.classes)
    classes = "no labels" if not n_classes else "1 class" if n_classes == 1 else f"{n_classes} classes"
    lines = [
        f"Real: {whole.n_real:,}; pool: {whole.n_pool:,}; {classes}; features: {report.features.about}.",
        *(f"Warning: {warning}" for warning in (*report.warnings, *_about_dimensions(report))),
        "",
        f"Picked {whole.n:,} of {whole.n_pool:,} {'class by class ' if request.per_class else ''}{how}: {report.path}",
        "",
        *_about_measures(whole),
        *_class_rows(report),
    ]
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """The same as JSON: one object, with a newline at the end."""
    request = report.request
    content = {
        "picks": report.path,
        **{name: getattr(request, name) for name in ("rule", "per_class", "seed", "convention", "swaps")},
        "dimensions_asked": request.dimensions,
        "features": report.features.about,
        "classes": list(report.classes),
        "warnings": [*report.warnings, *_about_dimensions(report)],
        **_as_data(report.whole),
        "by_class": {name: _as_data(each) for name, each in report.by_class.items()},
    }
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def _about_dimensions(report: Report) -> list[str]:
    """Where samples are picked on fewer dimensions than were asked for, and why."""
    asked, width = report.request.dimensions, report.features.real.shape[1]

    def reason(each: Effect) -> str:
        if each.dimensions == each.n_real - 1:
            return f"{each.n_real:,} real samples span no more"
        return f"there are {width:,} features" if each.dimensions == width else "the real samples vary in no more"

    if not report.by_class:
        each = report.whole
        if each.dimensions >= asked:
            return []
        return [f"dimensions reduced from {asked} to {each.dimensions}, since {reason(each)}"]
    reduced = {name: each for name, each in report.by_class.items() if each.dimensions < asked}
    if not reduced:
        return []
    name, each = min(reduced.items(), key=lambda item: item[1].dimensions)
    return [
        f"dimensions reduced from {asked} in {len(reduced)} of {len(report.by_class)} classes; fewest are the "
        f"{each.dimensions} of {name}, since {reason(each)}"
    ]


def _about_measures(whole: Effect) -> list[str]:
    """What all picks changed, and how draws of equal size compare."""
    if whole.pool is None or whole.picks is None:
        return ["There are no measures of fewer than 2 picks."]
    moves = [
        f"{title} {getattr(whole.pool, name):.3g} to {getattr(whole.picks, name):.3g}"
        for name, title in MEASURES.items()
    ]
    moved = f"Against the whole real set, from the whole pool to the picks: {'; '.join(moves)}."
    if not whole.draws:
        return [moved, f"No samples of equal size are compared: {WHAT_DRAWS_TAKE}."]
    drawn, half = f"{len(whole.draws)} draws of {whole.n_drawn:,}", f"{whole.n_real // 2:,}"
    return [
        moved,
        f"{drawn}, each against a random half of the real set, {half}; mean, lowest and highest:",
        "",
        COLUMNS.format("", *MEASURES.values()),
        *(_row(title, _of_kind(kind, whole)) for kind, title in KINDS.items()),
        "",
        "The last row is of the other half: what chance makes of real samples. Rules that look at the real set fit",
        "their picks to both halves, so these may be nearer than other real samples are without being better.",
        f"Distances are on principal components of the real samples, {whole.dimensions} of the whole set; that of",
        "covariances is |C - C_real|/|C_real|. Diversity is the mean squared distance of two samples over that of two",
        "real ones.",
    ]


def _of_kind(kind: str, each: Effect) -> list[Quality]:
    return [getattr(draw, kind) for draw in each.draws]


def _class_rows(report: Report) -> list[str]:
    if not report.by_class:
        return []
    return [
        "",
        "Covariance distance by class, in samples of equal size, against a half of its own real ones:",
        CLASS_COLUMNS.format("class", "real", "pool", "picks", "drawn", *KINDS.values()),
        *(
            CLASS_COLUMNS.format(
                name,
                *(f"{number:,}" for number in (each.n_real, each.n_pool, each.n, each.n_drawn)),
                *(_cell("covariance_distance", _of_kind(kind, each)) for kind in KINDS),
            )
            for name, each in report.by_class.items()
        ),
        *(
            []
            if all(each.draws for each in report.by_class.values())
            else [f"{NONE}: not compared, {WHAT_DRAWS_TAKE}."]
        ),
    ]


def _row(title: str, measured: Sequence[Quality]) -> str:
    return COLUMNS.format(title, *(_cell(name, measured) for name in MEASURES))


def _cell(name: str, measured: Sequence[Quality]) -> str:
    return "{:.3g} [{:.3g}, {:.3g}]".format(*_range(name, measured)) if measured else NONE


def _range(name: str, measured: Sequence[Quality]) -> tuple[float, float, float]:
    """Mean, lowest and highest of a measure."""
    values = [getattr(each, name) for each in measured]
    return float(np.mean(values)), min(values), max(values)


def _as_data(each: Effect) -> dict[str, object]:
    def ranges(measured: Sequence[Quality]) -> dict[str, object]:
        return {
            name: dict(zip(("mean", "low", "high"), map(_finite, _range(name, measured)), strict=True))
            for name in MEASURES
        }

    def single(measured: Quality | None) -> dict[str, object] | None:
        return measured and {name: _finite(value) for name, value in dataclasses.asdict(measured).items()}

    return {
        "n_real": each.n_real,
        "n_pool": each.n_pool,
        "n": each.n,
        "dimensions": each.dimensions,
        "measures": {"pool": single(each.pool), "picks": single(each.picks)},
        "n_drawn": each.n_drawn,
        "draws": len(each.draws),
        "drawn": {kind: ranges(_of_kind(kind, each)) for kind in KINDS} if each.draws else None,
    }


def _finite(value: float) -> float | None:
    """JSON has no infinity, which a distance of features beyond 1e150 may be."""
    return value if math.isfinite(value) else None

"""What the page shows of the runs: curves with their seeds, predictions, and the bound with its fitted unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sweetspot.explorer.numbers import short, shorts
from sweetspot.explorer.sources import RunRecords
from sweetspot.figures.bound_points import DIMENSION, Cloud, Point, measured_clouds
from sweetspot.figures.curves import MORE_REAL, quality_styles, rows_of_curve, synthetic_label, training_title
from sweetspot.figures.predictions import LABELS
from sweetspot.figures.segmentation import IN_DOMAIN, REFERENCES
from sweetspot.figures.style import MARKERS
from sweetspot.statistics import estimate
from sweetspot.tables.predictions import FIXED_RULES, is_resolved
from sweetspot.theory.stability_bound import shift_gap_bound, shift_gap_optimum

ARMS = {
    "synthetic": "synthetic data",
    "more_real": "more real data",
    "more_source": "more data of the source",
    "target_real": "real data of the target",
}
# The page's names of matplotlib's markers and dashes.
SYMBOLS = dict(
    zip(
        (*MARKERS, "*", "p"),
        (
            "circle",
            "square",
            "triangle-up",
            "diamond",
            "triangle-down",
            "cross",
            "x",
            "triangle-left",
            "triangle-right",
            "star",
            "pentagon",
        ),
        strict=True,
    )
)
DASHES = {"-": "solid", "-.": "dashdot", "--": "dash", ":": "dot", (0, (1, 1)): "dot"}
METRICS = {
    "error": "test error",
    "loss": "test loss",
    "dice": "test Dice",
    "lesion_f1": "test F1 of lesions",
    "validation_loss": "validation loss",
}
BOUND_POINTS = 61
LEFT = 0.02  # ratio at which the curve of the bound begins: at 0 it is infinite


def measured(
    runs: pd.DataFrame,
    distances: pd.DataFrame,
    predictions: pd.DataFrame,
    records: RunRecords,
    ids: dict[str, str],
) -> list[dict[str, Any]]:
    """A group for each task and experiment, in the order of their names, those in domain first.

    Parameters
    ----------
    runs, distances, predictions : the tables of these names.
    records : of the jobs of `runs`.
    ids : the short ids of the records of the files behind `distances` and `predictions`, by path.
    """
    clouds = measured_clouds(runs, distances)
    groups = []
    by_experiment = sorted(
        runs.groupby(["task", "experiment"]), key=lambda each: (each[0][0], each[0][1] != IN_DOMAIN, each[0][1])
    )
    for (task, experiment), rows in by_experiment:
        styles = _styles(runs[runs["task"] == task])
        cloud = next((each for each in clouds.get(experiment, []) if each.task == task), None)
        chosen = predictions[(predictions["task"] == task) & (predictions["experiment"] == experiment)]
        groups.append(
            {
                "task": task,
                "experiment": experiment,
                "training": training_title(rows),
                "samples": int(rows.loc[rows["arm"] == "real_only", "n_real"].iloc[0]),
                "metrics": [{"name": name, "label": _metric_label(name)} for name in _metrics(rows)],
                "curves": [
                    _curve(rows, arm, quality, style, records)
                    for (arm, quality), style in styles.items()
                    if len(rows_of_curve(rows, arm, quality))
                ],
                "predictions": {
                    quality: _predictions(group, ids.get(f"results/predicted/{task}/{experiment}.csv", ""))
                    for quality, group in chosen.groupby("quality", sort=True)
                },
                "bounds": _bounds(cloud, ids.get(f"results/distances/{task}.csv", "")),
            }
        )
    return groups


def _styles(runs: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """How each arm and quality of a task is drawn, as in the figures."""
    styles: dict[tuple[str, str], dict[str, Any]] = dict(quality_styles(sorted(runs["quality"].unique())))
    references = REFERENCES | {"more_real": MORE_REAL}
    return styles | {(arm, ""): style for arm, style in references.items()}


def _metrics(rows: pd.DataFrame) -> list[str]:
    """The metrics of a task, what it is judged by first, those of single classes last."""
    order = list(METRICS)
    place = {name: order.index(name) if name in order else len(order) for name in rows["metric"].unique()}
    return sorted(place, key=lambda name: ("[" in name, place[name], name))


def _metric_label(name: str) -> str:
    whole, _, of_class = name.removesuffix("]").partition("[")
    words = METRICS.get(whole, whole.replace("_", " "))
    return f"{words}, class {of_class}" if of_class else words


def _curve(runs: pd.DataFrame, arm: str, quality: str, style: dict[str, Any], records: RunRecords) -> dict[str, Any]:
    """A curve from ratio 0 on: for each metric the values by ratio and seed, their means and 95 % t-intervals."""
    rows = rows_of_curve(runs, arm, quality)
    task, experiment = rows.iloc[0][["task", "experiment"]]
    metrics = {}
    for metric, group in rows.groupby("metric", sort=True):
        table = group.pivot(index="ratio", columns="seed", values="value").sort_index()
        estimates = [estimate(line[np.isfinite(line)]) for line in table.to_numpy()]
        metrics[metric] = {
            "values": [shorts(line) for line in table.to_numpy()],
            "mean": shorts(each.mean for each in estimates),
            "low": shorts(each.low for each in estimates),
            "high": shorts(each.high for each in estimates),
        }
        ratios, seeds = list(table.index), list(table.columns)
    names = [
        [
            records.id(task, experiment, *(("real_only", "") if ratio == 0 else (arm, quality)), ratio, seed)
            for seed in seeds
        ]
        for ratio in ratios
    ]
    return {
        "arm": arm,
        "quality": quality,
        "label": synthetic_label(quality) if quality else ARMS[arm],
        "colour": to_hex(style["color"]),
        "symbol": SYMBOLS[style["marker"]],
        "dash": DASHES[style["linestyle"]],
        "ratios": shorts(ratios),
        "seeds": [int(seed) for seed in seeds],
        "metrics": metrics,
        # Mostly all seeds of a ratio share a job.
        "records": [line[:1] if len(set(line)) == 1 else line for line in names],
    }


def _predictions(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    """Of one quality: the ratio that each method predicts, from the best method to the worst, and that of the sweep."""
    ordered = rows.sort_values(["regret", "method"], kind="stable")
    first = ordered.iloc[0]
    return {
        "best": short(first["best_ratio"]),
        "resolved": bool(is_resolved(float(first["sweep_range"]), float(first["sweep_se"]))),
        "record": name,
        "methods": [
            {
                "label": LABELS.get(row["method"], row["method"]),
                "fixed": row["method"] in FIXED_RULES,
                "ratio": short(row["predicted_ratio"]),
                "low": short(row["ci_low"]),
                "high": short(row["ci_high"]),
                "regret": short(row["relative_regret"]),
            }
            for _, row in ordered.iterrows()
        ],
    }


def _bounds(cloud: Cloud | None, name: str) -> dict[str, Any]:
    """The bound of each quality that figure 4 has too, in units of C1 N^-q."""
    return {} if cloud is None else {each.quality: _bound(each, cloud.source, name) for each in cloud.points}


def _bound(point: Point, source: float, name: str) -> dict[str, Any]:
    ratios = np.expm1(np.linspace(np.log1p(LEFT), np.log1p(point.largest_ratio), BOUND_POINTS))
    distance = point.distance.mean
    best = shift_gap_optimum(1, 1, source, distance, DIMENSION, 1)
    lowest = shift_gap_bound(1, 1, source, distance, DIMENSION, 1, np.array([best]))[0]
    return {
        "theorem": "5.2" if source else "3.1",
        "ratios": shorts(ratios),
        "values": shorts(shift_gap_bound(1, 1, source, distance, DIMENSION, 1, ratios)),
        "best": short(best),
        "lowest": short(float(lowest)),
        "distance": short(distance),
        "record": name,
    }

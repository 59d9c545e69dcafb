"""Figure 7: test accuracy against the number of added samples, one line for each quality."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from sweetspot.config.sampling import mechanisms
from sweetspot.figures.style import COLOURS, GREY, MARKERS, PAGE_WIDTH, panel_label
from sweetspot.statistics import estimate

TITLES = {
    "in_domain": "equal optimiser steps at every ratio",
    "in_domain_epochs": "fixed epochs: steps grow with the ratio",
}
MECHANISM_DASHES = {"noise": "-", "t": "-.", "steps": "--", "truncation": ":"}
CLASS_COLUMNS = 5
EXPERIMENT_HEIGHT, CLASS_HEIGHT, LEGEND_HEIGHT = 2.7, 1.3, 0.6  # inches


def accuracy_figure(runs: pd.DataFrame) -> Figure:
    """Draw figure 7 from `runs.csv`; tasks, where there are several, one below the other.

    The upper panels have one experiment each, the lower ones one class each, from `in_domain`. Points are means over
    seeds with 95 % t-intervals.
    """
    tasks = {name: group for name, group in runs.groupby("task", sort=True)}
    heights = [_height(group) for group in tasks.values()]
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
    parts = figure.subfigures(len(tasks), 1, height_ratios=heights, squeeze=False)[:, 0]
    for (name, group), part in zip(tasks.items(), parts, strict=True):
        if len(tasks) > 1:
            part.suptitle(name, fontweight="bold")
        _draw_task(part, group)
    return figure


def _class_names(runs: pd.DataFrame) -> list[str]:
    metrics = runs["metric"].unique()
    return [each.removeprefix("error[").removesuffix("]") for each in metrics if each.startswith("error[")]


def _height(runs: pd.DataFrame) -> float:
    class_rows = -(-len(_class_names(runs)) // CLASS_COLUMNS)
    return EXPERIMENT_HEIGHT + LEGEND_HEIGHT + CLASS_HEIGHT * class_rows + 0.3


def _draw_task(figure: SubFigure, runs: pd.DataFrame) -> None:
    experiments = sorted(runs["experiment"].unique(), key=lambda name: (name != "in_domain", name))
    classes = _class_names(runs)
    class_rows = -(-len(classes) // CLASS_COLUMNS)
    legend, upper, lower = figure.subfigures(
        3, 1, height_ratios=[LEGEND_HEIGHT, EXPERIMENT_HEIGHT, CLASS_HEIGHT * class_rows + 0.3]
    )
    styles = _styles(runs)
    panels = upper.subplots(1, len(experiments), sharey=True, squeeze=False)[0]
    for letter, experiment, axes in zip("abcdefgh", experiments, panels, strict=False):
        _draw_curves(axes, runs[(runs["experiment"] == experiment) & (runs["metric"] == "error")], styles)
        panel_label(axes, letter)
        axes.set_title(TITLES.get(experiment, experiment), fontsize="small")
        axes.set_xlabel("added samples")
    panels[0].set_ylabel("test accuracy [%]")
    handles, labels = panels[0].get_legend_handles_labels()
    legend.legend(handles, labels, loc="center", ncols=4, fontsize="small", title="mean over seeds, 95 % interval")

    in_domain = runs[runs["experiment"] == "in_domain"]
    grid = lower.subplots(class_rows, min(CLASS_COLUMNS, len(classes)), sharex=True, sharey=True, squeeze=False)
    for name, axes in zip(classes, grid.flat, strict=False):
        _draw_curves(axes, in_domain[in_domain["metric"] == f"error[{name}]"], styles, small=True)
        axes.set_title(f"class {name}", fontsize="small")
    for axes in grid.flat[len(classes) :]:
        axes.set_axis_off()
    panel_label(grid[0, 0], "abcdefgh"[len(experiments)])
    lower.supxlabel("added samples", fontsize="medium")
    lower.supylabel("test accuracy [%]", fontsize="medium")


def _styles(runs: pd.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    """Colour, marker and dashes of every (arm, quality); dashes tell the way in which samples are made worse."""
    names = [name for name in runs["quality"].unique() if name]
    dashes = {name: MECHANISM_DASHES[mechanism] for mechanism, group in mechanisms(names).items() for name in group}
    dashes["noise=0"] = "-"
    ordered = list(dict.fromkeys(name for group in mechanisms(names).values() for name in group))
    ordered += [name for name in names if name not in ordered]
    styles: dict[tuple[str, str], dict[str, object]] = {
        ("more_real", ""): {"label": "more real", "color": "black", "marker": "*", "linestyle": (0, (1, 1))}
    }
    for number, name in enumerate(ordered):
        styles["synthetic", name] = {
            "label": f"synthetic, {name}",
            "color": COLOURS[number % len(COLOURS)],
            "marker": MARKERS[number % len(MARKERS)],
            "linestyle": dashes.get(name, "-"),
        }
    return styles


def _draw_curves(
    axes: Axes, errors: pd.DataFrame, styles: dict[tuple[str, str], dict[str, object]], small: bool = False
) -> None:
    real_only = errors[errors["arm"] == "real_only"]
    n_real = int(real_only["n_real"].iloc[0])
    base = estimate(100 * (1 - real_only["value"].to_numpy()))
    axes.axhline(base.mean, color=GREY, linewidth=1, zorder=1, label="real only")
    axes.axhspan(base.low, base.high, color=GREY, alpha=0.15, linewidth=0, zorder=0)
    size = {"markersize": 2.2, "linewidth": 0.8} if small else {"markersize": 4, "linewidth": 1.2}
    for (arm, quality), style in styles.items():
        rows = errors[(errors["arm"] == arm) & (errors["quality"] == quality)]
        if rows.empty:
            continue
        points = [(0.0, base)]
        points += [(ratio, estimate(100 * (1 - group["value"].to_numpy()))) for ratio, group in rows.groupby("ratio")]
        axes.errorbar(
            [ratio * n_real for ratio, _ in points],
            [point.mean for _, point in points],
            yerr=[
                [point.mean - point.low for _, point in points],
                [point.high - point.mean for _, point in points],
            ],
            elinewidth=0.7,
            **size,
            **style,
        )
    _ratio_axis(axes, sorted(errors["ratio"].unique()), n_real, small)


def _ratio_axis(axes: Axes, ratios: list[float], n_real: int, small: bool) -> None:
    """An axis of added samples, even in log(1 + ratio), so that 0 has its place."""
    axes.set_xscale(
        "function", functions=(lambda x: np.log1p(np.maximum(x, 0) / n_real), lambda y: np.expm1(y) * n_real)
    )
    shown = [ratios[0], *ratios[1:][:: -3 if small else -1]]
    added = sorted({round(ratio * n_real) for ratio in shown})
    axes.xaxis.set_major_locator(FixedLocator(added))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(added, [f"{each}" for each in added], rotation=90 if not small else 0, fontsize="x-small")
    axes.yaxis.set_major_locator(MaxNLocator(4 if small else 7))

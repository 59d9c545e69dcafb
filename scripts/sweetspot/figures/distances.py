"""Figure 8 of paper 1: best ratio and loss against the distance between synthetic and real data."""

from __future__ import annotations

import string
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from sweetspot.config.sampling import mechanisms
from sweetspot.errors import InputError
from sweetspot.figures.curves import Styles, quality_styles, rows_of
from sweetspot.figures.segmentation import DOMAIN_SHIFT, IN_DOMAIN
from sweetspot.figures.style import GREY, PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE, Estimate, percentile_estimate
from sweetspot.tables.distances import distances_of_qualities
from sweetspot.tables.outcomes import Outcomes, losses, outcomes
from sweetspot.tables.segmentation_runs import segmentation_runs, segmentation_tasks

# The distances of the panels: the paper's own first. Those that the table does not have are left out.
PANELS = {
    ("frechet", "network"): "Fréchet distance,\nfeatures of the trained network",
    ("sliced_wasserstein", "pixels"): "sliced Wasserstein distance,\npixels",
    ("rapsd", "rapsd"): "RAPSD distance",
}
LEGEND_COLUMNS = 3
TITLE_HEIGHT, LEGEND_LINE, PANEL_HEIGHT, AXIS_HEIGHT = 0.25, 0.17, 1.55, 0.5  # inches
# Rings around the filled points: both are seen where they fall together.
LOOKS = {IN_DOMAIN: {"fillstyle": "full", "markersize": 5.0}, DOMAIN_SHIFT: {"fillstyle": "none", "markersize": 8.5}}


def distance_figure(runs: pd.DataFrame, distances: pd.DataFrame) -> Figure:
    """Draw figure 8: for each task, best ratio (upper panels) and loss at the largest ratio (lower panels).

    A column for each of three distances, a point for each quality of the synthetic data; filled in domain, a ring
    under domain shift. Vertical intervals are by bootstrap over seeds, horizontal ones those of the distances; a thin
    line joins the qualities of one mechanism. The dashed line is the floor: the distance between two sets of real data
    of the same sizes.

    Parameters
    ----------
    runs : rows of `runs.csv`.
    distances : rows of the tables of distances, with their floors.

    Raises
    ------
    InputError : no task has both an experiment `in_domain` or `domain_shift` and one of the distances.
    """
    runs = runs[runs["experiment"].isin([IN_DOMAIN, DOMAIN_SHIFT])]
    tasks = {}
    for task in sorted(runs.loc[runs["arm"] == "synthetic", "task"].unique()):
        measured = {
            key: by_quality for key in PANELS if len(by_quality := distances_of_qualities(distances, task, *key))
        }
        if measured:
            tasks[task] = measured
    if not tasks:
        names = ", ".join(f"{metric} on {features}" for metric, features in PANELS)
        raise InputError(f"no task has runs and a distance to draw them against ({names}); run the workflow again")
    styles = {task: _styles(runs, task) for task in tasks}
    legends = [TITLE_HEIGHT + LEGEND_LINE * rows_of(len(styles[task]) + 3, LEGEND_COLUMNS) for task in tasks]
    heights = [legend + 2 * PANEL_HEIGHT + AXIS_HEIGHT for legend in legends]
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
    parts = figure.subfigures(len(tasks), 1, height_ratios=heights, squeeze=False)[:, 0]
    letters = iter(string.ascii_lowercase)
    for (task, measured), part, height in zip(tasks.items(), parts, legends, strict=True):
        upper, lower = part.subfigures(2, 1, height_ratios=[height, 2 * PANEL_HEIGHT + AXIS_HEIGHT])
        own = runs[runs["task"] == task]
        found = _found(own)
        _draw_task(lower, found, measured, styles[task], letters)
        _legend(upper, styles[task], list(found), f"{task}: " if len(tasks) > 1 else "")
    return figure


def _styles(runs: pd.DataFrame, task: str) -> Styles:
    """Colours and markers as in the figures of the task's curves."""
    segmentation = task in segmentation_tasks(runs)
    rows = segmentation_runs(runs) if segmentation else runs[runs["task"] == task]
    styles = quality_styles(sorted(rows["quality"].unique()))
    own = set(runs.loc[runs["task"] == task, "quality"])
    return {key: style for key, style in styles.items() if key[1] in own}


def _found(runs: pd.DataFrame) -> dict[str, Outcomes]:
    """Outcomes of each experiment, in domain first."""
    rows = losses(runs)
    names = sorted(rows.loc[rows["arm"] == "synthetic", "experiment"].unique(), key=lambda name: name != IN_DOMAIN)
    return {name: outcomes(rows[rows["experiment"] == name], f"figure 8/{name}") for name in names}


def _draw_task(
    part: SubFigure,
    found: dict[str, Outcomes],
    measured: dict[tuple[str, str], pd.DataFrame],
    styles: Styles,
    letters: Iterator[str],
) -> None:
    grid = part.subplots(2, len(measured), sharex="col", sharey="row", squeeze=False)
    for line, outcome in zip(grid, ("best_ratio", "last"), strict=True):
        for axes, by_quality in zip(line, measured.values(), strict=True):
            for experiment, each in found.items():
                _draw_qualities(axes, by_quality, each, outcome, styles, LOOKS[experiment])
            for floor in by_quality["floor"].dropna().unique():
                axes.axvline(floor, color=GREY, linewidth=1, linestyle=(0, (4, 2)), zorder=0)
            panel_label(axes, next(letters))
    for axes, key in zip(grid[1], measured, strict=True):
        # Distances of one mechanism differ by factors; an interval may reach 0, where the axis cuts it.
        axes.set_xscale("log", nonpositive="clip")
        low, high = axes.get_xlim()
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 50 * low else (1,)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(PANELS[key], fontsize="small")
    ratios = sorted({float(ratio) for each in found.values() for ratio in each.ratios})
    _ratio_axis(grid[0, 0], ratios)
    grid[0, 0].set_ylabel("best ratio")
    grid[1, 0].set_ylabel("test loss at\nthe largest ratio")
    grid[1, 0].yaxis.set_major_locator(MaxNLocator(5))


def _draw_qualities(
    axes: Axes, by_quality: pd.DataFrame, found: Outcomes, outcome: str, styles: Styles, look: dict[str, object]
) -> None:
    common = [quality for quality in by_quality.index if quality in found.qualities]
    values = getattr(found.of(common), outcome)
    points = {quality: percentile_estimate(values[:, at], found.seeds) for at, quality in enumerate(common)}
    for group in mechanisms(common).values():
        x = by_quality.loc[group, "value"]
        axes.plot(x, [points[quality].mean for quality in group], color=GREY, linewidth=0.6, alpha=0.6, zorder=1)
    for quality, point in points.items():
        style = styles["synthetic", quality]
        row = by_quality.loc[quality]
        axes.errorbar(
            row["value"],
            point.mean,
            xerr=[[max(row["value"] - row["ci_low"], 0)], [max(row["ci_high"] - row["value"], 0)]],
            yerr=_yerr(point),
            color=style["color"],
            marker=style["marker"],
            **look,
            elinewidth=0.8,
            linestyle="none",
            label=quality,
        )


def _yerr(point: Estimate) -> list[list[float]]:
    # The interval of a best ratio may begin or end at its estimate, but never beyond.
    return [[max(point.mean - point.low, 0)], [max(point.high - point.mean, 0)]]


def _ratio_axis(axes: Axes, ratios: list[float]) -> None:
    """Even in log(1 + ratio), with a tick at every ratio that was run."""
    axes.set_yscale("function", functions=(lambda y: np.log1p(np.maximum(y, -0.99)), np.expm1))
    axes.yaxis.set_major_locator(FixedLocator(ratios))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    margin = 0.08 * np.log1p(ratios[-1])
    axes.set_ylim(np.expm1(-margin), np.expm1(np.log1p(ratios[-1]) + margin))


def _legend(part: SubFigure, styles: Styles, experiments: list[str], prefix: str) -> None:
    entries = [
        Line2D([], [], color=style["color"], marker=style["marker"], linestyle="none", label=style["label"])
        for style in styles.values()
    ]
    if DOMAIN_SHIFT in experiments:
        entries += [
            Line2D([], [], color=GREY, marker="o", linestyle="none", **LOOKS[name], label=name.replace("_", " "))
            for name in experiments
        ]
    entries.append(Line2D([], [], color=GREY, linewidth=1, linestyle=(0, (4, 2)), label="real against real (floor)"))
    part.legend(
        handles=entries,
        loc="center",
        ncols=LEGEND_COLUMNS,
        fontsize="small",
        title=f"{prefix}qualities of the synthetic data, {100 * CONFIDENCE:g} % intervals",
        title_fontproperties={"size": "small", "weight": "bold"},
    )

"""Figure 9 of paper 1: every seed of the segmentation experiments."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from sweetspot.figures.curves import (
    added_samples_axis,
    draw_curves,
    draw_real_only,
    panels,
    real_samples,
    rows_of,
    rows_of_curve,
)
from sweetspot.figures.segmentation import AXIS, IN_DOMAIN, seeds_in_words, segmentation_styles
from sweetspot.figures.style import GREY, PAGE_WIDTH
from sweetspot.tables.segmentation_runs import segmentation_runs

PANEL_HEIGHT, TITLE_HEIGHT, LEGEND_HEIGHT, AXIS_HEIGHT = 1.6, 0.3, 0.35, 0.2  # inches
COLUMNS = 4
MEAN = {"linewidth": 1.8, "markersize": 3.5, "elinewidth": 1.2}
SEED = {"linewidth": 0.6, "alpha": 0.45}


def seeds_figure(runs: pd.DataFrame) -> Figure:
    """Figure 9: the test loss of every seed (thin) and its mean (thick) with 95 % t-intervals.

    A group of panels for each task and experiment, with one panel for each arm and quality; a task has one scale.

    Raises
    ------
    InputError : there is no segmentation task.
    """
    losses = segmentation_runs(runs)
    losses = losses[losses["metric"] == "loss"]
    groups = dict(
        sorted(
            losses.groupby(["task", "experiment"]), key=lambda each: (each[0][0], each[0][1] != IN_DOMAIN, each[0][1])
        )
    )
    styles = segmentation_styles(runs, losses)
    curves = {key: [curve for curve in styles if len(rows_of_curve(group, *curve))] for key, group in groups.items()}
    heights = [TITLE_HEIGHT + PANEL_HEIGHT * rows_of(len(each), COLUMNS) for each in curves.values()]
    heights[-1] += AXIS_HEIGHT
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights) + LEGEND_HEIGHT), layout="constrained")
    legend, *parts = figure.subfigures(1 + len(groups), 1, height_ratios=[LEGEND_HEIGHT, *heights])
    several = losses["task"].nunique() > 1
    drawn: dict[str, list[Axes]] = {}
    for ((task, experiment), group), part in zip(groups.items(), parts, strict=True):
        name = experiment.replace("_", " ")
        part.suptitle(f"{task}: {name}" if several else name, fontsize="medium", fontweight="bold", parse_math=False)
        grid = panels(part, len(curves[task, experiment]), COLUMNS, sharex=True)
        for axes, curve in zip(grid, curves[task, experiment], strict=True):
            _draw_seeds(axes, group, curve, styles[curve])
        part.supylabel("test loss", fontsize="medium")
        drawn.setdefault(task, []).append(grid[0])
    parts[-1].supxlabel(AXIS, fontsize="medium")
    for first in drawn.values():
        low, high = zip(*(axes.get_ylim() for axes in first), strict=True)
        for axes in first:
            axes.set_ylim(min(low), max(high))
    _legend_of_seeds(legend, losses)
    return figure


def _draw_seeds(axes: Axes, losses: pd.DataFrame, curve: tuple[str, str], style: dict[str, object]) -> None:
    own = rows_of_curve(losses, *curve)
    n_real = real_samples(losses)
    table = own.pivot(index="ratio", columns="seed", values="value").sort_index()
    axes.plot(table.index * n_real, table.to_numpy(), color=style["color"], **SEED, zorder=1)
    draw_real_only(axes, losses)
    draw_curves(axes, own, {curve: style | MEAN}, small=True)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    added_samples_axis(axes, losses, name_ratios=True)
    axes.set_title(str(style["label"]).removeprefix("synthetic, "), fontsize="small")


def _legend_of_seeds(part: SubFigure, runs: pd.DataFrame) -> None:
    thin = plt.Line2D([], [], color="black", **SEED)
    thick = plt.Line2D([], [], color="black", marker="o", linewidth=MEAN["linewidth"], markersize=MEAN["markersize"])
    real = plt.Line2D([], [], color=GREY, linewidth=1)
    words = ["one seed", seeds_in_words(runs), "real only"]
    part.legend([thin, thick, real], words, loc="center", ncols=3, fontsize="small")

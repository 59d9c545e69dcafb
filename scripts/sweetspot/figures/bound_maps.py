"""Figure 4 of paper 1: the bound on the generalisation gap over ratio and distance, with what was measured on top."""

from __future__ import annotations

import string
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sweetspot.errors import InputError
from sweetspot.figures.bound_points import DIMENSION, FEATURES, METRIC, Cloud, Point, measured_clouds
from sweetspot.figures.curves import rows_of
from sweetspot.figures.heat_maps import draw_map, draw_scale, round_levels
from sweetspot.figures.segmentation import DOMAIN_SHIFT, IN_DOMAIN
from sweetspot.figures.style import COLOURS, MARKERS, PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE
from sweetspot.theory.stability_bound import shift_gap_bound, shift_gap_optimum

RATIO_MARGIN, DISTANCE_MARGIN = 10, 2.5  # factors between what was measured and the ends of the axes
NEAR = 1.15  # ratio of two distances: closer by less than the height of a name
GRID = 81  # points of each axis of a map, between which colours are interpolated
PANEL_HEIGHT, LEGEND_HEIGHT = 3.1, 0.3  # inches
TASK_COLOURS = [COLOURS[at] for at in (3, 8, 4, 9, 7)]  # those that the map does not have
# White around text and arrows, so that they are read on any part of the map.
HALO = [withStroke(linewidth=2, foreground="white")]


def bound_figure(runs: pd.DataFrame, distances: pd.DataFrame) -> Figure:
    """(a) in domain, Theorem 3.1; (b) and further panels: domain shift, Theorem 5.2, one for each task that has it.

    Colours: the bound Phi of `theory.stability_bound`, divided by C1 N^-q, q = 1/(d + 1); its minimum over the ratio is
    the line. A point is a quality: its best measured ratio at its measured distance to the real data of the test's
    domain (sliced Wasserstein on the features of the trained network). Distances are in units of C1 N^-q/C2: one
    C1/C2 for each task is fitted to its points by `theory.bound_unit`, so what is to be seen is the shape. A best
    ratio of 0 is at the left edge; arrows mark those at either end of the sweep.

    Raises
    ------
    InputError : no task has both an experiment `in_domain` and this distance.
    """
    clouds = measured_clouds(runs, distances)
    if not clouds[IN_DOMAIN]:
        raise InputError(
            f"no task has runs `{IN_DOMAIN}` and the distance {METRIC} on {FEATURES} features to draw them against;"
            " run the workflow again"
        )
    panels = [clouds[IN_DOMAIN], *([cloud] for cloud in clouds[DOMAIN_SHIFT])]
    styles = {
        cloud.task: {"marker": MARKERS[at % len(MARKERS)], "color": TASK_COLOURS[at % len(TASK_COLOURS)]}
        for at, cloud in enumerate(clouds[IN_DOMAIN])
    }
    return _draw(panels, styles)


def _draw(panels: list[list[Cloud]], styles: dict[str, dict[str, str]]) -> Figure:
    lines = rows_of(len(panels), 2)
    figure = plt.figure(figsize=(PAGE_WIDTH, LEGEND_HEIGHT + lines * PANEL_HEIGHT), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[LEGEND_HEIGHT, lines * PANEL_HEIGHT])
    grid = lower.subplots(lines, min(2, len(panels)), squeeze=False).ravel()
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    x, y = _ranges([cloud for panel in panels for cloud in panel])
    values = [shift_gap_bound(1, 1, panel[0].source, y[:, None], DIMENSION, 1, x) for panel in panels]
    norm = LogNorm(min(each.min() for each in values), max(each.max() for each in values))
    levels = round_levels(norm.vmin, norm.vmax)
    for axes, panel, shown, letter in zip(grid, panels, values, string.ascii_lowercase, strict=False):
        draw_map(axes, x, y, shown, norm, levels)
        axes.plot(
            *_optimum_line(panel[0].source, y), color="black", linewidth=1.8, label=r"optimum $\lambda^*$", zorder=2
        )
        if panel[0].source:
            axes.axhline(panel[0].source, color="black", linewidth=1, linestyle=(0, (4, 2)), label="source domain")
        for cloud in panel:
            _draw_cloud(axes, cloud, styles[cloud.task], side=(-1, 1)[list(styles).index(cloud.task) % 2])
        panel_label(axes, letter)
        axes.set_title(f"{panel[0].task}, domain shift" if panel[0].source else "in domain", fontsize="small")
        axes.set_xlabel(r"ratio $\lambda$ of synthetic to real data")
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel("distance $W$ / ($C_1 N^{-q} / C_2$)\n(one $C_1/C_2$ for each task, fitted)")
        draw_scale(lower, axes, norm, levels, "bound / ($C_1 N^{-q}$)")
    entries = {
        label: handle
        for axes in grid[: len(panels)]
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    upper.legend(entries.values(), entries.keys(), loc="center", ncols=len(entries), fontsize="small")
    return figure


def _optimum_line(source: float, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best ratios and distances, beyond the map too, so that the line leaves it; none where the ratio is infinite."""
    low = max(y[0], source * (1 + 1e-3))
    distances = np.geomspace(low, y[-1], 401)
    return np.array([shift_gap_optimum(1, 1, source, at, DIMENSION, 1) for at in distances]), distances


def _ranges(clouds: list[Cloud]) -> tuple[np.ndarray, np.ndarray]:
    """The ratios and distances of the maps: whatever was measured, and a margin."""
    swept = [cloud.points[0].largest_ratio for cloud in clouds]
    positive = [point.best.mean for cloud in clouds for point in cloud.points if point.best.mean > 0]
    distances = [point.distance.mean for cloud in clouds for point in cloud.points]
    distances += [cloud.source for cloud in clouds if cloud.source]
    return (
        np.geomspace(min([*positive, 1]) / RATIO_MARGIN, max(swept) * RATIO_MARGIN, GRID),
        np.geomspace(min(distances) / DISTANCE_MARGIN, max(distances) * DISTANCE_MARGIN, GRID),
    )


def shared_names(points: Sequence[Point]) -> list[str]:
    """The name at each point; points so near each other that their names would overlap have theirs at the first."""
    names: list[list[str]] = [[] for _ in points]
    for point in points:
        same = (
            at
            for at, other in enumerate(points)
            if other.best.mean == point.best.mean
            and max(point.distance.mean, other.distance.mean) <= NEAR * min(point.distance.mean, other.distance.mean)
        )
        names[next(same)].append(point.quality)
    return [", ".join(each) for each in names]


def _draw_cloud(axes: Axes, cloud: Cloud, style: dict[str, str], side: int) -> None:
    """The points of a cloud, their names below on the left (`side` -1) or above on the right (1) of them."""
    left, right = axes.get_xlim()
    names = shared_names(cloud.points)
    for at, point in enumerate(cloud.points):
        best = max(point.best.mean, left)
        ends = np.clip([point.best.low, point.best.high], left, right)
        axes.errorbar(
            best,
            point.distance.mean,
            xerr=[[max(best - ends[0], 0)], [max(ends[1] - best, 0)]],
            yerr=[
                [max(point.distance.mean - point.distance.low, 0)],
                [max(point.distance.high - point.distance.mean, 0)],
            ],
            **style,
            ecolor="black",
            markersize=6,
            markeredgecolor="black",
            markeredgewidth=0.6,
            elinewidth=0.9,
            linestyle="none",
            label=f"{cloud.task}, {100 * CONFIDENCE:g} % intervals" if at == 0 else None,
            clip_on=False,
            zorder=4,
        )
        across = 1 if best == left else side
        axes.annotate(
            names[at],
            (best, point.distance.mean),
            xytext=(5 * across, 3 * side),
            ha="right" if across < 0 else "left",
            va="top" if side < 0 else "bottom",
            textcoords="offset points",
            fontsize="xx-small",
            path_effects=HALO,
            zorder=3,
        )
        if point.best.mean <= 0 or point.best.mean >= point.largest_ratio:
            _arrow(axes, best, point.distance.mean, -1 if point.best.mean <= 0 else 1)


def _arrow(axes: Axes, x: float, y: float, direction: int) -> None:
    """Says that the optimum may be anywhere on this side: the sweep ends here."""
    axes.annotate(
        "",
        (x, y),
        xytext=(16 * direction, 0),
        textcoords="offset points",
        arrowprops={"arrowstyle": "<-", "linewidth": 0.9, "color": "black", "shrinkA": 0, "shrinkB": 3},
        annotation_clip=False,
        zorder=3,
    )

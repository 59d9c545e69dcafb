"""Figure `selection_2`: which parts of the pool each rule's picks come from."""

from __future__ import annotations

import string
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, Stroke

from sweetspot.config.sampling import Quality, parse_quality
from sweetspot.figures.curves import quality_styles, rows_of
from sweetspot.figures.style import PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE, mean_interval
from sweetspot.tables.selection import POOL, RULE_TITLES, in_order

HIDDEN = "hidden real"
WHOLE_POOL = "all"
# A second sign beside colour; from the palest to the densest.
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oooo", "++++")
REFERENCE = {"color": "black", "linewidth": 0.9, "linestyle": (0, (4, 2))}
HALO = [Stroke(linewidth=2.5, foreground="white"), Normal()]  # lines are black, and so are some bars
COLUMNS, LEGEND_COLUMNS = 2, 4
BAR_HEIGHT, PANEL_HEIGHT, LEGEND_TITLE, LEGEND_LINE = 0.2, 0.75, 0.35, 0.17  # inches

Looks = Mapping[str, dict[str, object]]


def selection_picks_figure(picks: pd.DataFrame) -> Figure:
    """Draw the share of each part of the pool in the picks of each rule, a panel for each task and pool.

    Bars are means over seeds; an interval stands at each boundary between parts, the t-interval of the share to its
    left. The first bar, of the whole pool, goes on as dashed lines: where a rule's boundaries leave them, it prefers
    some part.

    Parameters
    ----------
    picks : as `read_all_picks` gives them.
    """
    picks = picks.assign(part=picks["part"].mask(picks["hidden"] == 1, HIDDEN))
    looks = _looks(picks["part"].unique())
    pools = dict(iter(picks.groupby(POOL, sort=True)))
    rows = rows_of(len(pools), COLUMNS)
    lines = rows_of(len(looks) + 2, LEGEND_COLUMNS)
    height = PANEL_HEIGHT + BAR_HEIGHT * picks.groupby(POOL)["rule"].nunique().max()
    heights = [LEGEND_TITLE + LEGEND_LINE * lines, rows * height]
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=heights)
    columns = min(COLUMNS, len(pools))
    grid = lower.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(pools) :]:
        axes.set_axis_off()
    several = picks["task"].nunique() > 1
    for place, (((task, pool), own), axes) in enumerate(zip(pools.items(), grid, strict=False)):
        _draw_pool(axes, own, looks)
        panel_label(axes, string.ascii_lowercase[place])
        axes.set_title(f"{task}: {pool}" if several else pool, fontsize="small", parse_math=False)
        if place >= len(pools) - columns:
            axes.set_xlabel("share of the picks [%]")
    _legend(upper, looks, WHOLE_POOL in set(picks["rule"]))
    return figure


def _looks(parts: np.ndarray) -> Looks:
    """Label, colour and hatch of each part, in the order of the bars; hidden real images stand last and are black."""
    styles = quality_styles([part for part in parts if part != HIDDEN])
    looks = {
        quality: {
            "label": "as generated" if parse_quality(quality) == Quality() else style["label"],
            # Paler, so that what is drawn on it stands out.
            "facecolor": (style["color"], 0.7),
            "hatch": HATCHES[place % len(HATCHES)],
        }
        for place, ((_, quality), style) in enumerate(styles.items())
    }
    if HIDDEN in parts:
        looks[HIDDEN] = {"label": "real, hidden in the pool", "facecolor": "black", "hatch": ""}
    return looks


def _draw_pool(axes: Axes, picks: pd.DataFrame, looks: Looks) -> None:
    rules, parts = in_order(picks["rule"]), [part for part in looks if part in set(picks["part"])]
    for place, rule in enumerate(rules):
        counts = picks[picks["rule"] == rule].groupby(["seed", "part"]).size().unstack(fill_value=0)
        counts = counts.reindex(columns=parts, fill_value=0)
        ends = 100 * counts.cumsum(axis=1).div(counts.sum(axis=1), axis=0).to_numpy()
        mean, low, high = mean_interval(ends)
        for part, start, end in zip(parts, [0, *mean[:-1]], mean, strict=True):
            axes.barh(place, end - start, left=start, height=0.75, edgecolor="white", linewidth=0.5, **looks[part])
        inner = slice(None, -1)
        reach = np.array([mean - np.maximum(low, 0), np.minimum(high, 100) - mean])[:, inner]
        _, caps, bars = axes.errorbar(
            mean[inner], [place] * (len(parts) - 1), xerr=reach, fmt="none", ecolor="black", capsize=2, zorder=4
        )
        for line in (*caps, *bars):
            line.set(linewidth=1, path_effects=HALO)
        if rule == WHOLE_POOL:
            for end in mean[inner]:
                axes.axvline(end, **REFERENCE, path_effects=HALO, zorder=3)
    axes.set_yticks(range(len(rules)), [RULE_TITLES[rule] for rule in rules], fontsize="small")
    axes.set(xlim=(0, 100), ylim=(len(rules) - 0.5, -0.5))
    axes.grid(visible=False)


def _legend(part: SubFigure, looks: Looks, whole_pool: bool) -> None:
    entries = [Patch(edgecolor="white", linewidth=0.5, **look) for look in looks.values()]
    if whole_pool:
        entries.append(Line2D([], [], **REFERENCE, label="shares of the whole pool"))
    entries.append(
        Line2D([], [], color="black", marker="|", markersize=5, linewidth=1, label=f"{100 * CONFIDENCE:g} % interval")
    )
    part.legend(
        handles=entries,
        loc="center",
        ncols=LEGEND_COLUMNS,
        fontsize="small",
        title="where the picks come from: mean over seeds",
        title_fontproperties={"size": "small", "weight": "bold"},
    )

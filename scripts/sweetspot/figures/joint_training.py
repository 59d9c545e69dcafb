"""Figures selection_1 and selection_3: what the theory of paper 2 says of joint training, with simulations on top.

Selection_1 varies the means of real and synthetic features and the amount of real data, selection_3 the covariance of
the synthetic features.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator, PercentFormatter

from sweetspot.figures.style import COLOURS, GREY, PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE
from sweetspot.theory.joint_panels import ALONE, BOUND, ENOUGH, JOINT, MEANS, SCALED_FEW, SHARE

HEIGHT, LEGEND_HEIGHT = 3.3, 0.75  # inches
BLUE, ORANGE, GREEN, VERMILION, PURPLE = COLOURS[:5]
READING = f"lines: theory; points: simulation, mean with {100 * CONFIDENCE:g} % interval, often narrower than the point"
JOINT_STYLE: dict[str, Any] = {"color": BLUE, "marker": "o", "linestyle": "-", "label": JOINT}
ALONE_STYLE: dict[str, Any] = {"color": VERMILION, "marker": "s", "linestyle": "--", "label": ALONE}
REAL_STYLES: dict[str, dict[str, Any]] = {
    "real 1": {"color": BLUE, "marker": "o", "linestyle": "-", "label": "(a, b) real data isotropic"},
    "real 10": {"color": ORANGE, "marker": "^", "linestyle": "--", "label": "(a, b) real anisotropy 10"},
}
LEAST: dict[str, Any] = {
    "marker": "*",
    "linestyle": "none",
    "markersize": 8,
    "markeredgecolor": "black",
    "markeredgewidth": 0.6,
}
SCALE_STYLES: dict[str, dict[str, Any]] = {
    "matched": {"color": GREEN, "marker": "D", "linestyle": "-", "label": "(c) $n > p$, matched"},
    "anisotropy 10": {"color": PURPLE, "marker": "s", "linestyle": "-.", "label": "(c) $n > p$, anisotropy 10"},
    SCALED_FEW: {"color": VERMILION, "marker": "v", "linestyle": ":", "label": "(c) $n < p$, matched"},
}


def means_figure(table: pd.DataFrame) -> Figure:
    """Selection_1: risk against (a) the angle and (b) the length of the mean shift; (c) how much real data is enough.

    (a, b) Joint training beside training on synthetic data alone; in (b) the shift is orthogonal to mu_t. (c) What
    orthogonal means add to the risk of joint training, in units of the risk without means, against the number of real
    samples, with the bound for any means.

    `table` is that of `theory.joint_experiment.joint_training_table`.
    """
    figure, upper, panels = _three_panels()
    for axes, panel in zip(panels, ("angle", "length"), strict=False):
        for series, style in ((JOINT, JOINT_STYLE), (ALONE, ALONE_STYLE)):
            _draw(axes, _rows(table, panel, series), style)
        axes.set(ylabel="excess risk", ylim=(0, None))
    panels[0].set_xlabel(r"cosine of $\mu_s$ and $\mu_t$")
    panels[1].set_xlabel(r"length of the shift $\mu_s - \mu_t$")
    panels[1].sharey(panels[0])
    _draw_enough(panels[2], table)
    _legend(upper, panels, ncols=2)
    return figure


def covariance_figure(table: pd.DataFrame) -> Figure:
    """Selection_3: risk against the anisotropy of the synthetic covariance with (a) n > p and (b) n < p; (c) its scale.

    (a, b) Real data are isotropic or of anisotropy 10; the dotted lines are where the synthetic covariance matches, the
    stars the least risk on the theory's lines. (c) Synthetic features times eta, in units of the risk at eta = 1.
    """
    figure, upper, panels = _three_panels()
    for axes, panel, regime in zip(panels, ("anisotropy", "anisotropy_few"), ("$n > p$", "$n < p$"), strict=False):
        for series, style in REAL_STYLES.items():
            _draw_valley(axes, _rows(table, panel, series), style)
        axes.set(xscale="log", xlabel=rf"anisotropy of synthetic data, {regime}", ylabel="excess risk")
        axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes = panels[2]
    for series, style in SCALE_STYLES.items():
        _draw(axes, _rows(table, "scale", series), style, value="change", above=1)
    axes.set(xscale="log", yscale="log", xlabel=r"scale $\eta$ of synthetic data", ylabel=r"risk / risk at $\eta=1$")
    for axis, ticks in ((axes.xaxis, (0.5, 1, 2, 4)), (axes.yaxis, (0.03, 0.1, 0.3, 1, 3))):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FormatStrFormatter("%g"))
    for marked, label in (({"linestyle": ":"}, "(a, b) matched covariance"), (LEAST, "(a, b) least risk by theory")):
        panels[0].plot([], [], color=GREY, label=label, **marked)
    _legend(upper, panels, ncols=3)
    return figure


def _three_panels() -> tuple[Figure, Any, Sequence[Axes]]:
    figure = plt.figure(figsize=(PAGE_WIDTH, HEIGHT), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[LEGEND_HEIGHT, HEIGHT - LEGEND_HEIGHT])
    panels = lower.subplots(1, 3)
    for axes, letter in zip(panels, "abc", strict=True):
        panel_label(axes, letter)
        axes.tick_params(labelsize="x-small")
        for axis in (axes.xaxis, axes.yaxis):
            axis.label.set_size("small")
    return figure, upper, panels


def _rows(table: pd.DataFrame, panel: str, series: str) -> pd.DataFrame:
    return table[(table["panel"] == panel) & (table["series"] == series)].sort_values("x")


def _draw(axes: Axes, rows: pd.DataFrame, style: dict[str, Any], value: str = "risk", above: float = 0) -> None:
    """A line of theory and its simulated points: of the risk, or of its change plus `above`."""
    theory, at, low, high = {
        "risk": ("theory", "simulated", "ci_low", "ci_high"),
        "change": ("theory_change", "change", "change_low", "change_high"),
    }[value]
    marker: dict[str, Any] = {"markersize": 4, "markerfacecolor": "white", "markeredgewidth": 1}
    axes.plot(rows["x"], rows[theory] + above, color=style["color"], linestyle=style["linestyle"], linewidth=1.4)
    axes.plot([], [], linewidth=1.4, **marker, **style)  # line and marker as one entry of the legend
    drawn = rows.dropna(subset=[at])
    axes.errorbar(
        drawn["x"],
        drawn[at] + above,
        yerr=[drawn[at] - drawn[low], drawn[high] - drawn[at]],
        elinewidth=1,
        zorder=3,
        **marker,
        **style | {"linestyle": "none", "label": None},
    )


def _draw_enough(axes: Axes, table: pd.DataFrame) -> None:
    _draw(axes, _rows(table, "enough", MEANS), JOINT_STYLE, value="change")
    bound = _rows(table, "enough", BOUND)
    (enough,) = _rows(table, "enough", ENOUGH)["x"]
    axes.plot(
        bound["x"], bound["theory_change"], ":", color="black", linewidth=1.4, label="(c) its bound, for any means"
    )
    axes.plot(
        [enough, enough, bound["x"].min()],
        [0, SHARE, SHARE],
        color=GREY,
        linestyle=(0, (5, 2)),
        linewidth=1,
        label=rf"(c) enough: at most {SHARE:.0%} at $n_t = {enough:.0f}$".replace("%", r" %"),
    )
    axes.set(xscale="log", xlabel="real samples $n_t$", ylabel="relative extra risk")
    axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))


def _draw_valley(axes: Axes, rows: pd.DataFrame, style: dict[str, Any]) -> None:
    _draw(axes, rows, style)
    (matched,) = rows.loc[rows["theory_change"] == 0, "x"]
    axes.axvline(matched, color=style["color"], linestyle=":", linewidth=1, zorder=1)
    least = rows.loc[rows["theory"].idxmin()]
    axes.plot(least["x"], least["theory"], color=style["color"], zorder=4, **LEAST)


def _legend(part: Any, panels: Sequence[Axes], ncols: int) -> None:
    entries: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    part.legend(
        entries.values(),
        entries.keys(),
        loc="center",
        ncols=ncols,
        fontsize="x-small",
        title=READING,
        title_fontproperties={"size": "x-small", "weight": "bold"},
    )

"""Figures 1, 5 and 6 of paper 1: a fit towards a generator, and its risk against the ratio lambda."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from sweetspot.figures.style import COLOURS, GREY, PAGE_WIDTH, panel_label

BLUE, ORANGE, GREEN, VERMILION = COLOURS[:4]


def kernel_regression(risk: pd.DataFrame, optima: pd.DataFrame, fit: pd.DataFrame) -> Figure:
    """Panel (a): f*, g, the data and the fit at the best lambda. Panel (b): excess risk against lambda.

    The tables are those of `theory.kernel_experiment.row_tables`. Where the bound of Theorem 2.2 has a
    minimum, it is drawn in a strip of its own above panel (b): it is far above the risk, and only where its
    minimum is matters.
    """
    rules = optima.set_index("rule")
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.9), layout="constrained")
    cells = figure.add_gridspec(2, 2, height_ratios=[1, 0.15])
    axes = figure.add_subplot(cells[0, 0])
    _draw_fit(axes, fit, rules)
    _legend_in(figure.add_subplot(cells[1, 0]), axes)
    if math.isfinite(rules.loc["bound", "lambda"]):
        halves = cells[0, 1].subgridspec(2, 1, height_ratios=[1, 2.4])
        strip = figure.add_subplot(halves[0])
        axes = figure.add_subplot(halves[1], sharex=strip)
        _draw_bound(strip, risk, rules)
        panel_label(strip, "b")
    else:
        axes = figure.add_subplot(cells[0, 1])
        panel_label(axes, "b")
    _draw_risk(axes, risk, rules)
    _legend_in(figure.add_subplot(cells[1, 1]), axes)
    return figure


def _draw_fit(axes: plt.Axes, fit: pd.DataFrame, rules: pd.DataFrame) -> None:
    series = {name: (part["x"].to_numpy(), part["value"].to_numpy()) for name, part in fit.groupby("series")}
    ratio = np.format_float_positional(rules.loc["monte_carlo", "lambda"], precision=2, fractional=False, trim="-")
    axes.plot(*series["data"], "o", markersize=2.2, color="0.65", label="data", zorder=1)
    axes.plot(*series["target"], color="black", linewidth=1.1, label="$f^*$", zorder=2)
    axes.plot(*series["generator"], "--", color=ORANGE, linewidth=1.6, label="$g$", zorder=3)
    axes.plot(*series["fit"], "-.", color=BLUE, linewidth=1.6, label=rf"$f_N$, $\lambda={ratio}$", zorder=4)
    axes.set(xlabel="$x$", ylabel="label $y$", xlim=(0, 1))
    panel_label(axes, "a")


def _curve(risk: pd.DataFrame, method: str) -> pd.DataFrame:
    return risk[risk["method"] == method].sort_values("lambda")


def _draw_bound(axes: plt.Axes, risk: pd.DataFrame, rules: pd.DataFrame) -> None:
    bound = _curve(risk, "bound")
    ratio = rules.loc["bound", "lambda"]
    smallest = math.exp(np.interp(math.log(ratio), np.log(bound["lambda"]), np.log(bound["mean"])))
    axes.loglog(bound["lambda"], bound["mean"], color=VERMILION, linestyle=(0, (3, 1, 1, 1)))
    axes.plot(ratio, smallest, "*", color=VERMILION, markersize=10, markeredgecolor="black", markeredgewidth=0.5)
    axes.axvline(ratio, color=VERMILION, linewidth=0.7, linestyle=":")
    axes.set_ylim(smallest / 4, smallest * 300)
    axes.set_ylabel("bound")
    axes.tick_params(labelbottom=False)
    axes.yaxis.set_major_locator(LogLocator(numticks=3))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.annotate("Theorem 2.2", (0.97, 0.1), xycoords="axes fraction", ha="right", va="bottom", fontsize="x-small")


def _draw_risk(axes: plt.Axes, risk: pd.DataFrame, rules: pd.DataFrame) -> None:
    simulated = _curve(risk, "monte_carlo")
    equivalent, tight = _curve(risk, "deterministic_equivalent"), _curve(risk, "bound_tight")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.fill_between(
        simulated["lambda"], simulated["ci_low"], simulated["ci_high"], color=BLUE, alpha=0.3, linewidth=0
    )
    axes.plot(simulated["lambda"], simulated["mean"], color=BLUE, label="Monte Carlo, 95 % band")
    axes.plot(equivalent["lambda"], equivalent["mean"], "--", color="black", linewidth=1, label="determ. equivalent")
    axes.plot(tight["lambda"], tight["mean"], ":", color=GREEN, linewidth=1.4, label="tight upper bound")

    best = rules.loc["monte_carlo"]
    at_end = bool(best["at_end_of_grid"])
    if not at_end:
        axes.axvspan(best["ci_low"], best["ci_high"], color=GREY, alpha=0.2, linewidth=0)
    axes.axvline(best["lambda"], color=GREY, linestyle=(0, (5, 2)), linewidth=1, label="empirical optimum", zorder=1)
    marks = (
        ("bound", "*", 11, VERMILION, "optimum of Theorem 2.2"),
        ("tight", "D", 5, GREEN, "tight optimum"),
    )
    for rule, marker, size, colour, label in marks:
        ratio, height = rules.loc[rule, "lambda"], rules.loc[rule, "risk"]
        if math.isfinite(ratio):
            axes.plot(
                ratio,
                height,
                marker,
                color=colour,
                markersize=size,
                markeredgecolor="black",
                markeredgewidth=0.5,
                linestyle="none",
                label=label,
                zorder=5,
            )
    smallest, largest = simulated["mean"].min(), simulated["mean"].max()
    margin = math.log(largest / smallest)
    finite = math.isfinite(rules.loc["bound", "lambda"])
    if finite:
        axes.axvline(rules.loc["bound", "lambda"], color=VERMILION, linewidth=0.7, linestyle=":", zorder=1)
        axes.set_ylim(smallest * math.exp(-0.15 * margin), largest * math.exp(0.25 * margin))
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.annotate(
            "$D=0$: every theory gives " + r"$\lambda^*=\infty$;" + "\nempirically the end of the grid",
            (0.04, 0.05),
            xycoords="axes fraction",
            fontsize="x-small",
        )
    axes.set_xlim(simulated["lambda"].min(), simulated["lambda"].max() * (1 if finite else 1.6))
    axes.set(xlabel=r"ratio $\lambda$", ylabel="excess test error")


def _legend_in(cell: plt.Axes, axes: plt.Axes) -> None:
    """The legend of `axes` in a cell of its own, where no curve can be and no panel is made narrower."""
    cell.set_axis_off()
    legend = cell.legend(
        *axes.get_legend_handles_labels(),
        loc="upper center",
        borderaxespad=0,
        ncols=2,
        fontsize="x-small",
        columnspacing=1.2,
        handlelength=2.6,
    )
    legend.set_in_layout(False)

"""Appendix D of paper 1: the traditional bounds have no best mixture, the one of Theorem 3.1 has."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sweetspot.figures.style import COLOURS, PAGE_WIDTH, panel_label
from sweetspot.theory.stability_bound import gap_bound, gap_optimum
from sweetspot.theory.traditional_bound import best_weighted_bound, concatenated_bound, separate_bound

REAL = 100  # number n of real samples; in the units of the figure it does not matter
LOW, HIGH = 1e-3, 1e3  # ratios
BIASES = (2.0, 0.5)  # Delta/V of the panels
DIMENSION = 1
LIMIT = 2.6  # of the vertical axis, in units of V
TRADITIONAL = (
    (separate_bound, "a bound for each loss", "-", COLOURS[0]),
    (best_weighted_bound, "the same, best weights", (0, (1, 1)), COLOURS[2]),
    (concatenated_bound, "one bound for all samples", "--", COLOURS[1]),
)
STABILITY = "Theorem 3.1"


def traditional_bound_figure() -> Figure:
    """Each bound against the ratio m/n, in units of V = C/sqrt(n): (a) for Delta > V, (b) for Delta < V.

    Of the traditional bounds the smallest value is at one end (triangles), whatever the constants. That of Theorem
    3.1 (star) is in between: drawn with C1 N^-q = V, C2 W = Delta and d = 1, since its own constants are very loose.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.1), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[0.45, 2.65])
    panels = lower.subplots(1, 2, sharey=True)
    for axes, bias, letter in zip(panels, BIASES, "ab", strict=True):
        _draw_bounds(axes, bias)
        panel_label(axes, letter)
        axes.set_title(rf"$\Delta = {bias:g}\,V$")
    panels[0].set_ylabel("bound / $V$")
    upper.legend(*panels[0].get_legend_handles_labels(), loc="center", ncols=3, fontsize="small")
    return figure


def _draw_bounds(axes: Axes, bias: float) -> None:
    ratios = np.geomspace(LOW, HIGH, 601)
    scale = np.sqrt(REAL)  # C, at which V is 1
    for bound, label, dashes, colour in TRADITIONAL:
        values = bound(ratios * REAL, REAL, scale, bias)
        axes.plot(ratios, values, linestyle=dashes, color=colour, linewidth=1.6, label=label, zorder=2)
    # The infimum, approached towards one end of the axis.
    at, marker = (LOW, "<") if bias >= 1 else (HIGH, ">")
    axes.plot(
        at,
        min(1, bias),
        marker=marker,
        markersize=8,
        color="white",
        markeredgecolor="black",
        linestyle="none",
        clip_on=False,
        label=r"their smallest value, at ratio 0 or $\infty$",
        zorder=4,
    )
    constant = REAL ** (1 / (DIMENSION + 1))
    values = gap_bound(constant, 1, bias, DIMENSION, REAL, ratios)
    best = gap_optimum(constant, 1, bias, DIMENSION, REAL)
    axes.plot(ratios, values, color="black", linestyle="-.", linewidth=1.4, label=STABILITY, zorder=3)
    axes.plot(
        best,
        float(gap_bound(constant, 1, bias, DIMENSION, REAL, best)),
        marker="*",
        markersize=12,
        color=COLOURS[8],
        markeredgecolor="black",
        markeredgewidth=0.6,
        linestyle="none",
        label="its optimum",
        zorder=5,
    )
    axes.set(xscale="log", xlim=(LOW, HIGH), ylim=(0, LIMIT), xlabel="ratio $m/n$ of synthetic to real data")

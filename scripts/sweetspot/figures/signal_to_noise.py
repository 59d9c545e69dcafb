"""Figures 10 and 11 of paper 1: the best ratio as label noise grows, in domain and under domain shift."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from sweetspot.figures.heat_maps import draw_map, draw_scale, round_levels
from sweetspot.figures.style import COLOURS, PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE
from sweetspot.theory.signal_to_noise import DOMAINS

VERMILION = COLOURS[3]
BOUNDS = dict(zip(DOMAINS, ("Theorem 2.2", "Theorem 5.1"), strict=True))
HEIGHT, LEGEND_HEIGHT = 3.5, 0.28  # inches
ABOVE = (1.05, 1.2, 1.5, 2, 3, 5, 10)  # contours of panel (b)


def signal_to_noise_figure(risk: pd.DataFrame, optima: pd.DataFrame, domain: str) -> Figure:
    """(a) excess risk and (b) how far it is above the smallest at the same noise, against the ratio lambda and the
    signal-to-noise ratio, with the best lambda by each theory and by simulation.

    The tables are those of `theory.signal_to_noise.signal_to_noise_tables`; the risk is the deterministic
    equivalent, which is not in the paper. A best lambda beyond the axis is drawn at its end.

    Parameters
    ----------
    domain : `in_domain` (figure 10) or `domain_shift` (figure 11).
    """
    values = risk[risk["domain"] == domain].pivot(index="signal_to_noise", columns="lambda", values="risk")
    rules = dict(list(optima[optima["domain"] == domain].groupby("rule")))
    lambdas, ratios = values.columns.to_numpy(), values.index.to_numpy()
    grid = values.to_numpy()
    figure = plt.figure(figsize=(PAGE_WIDTH, HEIGHT), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[LEGEND_HEIGHT, HEIGHT - LEGEND_HEIGHT])
    panels = lower.subplots(1, 2, sharey=True)
    risks, above = LogNorm(grid.min(), grid.max()), LogNorm(1, ABOVE[-1])
    maps = (
        ("a", grid, risks, round_levels(risks.vmin, risks.vmax), "excess risk"),
        ("b", grid / grid.min(axis=1, keepdims=True), above, ABOVE, "excess risk / its minimum over the ratio"),
    )
    for axes, (letter, shown, norm, levels, label) in zip(panels, maps, strict=True):
        draw_map(axes, lambdas, ratios, shown, norm, levels)
        _draw_optima(axes, rules, domain)
        draw_scale(lower, axes, norm, levels, label, beyond=bool(shown.max() > norm.vmax))
        panel_label(axes, letter)
        axes.set_xlabel(r"ratio $\lambda$ of synthetic to real data")
    panels[0].set_ylabel(r"signal-to-noise ratio $E f^{*2} / \sigma^2$")
    upper.legend(*panels[0].get_legend_handles_labels(), loc="center", ncols=3, fontsize="small")
    return figure


def _draw_optima(axes: Axes, rules: dict[str, pd.DataFrame], domain: str) -> None:
    low, high = axes.get_xlim()
    lines = (
        ("deterministic_equivalent", "-", "black", "optimum, determ. equivalent"),
        ("bound", "--", VERMILION, f"optimum of {BOUNDS[domain]}"),
    )
    for rule, dashes, colour, label in lines:
        rows = rules[rule].sort_values("signal_to_noise")
        at = np.clip(rows["lambda"], low, high)
        axes.plot(at, rows["signal_to_noise"], linestyle=dashes, color=colour, linewidth=1.6, label=label, zorder=3)
    simulated = rules["monte_carlo"]
    at = simulated["lambda"].to_numpy()
    axes.errorbar(
        at,
        simulated["signal_to_noise"],
        xerr=[np.maximum(at - simulated["ci_low"], 0), np.maximum(simulated["ci_high"] - at, 0)],
        linestyle="none",
        marker="o",
        markersize=4.5,
        color="black",
        markerfacecolor="white",
        markeredgewidth=0.8,
        elinewidth=1,
        label=f"Monte Carlo, {100 * CONFIDENCE:g} % interval",
        zorder=4,
        clip_on=False,
    )

"""This project's own figure: predicted against best ratio, and what each way of choosing the ratio costs."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sweetspot.figures.style import COLOURS, GREY, MARKERS, PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE, estimate
from sweetspot.tables.predictions import CELL, FIXED_RULES, RESOLVED, resolved

LABELS = {
    "fixed_0": "real data only",
    "fixed_1": "always 1:1",
    "fixed_2": "always 1:2",
    "everything": "all synthetic data",
    "rapsd": "RAPSD rule",
    "rapsd_255": "RAPSD rule, 0..255",
    "frechet": "Fréchet rule",
    "tight": "tight bound",
    "residual_ml": "residuals, likelihood",
    "residual_gcv": "residuals, GCV",
    "plug_in": "two populations, plug-in",
    "leave_one_out": "leave-one-out",
    "linear_probe": "linear probe",
    "pilot": "pilot sweep",
    "leave_one_out_alone": "leave-one-out, no validation set",
    "pilot_one_run": "pilot sweep, one run",
    "informed_pilot": "pilot sweep and leave-one-out",
}
PAPER_RULE = "rapsd"
BEST = 3  # methods in colour beside the paper's rule
LIGHT = "0.75"
OTHER = {"color": GREY, "marker": "p"}
TASK_MARKERS = ("x", "+", "1", "2", "3", "4")  # unlike those of the methods
ROW_HEIGHT, PANEL_HEIGHT, LEGEND_HEIGHT, AXIS_HEIGHT = 0.2, 2.8, 0.45, 0.75  # inches
TICKS = [0, 1, 2, 4, 8, 16, 32, 64, 128]


def predictions_figure(predictions: pd.DataFrame) -> Figure:
    """Draw `predictions.csv`, over the cells (task, experiment, quality) that their sweep resolves.

    (a) Predicted against best measured ratio with the methods' own intervals: the paper's rule and the `BEST` methods
    of the lowest mean regret in colour, the other methods as light points, fixed rules left out.
    (b) Relative regret: (loss at the predicted ratio - loss at the best ratio of the sweep) / range of the sweep. Every
    cell, and the mean over cells with its t-interval, one row for each method from the best to the worst.

    Where no cell is resolved, the figure says so: noisy runs are a result, and no reason to stop the workflow.
    """
    cells = resolved(predictions)
    if cells.empty:
        return _notice()
    order = list(cells.groupby("method")["relative_regret"].mean().sort_values(kind="stable").index)
    looks = _looks(order)
    tasks = dict(zip(sorted(cells["task"].unique()), itertools.cycle(TASK_MARKERS), strict=False))
    height = max(PANEL_HEIGHT, ROW_HEIGHT * len(order) + AXIS_HEIGHT)
    figure = plt.figure(figsize=(PAGE_WIDTH, height + LEGEND_HEIGHT), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[LEGEND_HEIGHT, height])
    left, right = lower.subplots(1, 2, width_ratios=[1, 1.15])
    _draw_ratios(left, cells, looks)
    _draw_regret(right, cells, order, looks, tasks)
    panel_label(left, "a")
    panel_label(right, "b")
    _legend(upper, tasks, len(cells.groupby(CELL)))
    return figure


def _notice() -> Figure:
    figure = plt.figure(figsize=(PAGE_WIDTH, PANEL_HEIGHT))
    text = (
        "No sweep tells which ratio is best, so no prediction can be judged: between its ratios\n"
        f"the mean loss differs by less than {RESOLVED:g} standard errors. More seeds would tell."
    )
    figure.text(0.5, 0.5, text, ha="center", va="center")
    return figure


def _looks(order: list[str]) -> dict[str, dict[str, str]]:
    """Colour and marker of the methods in colour."""
    best = [method for method in order if method not in (*FIXED_RULES, PAPER_RULE)][:BEST]
    rule = [PAPER_RULE] if PAPER_RULE in order else []
    signs = zip(best + rule, COLOURS, MARKERS, strict=False)
    return {method: {"color": colour, "marker": marker} for method, colour, marker in signs}


def _draw_ratios(axes: Axes, cells: pd.DataFrame, looks: dict[str, dict[str, str]]) -> None:
    largest = cells[["predicted_ratio", "best_ratio"]].to_numpy().max()
    axes.plot([0, largest], [0, largest], color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    others = cells[~cells["method"].isin([*FIXED_RULES, *looks])]
    axes.plot(others["best_ratio"], others["predicted_ratio"], ".", markersize=5, color=LIGHT, zorder=2)
    for place, (method, look) in enumerate(looks.items()):
        rows = cells[cells["method"] == method]
        predicted = rows["predicted_ratio"]
        reach = np.nan_to_num([predicted - rows["ci_low"], rows["ci_high"] - predicted]).clip(0)
        # Cells share best ratios, so methods stand beside each other.
        x = (1 + rows["best_ratio"]) * 1.04 ** (place - (len(looks) - 1) / 2) - 1
        axes.errorbar(x, predicted, yerr=reach, elinewidth=0.7, markersize=5, linestyle="none", **look, zorder=3)
    axes.set_xscale("function", functions=(_log1p, np.expm1))
    axes.set_yscale("function", functions=(_log1p, np.expm1))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator([tick for tick in TICKS if tick <= 1.2 * largest]))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    margin = 0.06 * np.log1p(largest)
    ends = np.expm1([-margin, np.log1p(largest) + margin])
    axes.set(xlim=ends, ylim=ends, xlabel="best ratio of the sweep", ylabel="predicted ratio")


def _log1p(ratio: np.ndarray) -> np.ndarray:
    return np.log1p(np.maximum(ratio, -0.9))


def _draw_regret(
    axes: Axes, cells: pd.DataFrame, order: list[str], looks: dict[str, dict[str, str]], tasks: dict[str, str]
) -> None:
    for place, method in enumerate(order):
        rows = cells[cells["method"] == method]
        look = looks.get(method, OTHER)
        for task, group in rows.groupby("task"):
            axes.plot(
                group["relative_regret"],
                [place] * len(group),
                marker=tasks[task],
                markersize=4,
                color=look["color"],
                alpha=0.6,
                linestyle="none",
            )
        if len(rows) > 1:
            interval = estimate(rows["relative_regret"].to_numpy())
            axes.plot([max(interval.low, 0), interval.high], [place, place], color=look["color"], linewidth=1.2)
        axes.plot(rows["relative_regret"].mean(), place, markersize=6, markeredgecolor="white", **look)
    axes.set_yticks(range(len(order)), [LABELS.get(method, method) for method in order], fontsize="small")
    for label, method in zip(axes.get_yticklabels(), order, strict=True):
        label.set(
            color=looks.get(method, {"color": "black"})["color"],
            fontstyle="italic" if method in FIXED_RULES else "normal",
        )
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlim(left=-0.02)
    axes.set_xlabel("relative regret")


def _legend(part: SubFigure, tasks: dict[str, str], cells: int) -> None:
    entries = [
        Line2D([], [], color=GREY, marker=marker, markersize=4, linestyle="none", label=task)
        for task, marker in tasks.items()
    ]
    entries += [
        Line2D([], [], linewidth=1.2, markersize=6, markeredgecolor="white", **OTHER, label="mean over cells"),
        Line2D([], [], color=LIGHT, marker=".", markersize=5, linestyle="none", label="other methods"),
        Line2D([], [], color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), label="predicted = best"),
    ]
    part.legend(
        handles=entries,
        loc="center",
        ncols=len(entries),
        fontsize="small",
        title=f"{cells} cells of task, experiment and quality, with {100 * CONFIDENCE:g} % intervals",
        title_fontproperties={"size": "small", "weight": "bold"},
    )

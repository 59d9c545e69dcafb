"""Figure 7: test accuracy against the number of added samples, one line for each quality."""

from __future__ import annotations

import string
from collections.abc import Iterator

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from sweetspot.errors import InputError
from sweetspot.figures.curves import (
    MORE_REAL,
    Styles,
    added_samples_axis,
    draw_curves,
    draw_real_only,
    panels,
    quality_styles,
    real_samples,
    rows_of,
    training_title,
)
from sweetspot.figures.style import PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE
from sweetspot.tables.segmentation_runs import without_segmentation

EXPERIMENT_COLUMNS, CLASS_COLUMNS, LEGEND_COLUMNS = 2, 5, 3
EXPERIMENT_HEIGHT, CLASS_HEIGHT, LABEL_HEIGHT = 2.6, 1.2, 0.35  # inches
LEGEND_LINE, LEGEND_TITLE = 0.17, 0.3


def accuracy_figure(runs: pd.DataFrame) -> Figure:
    """Draw figure 7 from `runs.csv`; tasks, where there are several, one below the other.

    The upper panels have one experiment each, the lower ones one class each, from `in_domain`. Points are means over
    seeds with 95 % t-intervals. The line and band of real data only are at ratio 0, where all curves start.

    Raises
    ------
    InputError : there is no classification task.
    """
    runs = without_segmentation(runs)
    if runs.empty:
        raise InputError("the table of runs has no classification task; add one to the config and run it first")
    tasks = dict(iter(runs.groupby("task", sort=True)))
    heights = [sum(_heights(group)) for group in tasks.values()]
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
    parts = figure.subfigures(len(tasks), 1, height_ratios=heights, squeeze=False)[:, 0]
    letters = iter(string.ascii_lowercase)
    for (name, group), part in zip(tasks.items(), parts, strict=True):
        _draw_task(part, group, letters, f"{name}: " if len(tasks) > 1 else "")
    return figure


def _experiments(runs: pd.DataFrame) -> list[str]:
    return sorted(runs["experiment"].unique(), key=lambda name: (name != "in_domain", name))


def _class_names(runs: pd.DataFrame) -> list[str]:
    metrics = runs["metric"].unique()
    names = [each.removeprefix("error[").removesuffix("]") for each in metrics if each.startswith("error[")]
    return sorted(names, key=lambda name: (int(name) if name.isdecimal() else -1, name))


def _heights(runs: pd.DataFrame) -> list[float]:
    """Inches of a task's legend, its experiments and its classes."""
    lines = rows_of(2 + runs.loc[runs["arm"] == "synthetic", "quality"].nunique(), LEGEND_COLUMNS)
    return [
        LEGEND_TITLE + LEGEND_LINE * lines,
        EXPERIMENT_HEIGHT * rows_of(len(_experiments(runs)), EXPERIMENT_COLUMNS),
        CLASS_HEIGHT * rows_of(len(_class_names(runs)), CLASS_COLUMNS) + LABEL_HEIGHT,
    ]


def _draw_task(figure: SubFigure, runs: pd.DataFrame, letters: Iterator[str], prefix: str) -> None:
    legend, upper, lower = figure.subfigures(3, 1, height_ratios=_heights(runs))
    styles = _styles(runs)
    experiments, classes = _experiments(runs), _class_names(runs)
    errors = runs[runs["metric"] == "error"]
    several_sizes = runs.loc[runs["arm"] == "real_only", "n_real"].nunique() > 1
    grid = panels(upper, len(experiments), EXPERIMENT_COLUMNS)
    entries = {}
    for experiment, axes in zip(experiments, grid, strict=True):
        _draw_accuracy(axes, errors[errors["experiment"] == experiment], styles)
        panel_label(axes, next(letters))
        own = runs[runs["experiment"] == experiment]
        # Worth a word only where experiments differ in it.
        real = f"{real_samples(own)} real images, " if several_sizes else ""
        axes.set_title(real + training_title(own), fontsize="x-small")
        axes.set_xlabel("added samples")
        entries |= {label: handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    _keep_to_percentages(grid[0])
    grid[0].set_ylabel("test accuracy [%]")
    order = [label for label in ("real only", *(style["label"] for style in styles.values())) if label in entries]
    legend.legend(
        [entries[label] for label in order],
        order,
        loc="center",
        ncols=LEGEND_COLUMNS,
        fontsize="small",
        title=f"{prefix}mean over seeds with {100 * CONFIDENCE:g} % interval",
        title_fontproperties={"size": "small", "weight": "bold"},
    )

    in_domain = runs[runs["experiment"] == "in_domain"]
    grid = panels(lower, len(classes), CLASS_COLUMNS, sharex=True)
    for name, axes in zip(classes, grid, strict=True):
        _draw_accuracy(axes, in_domain[in_domain["metric"] == f"error[{name}]"], styles, small=True)
        title = f"class {name}" if name.isdecimal() else name
        axes.set_title(title, fontsize="small", parse_math=False)  # a name may hold $
    _keep_to_percentages(grid[0])
    panel_label(grid[0], next(letters))
    lower.supxlabel("added samples", fontsize="medium")
    lower.supylabel("test accuracy [%]", fontsize="medium")


def _draw_accuracy(axes: Axes, errors: pd.DataFrame, styles: Styles, small: bool = False) -> None:
    accuracy = errors.assign(value=100 * (1 - errors["value"]))
    draw_real_only(axes, accuracy)
    draw_curves(axes, accuracy, styles, small)
    added_samples_axis(axes, accuracy)


def _keep_to_percentages(axes: Axes) -> None:
    """Cut the vertical scale, shared by a group of panels, where the interval of few seeds leaves 0 to 100 %."""
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, 0), min(high, 102))


def _styles(runs: pd.DataFrame) -> Styles:
    """Colour, marker and dashes of every curve."""
    return {("more_real", ""): MORE_REAL, **quality_styles(runs["quality"].unique())}

"""Figure 7: test accuracy against the number of added samples, one line for each quality."""

from __future__ import annotations

import string
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from sweetspot.config.sampling import Quality, mechanisms, parse_quality
from sweetspot.figures.style import COLOURS, GREY, MARKERS, PAGE_WIDTH, panel_label
from sweetspot.statistics import CONFIDENCE, estimate

MECHANISM_DASHES = {"noise": "-", "t": "-.", "steps": "--", "truncation": ":"}
EXPERIMENT_COLUMNS, CLASS_COLUMNS, LEGEND_COLUMNS = 2, 5, 3
EXPERIMENT_HEIGHT, CLASS_HEIGHT, LABEL_HEIGHT = 2.6, 1.2, 0.35  # inches
LEGEND_LINE, LEGEND_TITLE = 0.17, 0.3
DIGIT_WIDTH = 0.065  # of a label of the axis, with some air


def accuracy_figure(runs: pd.DataFrame) -> Figure:
    """Draw figure 7 from `runs.csv`; tasks, where there are several, one below the other.

    The upper panels have one experiment each, the lower ones one class each, from `in_domain`. Points are means over
    seeds with 95 % t-intervals. The line and band of real data only are at ratio 0, where all curves start.
    """
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


def _title(runs: pd.DataFrame) -> str:
    steps = runs["steps"]
    if steps.nunique() == 1:
        return f"equal budget: {steps.iloc[0]} optimiser steps"
    return f"fixed epochs: {steps.min()} to {steps.max()} optimiser steps"


def _label(quality: str) -> str:
    """A quality in words, for the legend."""
    setting = parse_quality(quality)
    words = {
        "synthetic": setting == Quality(),
        f"noise variance {setting.noise:g}": setting.noise,
        f"stopped at t = {setting.t}": setting.t,
        f"generator after {setting.steps} steps": setting.steps,
        f"truncation {setting.truncation or 0:g}": setting.truncation,
    }
    return ", ".join(word for word, said in words.items() if said)


def _class_names(runs: pd.DataFrame) -> list[str]:
    metrics = runs["metric"].unique()
    names = [each.removeprefix("error[").removesuffix("]") for each in metrics if each.startswith("error[")]
    return sorted(names, key=lambda name: (int(name) if name.isdecimal() else -1, name))


def _rows(count: int, columns: int) -> int:
    return -(-count // columns)


def _heights(runs: pd.DataFrame) -> list[float]:
    """Inches of a task's legend, its experiments and its classes."""
    lines = _rows(2 + runs.loc[runs["arm"] == "synthetic", "quality"].nunique(), LEGEND_COLUMNS)
    return [
        LEGEND_TITLE + LEGEND_LINE * lines,
        EXPERIMENT_HEIGHT * _rows(len(_experiments(runs)), EXPERIMENT_COLUMNS),
        CLASS_HEIGHT * _rows(len(_class_names(runs)), CLASS_COLUMNS) + LABEL_HEIGHT,
    ]


def _draw_task(figure: SubFigure, runs: pd.DataFrame, letters: Iterator[str], prefix: str) -> None:
    legend, upper, lower = figure.subfigures(3, 1, height_ratios=_heights(runs))
    styles = _styles(runs)
    experiments, classes = _experiments(runs), _class_names(runs)
    errors = runs[runs["metric"] == "error"]
    grid = _panels(upper, len(experiments), EXPERIMENT_COLUMNS)
    entries = {}
    for experiment, axes in zip(experiments, grid, strict=True):
        _draw_curves(axes, errors[errors["experiment"] == experiment], styles)
        panel_label(axes, next(letters))
        axes.set_title(_title(runs[runs["experiment"] == experiment]), fontsize="small")
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
    grid = _panels(lower, len(classes), CLASS_COLUMNS, sharex=True)
    for name, axes in zip(classes, grid, strict=True):
        _draw_curves(axes, in_domain[in_domain["metric"] == f"error[{name}]"], styles, small=True)
        title = f"class {name}" if name.isdecimal() else name
        axes.set_title(title, fontsize="small", parse_math=False)  # a name may hold $
    _keep_to_percentages(grid[0])
    panel_label(grid[0], next(letters))
    lower.supxlabel("added samples", fontsize="medium")
    lower.supylabel("test accuracy [%]", fontsize="medium")


def _keep_to_percentages(axes: Axes) -> None:
    """Cut the vertical scale, shared by a group of panels, where the interval of few seeds leaves 0 to 100 %."""
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, 0), min(high, 102))


def _panels(figure: SubFigure, count: int, columns: int, **sharing: bool) -> list[Axes]:
    """`count` axes with one vertical scale, in rows of `columns`."""
    columns = min(columns, count)
    grid = figure.subplots(_rows(count, columns), columns, sharey=True, squeeze=False, **sharing).ravel()
    for axes in grid[count:]:
        axes.set_axis_off()
        # The panel above is the lowest of its column.
        grid[list(grid).index(axes) - columns].tick_params(labelbottom=True)
    return list(grid[:count])


def _styles(runs: pd.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    """Colour, marker and dashes of every (arm, quality); dashes tell the way in which samples are made worse."""
    names = [name for name in runs["quality"].unique() if name]
    dashes = {name: MECHANISM_DASHES[mechanism] for mechanism, group in mechanisms(names).items() for name in group}
    dashes["noise=0"] = "-"
    ordered = list(dict.fromkeys(name for group in mechanisms(names).values() for name in group))
    ordered += [name for name in names if name not in ordered]
    styles: dict[tuple[str, str], dict[str, object]] = {
        ("more_real", ""): {"label": "more real", "color": "black", "marker": "*", "linestyle": (0, (1, 1))}
    }
    for number, name in enumerate(ordered):
        styles["synthetic", name] = {
            "label": _label(name),
            "color": COLOURS[number % len(COLOURS)],
            "marker": MARKERS[number % len(MARKERS)],
            "linestyle": dashes.get(name, "-"),
        }
    return styles


def _draw_curves(
    axes: Axes, errors: pd.DataFrame, styles: dict[tuple[str, str], dict[str, object]], small: bool = False
) -> None:
    real_only = errors[errors["arm"] == "real_only"]
    n_real = int(real_only["n_real"].iloc[0])
    base = estimate(100 * (1 - real_only["value"].to_numpy()))
    axes.axhline(base.mean, color=GREY, linewidth=1, zorder=1, label="real only")
    axes.axhspan(base.low, base.high, color=GREY, alpha=0.15, linewidth=0, zorder=0)
    size = {"markersize": 3, "linewidth": 0.8} if small else {"markersize": 5.5, "linewidth": 1.2}
    for (arm, quality), style in styles.items():
        rows = errors[(errors["arm"] == arm) & (errors["quality"] == quality)]
        if rows.empty:
            continue
        points = [(0.0, base)]
        points += [(ratio, estimate(100 * (1 - group["value"].to_numpy()))) for ratio, group in rows.groupby("ratio")]
        axes.errorbar(
            [ratio * n_real for ratio, _ in points],
            [point.mean for _, point in points],
            yerr=[
                [point.mean - point.low for _, point in points],
                [point.high - point.mean for _, point in points],
            ],
            # At ratio 0 all curves are real data only, whose interval is the band.
            markevery=slice(1, None),
            errorevery=(1, 1),
            elinewidth=0.7,
            markeredgewidth=0,
            **size,
            **style,
        )
    axes.yaxis.set_major_locator(MaxNLocator(4 if small else 7))
    _ratio_axis(axes, sorted(errors["ratio"].unique()), n_real)


def _ratio_axis(axes: Axes, ratios: list[float], n_real: int) -> None:
    """An axis of added samples, even in log(1 + ratio), so that 0 has its place.

    Every ratio has a tick; a number stands at those that leave room for it: at both ends, then from the largest down.
    """
    axes.set_xscale(
        "function", functions=(lambda x: np.log1p(np.maximum(x, 0) / n_real), lambda y: np.expm1(y) * n_real)
    )
    added = [round(ratio * n_real) for ratio in ratios]
    places = np.log1p(ratios) / np.log1p(ratios[-1]) * 0.8 * PAGE_WIDTH / axes.get_gridspec().ncols
    shown: dict[int, float] = {}
    for number, place in sorted(
        zip(added, places, strict=True), key=lambda each: (each[0] not in (0, added[-1]), -each[0])
    ):
        room = (DIGIT_WIDTH * (len(str(number)) + len(str(other)) + 1) / 2 for other in shown)
        if all(abs(place - at) >= needed for at, needed in zip(shown.values(), room, strict=True)):
            shown[number] = place
    axes.xaxis.set_major_locator(FixedLocator(added))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{round(x)}" if round(x) in shown else ""))
    axes.tick_params(axis="x", labelsize="x-small")

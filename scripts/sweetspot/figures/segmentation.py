"""Figures 2 and 3 of paper 1: segmentation with added data, in domain and under domain shift."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from sweetspot.figures.curves import (
    MORE_REAL,
    Styles,
    added_samples_axis,
    draw_curves,
    draw_real_only,
    quality_styles,
    rows_of,
    synthetic_label,
    training_title,
)
from sweetspot.figures.style import PAGE_WIDTH, panel_label
from sweetspot.figures.training_sets import draw_training_sets
from sweetspot.statistics import CONFIDENCE
from sweetspot.tables.segmentation_runs import segmentation_runs

IN_DOMAIN, DOMAIN_SHIFT = "in_domain", "domain_shift"
REFERENCES = {
    "more_real": MORE_REAL | {"linestyle": "--"},
    "more_source": {"label": "more source", "color": "black", "marker": "p", "linestyle": ":"},
    "target_real": {"label": "real target", "color": "black", "marker": "*", "linestyle": "--"},
}
AXIS = "ratio, and number, of added slices"
LOSS, DICE = "test loss (lower is better)", "test Dice (higher is better)"
PANEL_HEIGHT, LEGEND_TITLE, LEGEND_LINE = 2.9, 0.3, 0.17  # inches
LEGEND_COLUMNS = 3


def in_domain_figure(runs: pd.DataFrame) -> Figure:
    """Figure 2: (a) test loss and (b) Dice against added slices; a row for each segmentation task.

    Points are means over seeds with 95 % t-intervals; line and band are real data only, where all curves start.

    Raises
    ------
    InputError : no segmentation task has the experiment `in_domain`.
    """
    chosen = segmentation_runs(runs, IN_DOMAIN)
    styles = segmentation_styles(runs, chosen)
    lines = rows_of(1 + len(styles), LEGEND_COLUMNS)

    def draw(part: SubFigure, group: pd.DataFrame, letters: Iterator[str]) -> None:
        for axes, metric, label in zip(part.subplots(1, 2), ("loss", "dice"), (LOSS, DICE), strict=True):
            _draw_panel(axes, group, metric, styles)
            axes.set_ylabel(label)
            panel_label(axes, next(letters))
        _keep_to_shares(axes)

    figure, legend = _row_for_each_task(chosen, draw, PANEL_HEIGHT, legend_height=LEGEND_TITLE + LEGEND_LINE * lines)
    _legend(legend, figure, chosen, styles, ncols=LEGEND_COLUMNS, loc="center")
    return figure


def domain_shift_figure(runs: pd.DataFrame, distances: pd.DataFrame) -> Figure:
    """Figure 3: (a) test loss on the target domain against slices added to real ones of the source domain.

    (b) Distance of the same training sets to real slices of the target domain: the Fréchet distance of features of the
    segmenter, for the sets of one seed, with bootstrap intervals. It has a bias that falls with the number of slices;
    so the dashed line is the floor, the distance of as many other real slices of the target. A row for each
    segmentation task.

    Parameters
    ----------
    runs : rows of `runs.csv`.
    distances : rows of the tables of distances, with their floors.

    Raises
    ------
    InputError : no segmentation task has the experiment `domain_shift`, or a task has no distances of training sets.
    """
    chosen = segmentation_runs(runs, DOMAIN_SHIFT)
    styles = segmentation_styles(runs, chosen, "synthetic target")
    lines = rows_of(2 + len(styles), LEGEND_COLUMNS)

    def draw(part: SubFigure, group: pd.DataFrame, letters: Iterator[str]) -> None:
        left, right = part.subplots(1, 2)
        _draw_panel(left, group, "loss", styles)
        left.set_ylabel("target " + LOSS)
        draw_training_sets(right, group, distances, styles)
        for axes in (left, right):
            panel_label(axes, next(letters))

    figure, legend = _row_for_each_task(chosen, draw, PANEL_HEIGHT, legend_height=LEGEND_TITLE + LEGEND_LINE * lines)
    _legend(legend, figure, chosen, styles, "source real only", ncols=LEGEND_COLUMNS, loc="center")
    return figure


def segmentation_styles(runs: pd.DataFrame, drawn: pd.DataFrame, synthetic: str = "synthetic") -> Styles:
    """How each arm and quality among `drawn` is drawn; alike in all figures of the same `runs`.

    Where all qualities are of one kind, their curves are solid, and dashes are left to the real data.
    """
    styles = quality_styles(sorted(segmentation_runs(runs)["quality"].unique()))
    one_kind = len({style["linestyle"] for (_, quality), style in styles.items() if quality != "noise=0"}) == 1
    present = set(zip(drawn["arm"], drawn["quality"], strict=True))
    chosen = {}
    for curve, style in styles.items():
        if curve in present:
            label = synthetic_label(curve[1], synthetic)
            chosen[curve] = style | {"label": label, "linestyle": "-" if one_kind else style["linestyle"]}
    return {**chosen, **{(arm, ""): style for arm, style in REFERENCES.items() if (arm, "") in present}}


def _row_for_each_task(
    runs: pd.DataFrame,
    draw: Callable[[SubFigure, pd.DataFrame, Iterator[str]], None],
    height: float,
    legend_height: float = 0.0,
) -> tuple[Figure, SubFigure | None]:
    """A figure with a part for the legend above, if it has a height, and one that `draw` fills for each task."""
    tasks = dict(iter(runs.groupby("task", sort=True)))
    heights = [*([legend_height] if legend_height else []), *[height] * len(tasks)]
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
    parts = list(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    legend = parts.pop(0) if legend_height else None
    letters = iter(string.ascii_lowercase)
    for (task, group), part in zip(tasks.items(), parts, strict=True):
        if len(tasks) > 1:
            part.suptitle(task, fontsize="medium", fontweight="bold", parse_math=False)
        draw(part, group, letters)
    return figure, legend


def _draw_panel(axes: Axes, runs: pd.DataFrame, metric: str, styles: Styles) -> None:
    rows = runs[runs["metric"] == metric]
    draw_real_only(axes, rows)
    draw_curves(axes, rows, styles)
    added_samples_axis(axes, rows, name_ratios=True)
    axes.set_title(training_title(rows), fontsize="small")
    axes.set_xlabel(AXIS)


def _keep_to_shares(axes: Axes) -> None:
    """Cut the vertical scale where the interval of few seeds leaves 0 to 1."""
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, 0), min(high, 1.02))


def seeds_in_words(runs: pd.DataFrame) -> str:
    """What a point and its interval are."""
    numbers = runs.groupby(["task", "experiment"])["seed"].nunique()
    least, most = numbers.min(), numbers.max()
    return f"mean over {least if least == most else f'{least} to {most}'} seeds with {100 * CONFIDENCE:g} % interval"


def _legend(
    part: SubFigure, figure: Figure, runs: pd.DataFrame, styles: Styles, real_only: str = "real only", **layout: object
) -> None:
    """One legend for all panels, in the order of `styles`."""
    entries: dict[str, object] = {}
    for axes in figure.axes:
        entries |= {label: handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    entries[real_only] = entries.pop("real only")
    order = [real_only, *(str(style["label"]) for style in styles.values())]
    order += [label for label in entries if label not in order]
    part.legend(
        [entries[label] for label in order],
        order,
        fontsize="small",
        title=seeds_in_words(runs),
        title_fontproperties={"size": "small", "weight": "bold"},
        **layout,
    )

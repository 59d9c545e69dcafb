"""What the figures of runs share: a curve for each arm and quality against the amount of added data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from sweetspot.config.sampling import Quality, mechanisms, parse_quality
from sweetspot.figures.style import COLOURS, GREY, MARKERS
from sweetspot.statistics import estimate

# How the curve of each (arm, quality) is drawn.
Styles = Mapping[tuple[str, str], dict[str, object]]
MECHANISM_DASHES = {"noise": "-", "t": "-.", "steps": "--", "truncation": ":"}
MORE_REAL = {"label": "more real", "color": "black", "marker": "*", "linestyle": (0, (1, 1))}
DIGIT_WIDTH = 0.065  # inches, of a label of the axis, with some air


def training_title(runs: pd.DataFrame) -> str:
    """Whether all runs took equally many optimiser steps, and how many."""
    steps = runs["steps"]
    if steps.nunique() == 1:
        return f"equal budget: {steps.iloc[0]} optimiser steps"
    return f"fixed epochs: {steps.min()} to {steps.max()} optimiser steps"


def quality_label(quality: str) -> str:
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


def synthetic_label(quality: str, synthetic: str = "synthetic") -> str:
    """A quality in words that say that the data are synthetic, or `synthetic` in other words."""
    label = quality_label(quality)
    return synthetic if label == "synthetic" else f"{synthetic}, {label}"


def quality_styles(qualities: Iterable[str]) -> Styles:
    """Colour, marker and dashes of each quality; dashes tell the way in which samples are made worse."""
    names = [name for name in qualities if name]
    groups = mechanisms(names)
    dashes = {name: MECHANISM_DASHES[mechanism] for mechanism, group in groups.items() for name in group}
    dashes["noise=0"] = "-"
    ordered = list(dict.fromkeys(name for group in groups.values() for name in group))
    ordered += [name for name in names if name not in ordered]
    return {
        ("synthetic", name): {
            "label": quality_label(name),
            "color": COLOURS[number % len(COLOURS)],
            "marker": MARKERS[number % len(MARKERS)],
            "linestyle": dashes.get(name, "-"),
        }
        for number, name in enumerate(ordered)
    }


def rows_of(count: int, columns: int) -> int:
    """How many rows `count` things take."""
    return -(-count // columns)


def panels(figure: Figure | SubFigure, count: int, columns: int, **sharing: bool) -> list[Axes]:
    """`count` axes with one vertical scale, in rows of `columns`."""
    columns = min(columns, count)
    grid = figure.subplots(rows_of(count, columns), columns, sharey=True, squeeze=False, **sharing).ravel()
    for axes in grid[count:]:
        axes.set_axis_off()
        # The panel above is the lowest of its column.
        grid[list(grid).index(axes) - columns].tick_params(labelbottom=True)
    return list(grid[:count])


def draw_real_only(axes: Axes, runs: pd.DataFrame, label: str = "real only") -> None:
    """The mean of the runs at ratio 0 as a line across the panel, and its interval as a band."""
    base = estimate(runs.loc[runs["arm"] == "real_only", "value"].to_numpy())
    axes.axhline(base.mean, color=GREY, linewidth=1, zorder=1, label=label)
    axes.axhspan(base.low, base.high, color=GREY, alpha=0.15, linewidth=0, zorder=0)


def rows_of_curve(runs: pd.DataFrame, arm: str, quality: str) -> pd.DataFrame:
    """The runs of an arm and quality, and those at ratio 0, where every curve starts; empty if the arm has none."""
    own = (runs["arm"] == arm) & (runs["quality"] == quality)
    return runs[own | (runs["arm"] == "real_only")] if own.any() else runs[own]


def draw_curves(axes: Axes, runs: pd.DataFrame, styles: Styles, small: bool = False) -> None:
    """Means over seeds with intervals, for one metric of one experiment, against the number of added samples."""
    n_real = real_samples(runs)
    size = {"markersize": 3, "linewidth": 0.8} if small else {"markersize": 5.5, "linewidth": 1.2}
    for (arm, quality), style in styles.items():
        rows = rows_of_curve(runs, arm, quality)
        if rows.empty:
            continue
        points = [(ratio, estimate(group["value"].to_numpy())) for ratio, group in rows.groupby("ratio")]
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
            markeredgewidth=0,
            **({"elinewidth": 0.7} | size | style),
        )
    axes.yaxis.set_major_locator(MaxNLocator(4 if small else 7))


def real_samples(runs: pd.DataFrame) -> int:
    """Real samples at ratio 0."""
    return int(runs.loc[runs["arm"] == "real_only", "n_real"].iloc[0])


def added_samples_axis(axes: Axes, runs: pd.DataFrame, name_ratios: bool = False) -> None:
    """An axis of added samples, even in log(1 + ratio), so that 0 has its place.

    Every ratio has a tick; a number stands at those that leave room for it: at both ends, then from the largest down.
    With `name_ratios` the ratio stands above the number.
    """
    width = axes.figure.bbox.width / axes.figure.dpi / axes.get_gridspec().ncols  # inches
    n_real, ratios = real_samples(runs), sorted(runs["ratio"].unique())
    axes.set_xscale(
        "function", functions=(lambda x: np.log1p(np.maximum(x, 0) / n_real), lambda y: np.expm1(y) * n_real)
    )
    added = [round(ratio * n_real) for ratio in ratios]
    labels = [
        f"{ratio:g}\n{number}" if name_ratios else str(number) for ratio, number in zip(ratios, added, strict=True)
    ]
    places = np.log1p(ratios) / np.log1p(ratios[-1]) * 0.8 * width
    shown: dict[int, str] = {}
    taken: list[tuple[float, int]] = []
    for number, label, place in sorted(
        zip(added, labels, places, strict=True), key=lambda each: (each[0] not in (0, added[-1]), -each[0])
    ):
        digits = max(map(len, label.split("\n")))
        if all(abs(place - at) >= DIGIT_WIDTH * (digits + other + 1) / 2 for at, other in taken):
            shown[number] = label
            taken.append((place, digits))
    axes.xaxis.set_major_locator(FixedLocator(added))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: shown.get(round(x), "")))
    axes.tick_params(axis="x", labelsize="x-small")

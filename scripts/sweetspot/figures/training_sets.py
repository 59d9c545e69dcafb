"""Panel (b) of figure 3: the distance of training sets to the target domain, as data are added."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sweetspot.errors import InputError
from sweetspot.figures.curves import Styles, added_samples_axis, real_samples
from sweetspot.figures.style import GREY
from sweetspot.tables.distances import SOURCE, mixtures

METRIC, FEATURES = "frechet", "network"
FLOOR = "other real target (floor)"


def draw_training_sets(axes: Axes, runs: pd.DataFrame, distances: pd.DataFrame, styles: Styles) -> None:
    """Draw the Fréchet distance to the target against added slices, a curve for each of `styles`.

    Parameters
    ----------
    runs : rows of one task under domain shift; they tell the number of real slices, and the ratios of the axis.
    distances : rows of the tables of distances, with their floors.

    Raises
    ------
    InputError : the task has no such distances.
    """
    task, n_real = runs["task"].iloc[0], real_samples(runs)
    rows = mixtures(distances, task, METRIC, FEATURES)
    if rows.empty:
        raise InputError(
            f"the table of distances has no {METRIC} distance on {FEATURES} features of the training sets of {task}; "
            "run the workflow again"
        )
    start = rows[rows["arm"] == SOURCE]
    for _, row in start.iterrows():
        axes.axhline(row["value"], color=GREY, linewidth=1, zorder=1)
        axes.axhspan(row["ci_low"], row["ci_high"], color=GREY, alpha=0.15, linewidth=0, zorder=0)
    for (arm, quality), style in styles.items():
        own = rows[(rows["arm"] == arm) & (rows["quality"] == quality)]
        if own.empty:
            continue
        own = pd.concat([start, own]).sort_values("n_b")
        value = own["value"].to_numpy()
        reach = [value - own["ci_low"], own["ci_high"] - value]
        axes.errorbar(
            own["n_b"] - n_real,
            value,
            yerr=np.maximum(reach, 0),
            # At the first point all are the source alone, whose interval is the band.
            markevery=slice(len(start), None),
            errorevery=(len(start), 1),
            markersize=5.5,
            markeredgewidth=0,
            linewidth=1.2,
            elinewidth=0.7,
            **style,
        )
    floor = rows.dropna(subset="floor").drop_duplicates("n_b").sort_values("n_b")
    if len(floor):
        axes.plot(floor["n_b"] - n_real, floor["floor"], color=GREY, linewidth=1, linestyle=(0, (4, 2)), label=FLOOR)
    added_samples_axis(axes, runs, name_ratios=True)
    # Distances differ by factors; an interval may reach 0, where the axis cuts it.
    axes.set_yscale("log", nonpositive="clip")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes.set_xlabel("ratio, and number, of added slices")
    axes.set_ylabel("Fréchet distance to the target")
    axes.set_title("training sets of one seed", fontsize="small")

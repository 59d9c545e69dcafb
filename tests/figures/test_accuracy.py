"""Figure 7 shows what the table holds, legibly, and the same to the byte each time."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn_curves import curves, panels
from scipy import stats

from sweetspot.figures.accuracy import accuracy_figure
from sweetspot.figures.style import save, use_style
from sweetspot.tables.runs import RUN_COLUMNS

QUALITIES = ("noise=0", "noise=0.5", "noise=1", "t=20", "steps=150", "steps=60")
LABELS = {
    "noise=0": "synthetic",
    "noise=0.5": "noise variance 0.5",
    "noise=1": "noise variance 1",
    "t=20": "stopped at t = 20",
    "steps=150": "generator after 150 steps",
    "steps=60": "generator after 60 steps",
}
OF_LABEL = {label: name for name, label in LABELS.items()}
RATIOS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
N_REAL = 100


def runs_table(tasks=("digits",), experiments=("in_domain",), classes="012", ratios=RATIOS, real_ratios=(0.5, 1.0)):
    """A small `runs.csv`, with three seeds and random errors."""
    stream = np.random.default_rng(0)
    rows = []
    for task, experiment in itertools.product(tasks, experiments):
        qualities = QUALITIES if experiment == "in_domain" else QUALITIES[:2]
        cells = [("real_only", "", 0.0), *(("more_real", "", ratio) for ratio in real_ratios)]
        cells += [("synthetic", quality, ratio) for quality in qualities for ratio in ratios]
        for (arm, quality, ratio), seed in itertools.product(cells, range(3)):
            for metric in ("loss", "error", "validation_loss", *(f"error[{name}]" for name in classes)):
                key = (task, experiment, arm, quality, ratio, "random", N_REAL, round(ratio * N_REAL), 9, seed, metric)
                rows.append((*key, stream.uniform(0.1, 0.3)))
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


@pytest.fixture
def draw():
    use_style()
    yield accuracy_figure
    plt.close("all")


def shown(axes):
    return [label for label in axes.get_xticklabels() if label.get_text()]


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_equal_tables_give_equal_bytes(draw, tmp_path, ending):
    paths = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for path in paths:
        save(draw(runs_table(classes="0", ratios=(0.5, 2.0))), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert len(paths[0].read_bytes()) > 5000


@pytest.mark.parametrize(("panel", "metric"), [(0, "error"), (1, "error[0]"), (3, "error[2]")])
def test_points_and_intervals_are_those_of_the_table(draw, panel, metric):
    runs = runs_table()
    axes = panels(draw(runs))[panel]
    rows = runs[runs["metric"] == metric]
    base = 100 * (1 - rows.loc[rows["arm"] == "real_only", "value"])
    drawn = curves(axes)
    assert set(drawn) == {"more real", *LABELS.values()}
    for label, (x, means, segments) in drawn.items():
        arm, quality = ("more_real", "") if label == "more real" else ("synthetic", OF_LABEL[label])
        own = rows[(rows["arm"] == arm) & (rows["quality"] == quality)]
        ratios = sorted(own["ratio"].unique())
        accuracy = [100 * (1 - own.loc[own["ratio"] == ratio, "value"]) for ratio in ratios]
        assert x == pytest.approx([0, *(N_REAL * ratio for ratio in ratios)])
        assert means == pytest.approx([base.mean(), *(each.mean() for each in accuracy)])
        intervals = [stats.ttest_1samp(each, 0).confidence_interval(0.95) for each in accuracy]
        assert segments[:, :, 0] == pytest.approx(np.repeat(x[1:, None], 2, axis=1))
        assert segments[:, :, 1] == pytest.approx(np.array(intervals))
    interval = stats.ttest_1samp(base, 0).confidence_interval(0.95)
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.y0, band.y1) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert axes.lines[0].get_ydata() == pytest.approx([base.mean()] * 2)


def test_each_quality_has_its_own_colour_and_marker_and_each_mechanism_its_dashes(draw):
    axes = panels(draw(runs_table()))[0]
    lines = {OF_LABEL.get(each.get_label(), "more_real"): each.lines[0] for each in axes.containers}
    assert len({line.get_color() for line in lines.values()}) == len(lines)
    assert len({line.get_marker() for line in lines.values()}) == len(lines)
    dashes = {name: line.get_linestyle() for name, line in lines.items()}
    assert dashes["noise=0"] == dashes["noise=0.5"] == dashes["noise=1"]
    assert dashes["steps=150"] == dashes["steps=60"]
    assert len({dashes[name] for name in ("noise=1", "t=20", "steps=60")}) == 3


def test_the_legend_names_every_curve_of_every_experiment_once(draw):
    runs = runs_table(experiments=("in_domain", "other"))
    runs = runs[(runs["experiment"] == "other") | runs["quality"].isin(["", "noise=0", "t=20"])]
    (legend,) = draw(runs).subfigs[0].subfigs[0].legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["real only", "more real", *(LABELS[name] for name in ("noise=0", "noise=0.5", "t=20"))]


TABLES = {
    "one experiment, three classes": {},
    "as shipped": {"experiments": ("in_domain", "in_domain_epochs"), "classes": "0123456789"},
    "two tasks": {"tasks": ("digits", "photos"), "classes": "0"},
    "three experiments, six classes": {"experiments": ("b", "in_domain", "a"), "classes": "012345", "ratios": (1.0,)},
    "one ratio, no more real data": {"ratios": (9.0,), "real_ratios": (), "classes": "01"},
}


@pytest.mark.parametrize("options", TABLES.values(), ids=TABLES)
def test_panels_are_complete_lettered_in_order_and_nothing_overlaps(draw, options):
    options = {"experiments": ("in_domain",), "classes": "012", "tasks": ("digits",)} | options
    figure = draw(runs_table(**options))
    figure.canvas.draw()
    axes = panels(figure)
    per_task = len(options["experiments"]) + len(options["classes"])
    assert len(axes) == per_task * len(options["tasks"])
    titles = [each.get_title() for each in axes]
    assert titles[0] == "equal budget: 9 optimiser steps"
    assert titles[per_task - 1] == f"class {options['classes'][-1]}"
    letters = "".join(each.get_title(loc="left").strip("()") for each in axes)
    assert letters == "abcdefgh"[: (len(options["experiments"]) + 1) * len(options["tasks"])]

    legends = [legend.get_window_extent() for part in figure.subfigs for legend in part.subfigs[0].legends]
    assert len(legends) == len(options["tasks"])
    for each in axes:
        texts = [label.get_window_extent() for label in shown(each) if label.get_visible()]
        assert all(a.x1 < b.x0 for a, b in itertools.pairwise(texts))
    for each in axes:
        if not each.get_title().startswith("class"):
            box = each.get_tightbbox()
            assert not any(box.overlaps(legend) for legend in legends)
    for legend in legends:
        assert legend.x0 >= 0
        assert legend.x1 <= figure.bbox.x1


def test_the_title_tells_whether_steps_are_equal_from_the_steps_that_were_taken(draw):
    runs = runs_table(experiments=("in_domain", "other"))
    runs.loc[runs["experiment"] == "in_domain", "steps"] += runs["ratio"].gt(1).astype(int)
    titles = [axes.get_title() for axes in panels(draw(runs))[:2]]
    assert titles == ["fixed epochs: 9 to 10 optimiser steps", "equal budget: 9 optimiser steps"]


def test_each_ratio_has_a_tick_and_both_ends_have_numbers(draw):
    for axes in panels(draw(runs_table(classes="01"))):
        assert list(axes.get_xticks()) == [0, 25, 50, 100, 200, 400, 800, 1600]
        numbers = [label.get_text() for label in shown(axes)]
        assert (numbers[0], numbers[-1]) == ("0", "1600")
        assert len(numbers) >= 4


def test_numbered_classes_stand_in_order_and_named_ones_by_name(draw):
    runs = runs_table(classes=("10", "9", "2"), ratios=(1.0,))
    assert [axes.get_title() for axes in panels(draw(runs))[1:]] == ["class 2", "class 9", "class 10"]
    runs = runs_table(classes=("dog", "cat"), ratios=(1.0,))
    assert [axes.get_title() for axes in panels(draw(runs))[1:]] == ["cat", "dog"]


def test_no_scale_leaves_the_percentages_however_wide_the_intervals(draw):
    runs = runs_table(ratios=(1.0,))
    runs["value"] = np.where(runs["seed"] == 0, 0.0, 1.0)
    for axes in panels(draw(runs)):
        low, high = axes.get_ylim()
        assert low >= 0
        assert high <= 102

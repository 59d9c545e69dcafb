"""Figures 2, 3 and 9 show what the table holds, of segmentation alone, legibly, and the same to the byte each time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn_curves import curves, panels
from scipy import stats

from sweetspot.config.fan_out import AllRuns, Curve, FanOut
from sweetspot.errors import InputError
from sweetspot.figures import segmentation
from sweetspot.figures.accuracy import accuracy_figure
from sweetspot.figures.seeds import seeds_figure
from sweetspot.figures.segmentation import in_domain_figure
from sweetspot.figures.style import save, use_style
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import MEASURED_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS

SCRIPTS = Path(__file__).parents[2] / "scripts"
RATIOS = (0.5, 1.0, 2.0, 8.0)
N_REAL = 16
ARMS = {
    "in_domain": [*(("synthetic", name) for name in ("t=50", "t=150", "t=300")), ("more_real", "")],
    "domain_shift": [("synthetic", "t=50"), ("synthetic", "t=300"), ("more_source", ""), ("target_real", "")],
}
LABELS = {
    "in_domain": [*(f"synthetic, stopped at t = {t}" for t in (50, 150, 300)), "more real"],
    "domain_shift": [*(f"synthetic target, stopped at t = {t}" for t in (50, 300)), "more source", "real target"],
}


def runs_table(tasks=("brains",), experiments=tuple(ARMS), seeds=3, arms=ARMS):
    """A small `runs.csv` with random values, and a classification task that no figure here may show."""
    stream = np.random.default_rng(0)
    rows = []

    def add(key, metrics):
        for seed in range(seeds):
            rows.extend((*key, 0, 250, seed, metric, stream.uniform(0.2, 0.6)) for metric in metrics)

    for task, experiment in itertools.product(tasks, experiments):
        cells = [("real_only", "", 0.0)]
        for arm, quality in arms[experiment]:
            cells += [(arm, quality, ratio) for ratio in (RATIOS if arm == "synthetic" else RATIOS[:3])]
        for arm, quality, ratio in cells:
            n_real = N_REAL + (0 if arm == "synthetic" else round(ratio * N_REAL))
            key = (task, experiment, arm, quality, ratio, "random", n_real)
            add(key, ("loss", "dice", "lesion_f1", "validation_loss"))
    for ratio in (0.0, 3.0):
        arm, quality = ("synthetic", "noise=1") if ratio else ("real_only", "")
        add(("digits", "in_domain", arm, quality, ratio, "random", 50), ("loss", "error", "error[0]"))
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


def distances_table(tasks=("brains",), arms=ARMS["domain_shift"], metrics=("frechet", "rapsd")):
    """Distances of training sets under domain shift, all different, with a floor for every size."""
    stream = np.random.default_rng(1)
    sets = [("source", "", 0.0)]
    sets += [(f"source+{arm}", quality, ratio) for arm, quality in arms for ratio in RATIOS]
    rows = []
    for task, metric, features, (arm, quality, ratio) in itertools.product(tasks, metrics, ("network", "pca"), sets):
        value = stream.uniform(5, 20)
        sizes = (100, N_REAL + round(ratio * N_REAL))
        rows.append(
            (
                task,
                arm,
                quality,
                metric,
                features,
                *sizes,
                value,
                value - 1,
                value + 2,
                "train",
                "source",
                9 / (1 + ratio),
                9,
            )
        )
    return pd.DataFrame(rows, columns=MEASURED_COLUMNS).sample(frac=1, random_state=0)


def domain_shift_figure(runs):
    return segmentation.domain_shift_figure(runs, distances_table(runs["task"].unique()))


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


def legends(part):
    return [*part.legends, *(legend for each in part.subfigs for legend in legends(each))]


def interval(values):
    return tuple(stats.ttest_1samp(values, 0).confidence_interval(0.95))


@pytest.mark.parametrize(
    ("draw", "experiment", "panel", "metric"),
    [
        (in_domain_figure, "in_domain", 0, "loss"),
        (in_domain_figure, "in_domain", 1, "dice"),
        (domain_shift_figure, "domain_shift", 0, "loss"),
    ],
)
def test_points_and_intervals_are_those_of_the_table(draw, experiment, panel, metric):
    runs = runs_table()
    axes = panels(draw(runs))[panel]
    rows = runs[(runs["task"] == "brains") & (runs["experiment"] == experiment) & (runs["metric"] == metric)]
    base = rows.loc[rows["arm"] == "real_only", "value"]
    drawn = curves(axes)
    assert list(drawn) == LABELS[experiment]
    for (x, means, segments), (arm, quality) in zip(drawn.values(), ARMS[experiment], strict=True):
        own = rows[(rows["arm"] == arm) & (rows["quality"] == quality)]
        groups = [group["value"] for _, group in own.groupby("ratio")]
        assert x == pytest.approx([0, *(N_REAL * ratio for ratio in sorted(own["ratio"].unique()))])
        assert means == pytest.approx([base.mean(), *(each.mean() for each in groups)])
        assert segments[:, :, 1] == pytest.approx(np.array([interval(each) for each in groups]))
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.y0, band.y1) == pytest.approx(interval(base))
    assert axes.lines[0].get_ydata() == pytest.approx([base.mean()] * 2)


def test_figure_3_b_has_the_distances_of_the_training_sets_and_the_floor():
    distances = distances_table()
    axes = panels(segmentation.domain_shift_figure(runs_table(), distances))[1]
    own = distances[(distances["metric"] == "frechet") & (distances["features"] == "network")]
    start = own[own["arm"] == "source"].iloc[0]
    drawn = curves(axes)
    assert list(drawn) == LABELS["domain_shift"]
    for (x, values, segments), (arm, quality) in zip(drawn.values(), ARMS["domain_shift"], strict=True):
        rows = own[(own["arm"] == f"source+{arm}") & (own["quality"] == quality)].sort_values("n_b")
        assert x == pytest.approx([0, *(rows["n_b"] - N_REAL)])
        assert values == pytest.approx([start["value"], *rows["value"]])
        assert segments[:, :, 1] == pytest.approx(rows[["ci_low", "ci_high"]].to_numpy())
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.y0, band.y1) == pytest.approx((start["ci_low"], start["ci_high"]))
    (line,) = [each for each in axes.lines if each.get_label() == "other real target (floor)"]
    assert line.get_xdata() == pytest.approx([0, *(N_REAL * ratio for ratio in RATIOS)])
    assert line.get_ydata() == pytest.approx([9, *(9 / (1 + ratio) for ratio in RATIOS)])


def test_figure_3_does_without_a_floor_but_not_without_distances():
    runs, distances = runs_table(), distances_table()
    axes = panels(segmentation.domain_shift_figure(runs, distances.assign(floor=np.nan)))[1]
    assert "other real target (floor)" not in axes.get_legend_handles_labels()[1]
    with pytest.raises(InputError, match="no frechet distance on network features of the training sets of brains"):
        segmentation.domain_shift_figure(runs, distances_table(metrics=["rapsd"]))


def test_a_quality_looks_the_same_in_every_figure_and_no_two_curves_look_alike():
    runs = runs_table()
    seen: dict[str, set] = {}
    for draw in (in_domain_figure, domain_shift_figure):
        for axes in panels(draw(runs)):
            looks = {}
            for container in axes.containers:
                line = container.lines[0]
                looks[container.get_label()] = (line.get_color(), line.get_marker(), line.get_linestyle())
            assert len(set(looks.values())) == len(looks)
            assert len({look[1] for look in looks.values()}) == len(looks)  # by marker alone too, in grey
            for label, look in looks.items():
                seen.setdefault(label.replace(" target,", ","), set()).add(look)
    assert all(len(looks) == 1 for looks in seen.values())
    assert {look[2] for label, looks in seen.items() for look in looks if label.startswith("synthetic")} == {"-"}
    assert "-" not in {look[2] for label, looks in seen.items() for look in looks if not label.startswith("synthetic")}


def test_qualities_of_several_kinds_are_told_by_dashes():
    arms = {"in_domain": [("synthetic", "t=50"), ("synthetic", "noise=1"), ("synthetic", "noise=0")]}
    axes = panels(in_domain_figure(runs_table(experiments=["in_domain"], arms=arms)))[0]
    dashes = {each.get_label(): each.lines[0].get_linestyle() for each in axes.containers}
    assert set(dashes) == {"synthetic", "synthetic, noise variance 1", "synthetic, stopped at t = 50"}
    assert dashes["synthetic, noise variance 1"] != dashes["synthetic, stopped at t = 50"]


def test_every_ratio_is_named_with_its_number_of_slices():
    for draw in (in_domain_figure, domain_shift_figure):
        for axes in panels(draw(runs_table())):
            labels = [label.get_text() for label in axes.get_xticklabels()]
            assert labels == ["0\n0", "0.5\n8", "1\n16", "2\n32", "8\n128"]
            places = axes.transData.transform([(N_REAL * ratio, 0) for ratio in (0, 1, 8)])[:, 0]
            spans = np.diff(places)
            assert spans[0] / spans.sum() == pytest.approx(np.log(2) / np.log(9))


@pytest.mark.parametrize("tasks", [("brains",), ("brains", "heads$1$")])
def test_nothing_overlaps_and_titles_name_the_task_where_there_are_several(tasks):
    runs = runs_table(tasks)
    for draw, per_task in ((in_domain_figure, 2), (domain_shift_figure, 2), (seeds_figure, 8)):
        figure = draw(runs)
        figure.canvas.draw()
        assert figure.get_size_inches()[0] == 7
        axes = panels(figure)
        assert len(axes) == per_task * len(tasks)
        (legend,) = legends(figure)
        box = legend.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        boxes = [each.get_tightbbox() for each in axes]
        assert not any(box.overlaps(each) for each in boxes)
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
        for each in axes:
            texts = [label.get_window_extent() for label in each.get_xticklabels() if label.get_text()]
            assert all(a.x1 < b.x0 for a, b in itertools.pairwise(texts))
        names = [part.get_suptitle() for part in figure.subfigs if part.get_suptitle()]
        if draw is seeds_figure:
            prefixes = [f"{task}: " for task in tasks] if len(tasks) > 1 else [""]
            assert names == [prefix + name for prefix in prefixes for name in ("in domain", "domain shift")]
        else:
            assert names == (list(tasks) if len(tasks) > 1 else [])
            letters = "".join(each.get_title(loc="left").strip("()") for each in axes)
            assert letters == "abcd"[: len(axes)]


def test_the_legend_says_what_is_drawn_and_names_every_curve_once():
    runs = runs_table(("brains", "heads"))
    for draw, experiment, base, other in (
        (in_domain_figure, "in_domain", "real only", []),
        (domain_shift_figure, "domain_shift", "source real only", ["other real target (floor)"]),
    ):
        (legend,) = legends(draw(runs))
        assert [text.get_text() for text in legend.get_texts()] == [base, *LABELS[experiment], *other]
        assert legend.get_title().get_text() == "mean over 3 seeds with 95 % interval"
    (legend,) = legends(seeds_figure(pd.concat([runs_table(("a",), seeds=2), runs])))
    assert legend.get_texts()[1].get_text() == "mean over 2 to 3 seeds with 95 % interval"


def test_figure_9_has_a_line_for_every_seed_in_every_panel_on_one_scale():
    runs = runs_table()
    losses = runs[(runs["task"] == "brains") & (runs["metric"] == "loss")]
    axes = panels(seeds_figure(runs))
    titles = [f"stopped at t = {t}" for t in (50, 150, 300)] + ["more real", "stopped at t = 50", "stopped at t = 300"]
    assert [each.get_title() for each in axes] == [*titles, "more source", "real target"]
    assert len({each.get_ylim() for each in axes}) == 1
    order = [(experiment, *curve) for experiment, arms in ARMS.items() for curve in arms]
    for each, (experiment, arm, quality) in zip(axes, order, strict=True):
        rows = losses[losses["experiment"] == experiment]
        rows = rows[(rows["arm"] == "real_only") | ((rows["arm"] == arm) & (rows["quality"] == quality))]
        thin = [line for line in each.lines if line.get_linewidth() < 0.8]
        assert len(thin) == 3
        for seed, line in enumerate(thin):
            own = rows[rows["seed"] == seed].sort_values("ratio")
            assert line.get_xdata(orig=False) == pytest.approx(own["ratio"] * N_REAL)
            assert line.get_ydata(orig=False) == pytest.approx(own["value"])
        (_, means, _) = next(iter(curves(each).values()))
        assert means == pytest.approx(rows.groupby("ratio")["value"].mean())
        assert each.containers[0].lines[0].get_linewidth() > 2 * thin[0].get_linewidth()


def test_dice_stays_between_0_and_1():
    runs = runs_table()
    runs["value"] = np.where(runs["seed"] == 0, 0.0, 1.0)
    low, high = panels(in_domain_figure(runs))[1].get_ylim()
    assert low >= 0
    assert high <= 1.02


def test_classification_and_segmentation_keep_to_their_figures():
    runs = runs_table()
    axes = panels(accuracy_figure(runs))
    assert [each.get_title() for each in axes] == ["equal budget: 250 optimiser steps", "class 0"]
    with pytest.raises(InputError, match="no classification task"):
        accuracy_figure(runs[runs["task"] == "brains"])
    digits = runs[runs["task"] == "digits"]
    for draw, words in ((in_domain_figure, "`in_domain`"), (domain_shift_figure, "`domain_shift`"), (seeds_figure, "")):
        with pytest.raises(InputError, match=f"no segmentation task.*{words}"):
            draw(digits)
    with pytest.raises(InputError, match="no segmentation task with the experiment `domain_shift`"):
        domain_shift_figure(runs[runs["experiment"] == "in_domain"])


def one_job(task):
    """The config of a program that is given a table of the runs of a task as those of a single job, and its path."""
    curve = Curve(arm="real_only", quality="", ratios=(0,))
    runs = AllRuns(experiments={task: {"all": FanOut(curves=(curve,), seeds=1, runs_per_job="cell")}})
    (path,) = runs.paths()
    return runs.to_json(), f"{path}.csv"


@pytest.mark.parametrize("number", [2, 3, 9])
def test_programs_give_equal_bytes_and_one_line_for_a_table_without_segmentation(tmp_path, number):
    program = [sys.executable, str(SCRIPTS / f"plot_figure_{number}.py"), "--runs", tmp_path]
    runs = runs_table()
    configs = {}
    for task, rows in runs.groupby("task"):
        configs[task], path = one_job(task)
        (tmp_path / path).parent.mkdir(parents=True)
        write_table(rows, tmp_path / path)
    write_table(distances_table(runs["task"].unique()), tmp_path / "distances.csv")
    others = ["--distances", tmp_path / "distances.csv"] if number == 3 else []
    out = [tmp_path / name for name in ("a.pdf", "a.png")]
    subprocess.run([*program, "--config", configs["brains"], *others, "--out", *out], check=True)
    draw = {2: in_domain_figure, 3: segmentation.domain_shift_figure, 9: seeds_figure}[number]
    tables = [pd.read_csv(path, keep_default_na=False) for path in (tmp_path / one_job("brains")[1], *others[1:])]
    again = [tmp_path / name for name in ("b.pdf", "b.png")]
    save(draw(*tables), *again)
    assert [path.read_bytes() for path in out] == [path.read_bytes() for path in again]

    command = [*program, "--config", configs["digits"], *others, "--out", tmp_path / "none.png"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: the table of runs has no segmentation task")
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "none.png").exists()

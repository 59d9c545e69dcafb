"""Figure 8 and the figure of predictions show what their tables hold, legibly, the same to the byte each time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sweetspot.errors import InputError
from sweetspot.figures.distances import distance_figure
from sweetspot.figures.predictions import LABELS, predictions_figure
from sweetspot.figures.style import save, use_style
from sweetspot.statistics import estimate
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import MEASURED_COLUMNS
from sweetspot.tables.predictions import PREDICTION_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS

SCRIPTS = Path(__file__).parents[2] / "scripts"
RATIOS = (0.0, 1.0, 4.0)
BEST = {"noise=0": 4.0, "noise=1": 1.0, "steps=60": 0.0, "t=50": 4.0, "t=300": 0.0}
TASKS = {"digits": ("noise=0", "noise=1", "steps=60"), "brains": ("t=50", "t=300")}
METRICS = (("frechet", "network"), ("sliced_wasserstein", "pixels"), ("rapsd", "rapsd"))
REGRETS = {"fixed_0": 0.9, "fixed_1": 0.4, "rapsd": 0.5, "pilot": 0.05, "plug_in": 0.1, "tight": 0.3, "new": 0.2}


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


def runs_table(tasks=TASKS):
    """Curves with a clear best ratio; digits in domain, brains under domain shift too, and one at fixed epochs."""
    stream = np.random.default_rng(0)
    rows = []
    for task, qualities in tasks.items():
        experiments = ("in_domain", "domain_shift" if task == "brains" else "in_domain_epochs")
        for experiment, seed in itertools.product(experiments, range(4)):
            cells = {("real_only", "", 0.0): None} | {("synthetic", q, r): q for q in qualities for r in RATIOS[1:]}
            for (arm, quality, ratio), name in cells.items():
                # The same with real data only, whatever the best ratio.
                at, best = np.log1p([ratio, BEST.get(name, 0.0)])
                value = 0.4 + 0.1 * (abs(at - best) - best) + 0.002 * stream.normal()
                key = (task, experiment, arm, quality, ratio, "random", 8, 0, 5, seed)
                metrics = ("loss", "dice") if task == "brains" else ("loss", "error")
                rows += [(*key, metric, value) for metric in metrics]
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sample(frac=1, random_state=0)


def distances_table(tasks=TASKS, metrics=METRICS):
    stream = np.random.default_rng(1)
    rows = []
    for (task, qualities), (metric, features) in itertools.product(tasks.items(), metrics):
        rows.append((task, "more_real", "", metric, features, 90, 90, 0.5, 0.4, 0.6, "train", "generator", 0.5, 0.6))
        for quality in qualities:
            value = stream.uniform(1, 30)
            key = (task, "synthetic", quality, metric, features, 90, 90)
            rows.append((*key, value, 0.9 * value, 1.2 * value, "train", "pool", 0.5, 0.6))
    return pd.DataFrame(rows, columns=MEASURED_COLUMNS).sample(frac=1, random_state=0)


def predictions_table(regrets=REGRETS, tasks=TASKS, spread=0.02):
    stream = np.random.default_rng(2)
    rows = []
    for task, qualities in tasks.items():
        for quality, (method, mean) in itertools.product(qualities, regrets.items()):
            share = abs(mean + spread * stream.normal())
            predicted = stream.uniform(0, 4)
            interval = (0.5 * predicted, 1.5 * predicted) if method != "fixed_0" else (np.nan, np.nan)
            key = (task, "in_domain", quality, method, predicted, *interval, BEST[quality])
            rows.append((*key, 0.3, 0.2, 0.4 * share, 0.4, 0.01, share))
    rows.append(("digits", "in_domain", "noise=5", "pilot", 1, 0, 2, 4, 0.2, 0.1, 0.4, 0.4, 0.2, 1.0))  # not resolved
    return pd.DataFrame(rows, columns=PREDICTION_COLUMNS).sample(frac=1, random_state=0)


def points(axes):
    """Centre, and ends of the horizontal and vertical interval, of every error bar by its label."""
    found = {}
    for container in axes.containers:
        line, _, bars = container.lines
        (x,), (y,) = line.get_data()
        horizontal, vertical = (each.get_segments()[0] for each in bars)
        found.setdefault(container.get_label(), []).append((x, y, horizontal[:, 0], vertical[:, 1]))
    return found


def test_figure_8_has_each_quality_at_its_distance():
    runs, distances = runs_table(), distances_table()
    grid = distance_figure(runs, distances).axes
    assert len(grid) == 12  # two rows of three distances for each of two tasks, brains first
    for task, first in (("brains", 0), ("digits", 6)):
        for column, (metric, _) in enumerate(METRICS):
            own = distances[(distances["task"] == task) & (distances["metric"] == metric)].set_index("quality")
            for row, axes in enumerate((grid[first + column], grid[first + 3 + column])):
                found = points(axes)
                assert set(found) == set(TASKS[task])
                for quality, each in found.items():
                    assert len(each) == (2 if task == "brains" else 1)  # fixed epochs are left out
                    for x, y, (left, right), (low, high) in each:
                        expected = own.loc[quality, ["value", "ci_low", "ci_high"]]
                        assert (x, left, right) == pytest.approx(tuple(expected))
                        assert low <= y <= high
                        if row == 0:
                            assert y == BEST[quality]
                floor = [
                    line for line in axes.lines if line.get_linestyle() == "--" and len(set(line.get_xdata())) == 1
                ]
                assert len(floor) == 1
                assert floor[0].get_xdata() == pytest.approx([0.5, 0.5])
    rows = runs[(runs["task"] == "digits") & (runs["experiment"] == "in_domain") & (runs["metric"] == "loss")]
    means = rows[rows["ratio"] == 4].groupby("quality")["value"].mean()
    for quality, ((_, y, *_),) in points(grid[9]).items():
        assert y == pytest.approx(means[quality])


def test_figure_8_tells_domains_apart_and_is_legible():
    figure = distance_figure(runs_table(), distances_table())
    figure.canvas.draw()
    fills = {each.lines[0].get_fillstyle() for each in figure.axes[0].containers}
    assert fills == {"full", "none"}
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
    letters = [axes.get_title(loc="left").strip("()") for axes in figure.axes]
    assert letters == list("abcdefghijkl")


def test_figure_8_draws_the_distances_that_there_are():
    figure = distance_figure(runs_table(), distances_table(metrics=METRICS[:1]))
    assert len(figure.axes) == 4
    with pytest.raises(InputError, match=r"no task has runs and a distance .*frechet on network"):
        distance_figure(runs_table(), distances_table(metrics=[("mmd", "pca")]))
    one = distance_figure(runs_table(), distances_table(tasks={"digits": TASKS["digits"]}))
    assert len(one.axes) == 6


def test_predictions_show_every_resolved_cell_and_the_mean_of_each_method():
    predictions = predictions_table()
    left, right = predictions_figure(predictions).axes
    own = predictions[predictions["sweep_se"] < 0.1]
    means = own.groupby("method")["relative_regret"].mean().sort_values()
    names = [label.get_text() for label in right.get_yticklabels()]
    assert names == [LABELS.get(method, method) for method in means.index]
    for place, method in enumerate(means.index):
        rows = own.loc[own["method"] == method, "relative_regret"]
        here = [line for line in right.lines if set(line.get_ydata()) == {place}]
        drawn = sorted(x for line in here if line.get_marker() in ("x", "+") for x in line.get_xdata())
        assert drawn == pytest.approx(sorted(rows))
        (interval,) = [line.get_xdata() for line in here if line.get_marker() == "None"]
        expected = estimate(rows.to_numpy())
        assert interval == pytest.approx([max(expected.low, 0), expected.high])
        (mean,) = [line.get_xdata() for line in here if line.get_marker() not in ("x", "+", "None")]
        assert mean == pytest.approx([means[method]])
    # In colour: the three best that predict, and the paper's rule.
    shown = [container.lines[0].get_ydata() for container in left.containers]
    for values, method in zip(shown, ["pilot", "plug_in", "new", "rapsd"], strict=True):
        assert sorted(values) == pytest.approx(sorted(own.loc[own["method"] == method, "predicted_ratio"]))
    (others,) = [line for line in left.lines if line.get_marker() == "."]
    assert sorted(others.get_ydata()) == pytest.approx(sorted(own.loc[own["method"] == "tight", "predicted_ratio"]))


def test_predictions_without_a_resolved_cell_say_so():
    unresolved = predictions_figure(predictions_table().assign(sweep_se=1.0))
    assert unresolved.axes == []
    (notice,) = unresolved.texts
    assert "No sweep tells which ratio is best" in notice.get_text()
    box, page = notice.get_window_extent(), unresolved.bbox
    assert page.x0 < box.x0 < box.x1 < page.x1
    figure = predictions_figure(predictions_table({"pilot": 0.1}, tasks={"digits": ("noise=0",)}))
    assert len(figure.axes) == 2  # one cell has no interval


def test_programs_give_equal_bytes(tmp_path):
    digits = {"digits": TASKS["digits"]}
    write_table(runs_table(digits), tmp_path / "runs.csv")
    write_table(distances_table(digits), tmp_path / "distances.csv")
    write_table(predictions_table(), tmp_path / "predictions.csv")
    for program, names in (("plot_figure_8", ["runs", "distances"]), ("plot_predictions", ["predictions"])):
        tables = [tmp_path / f"{name}.csv" for name in names]
        flags = [part for name, path in zip(names, tables, strict=True) for part in (f"--{name}", path)]
        out = [tmp_path / f"{program}.{ending}" for ending in ("pdf", "png")]
        subprocess.run([sys.executable, SCRIPTS / f"{program}.py", *flags, "--out", *out], check=True)
        draw = {"plot_figure_8": distance_figure, "plot_predictions": predictions_figure}[program]
        again = [tmp_path / f"again.{ending}" for ending in ("pdf", "png")]
        read = [pd.read_csv(path, keep_default_na=False, na_values={"ci_low": "", "ci_high": ""}) for path in tables]
        save(draw(*read), *again)
        assert [path.read_bytes() for path in out] == [path.read_bytes() for path in again]

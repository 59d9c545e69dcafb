"""Figures 4, 10, 11 and that of Appendix D show what theory and tables hold, and the same to the byte each time."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sweetspot.config.block import parse
from sweetspot.config.kernel import KernelRegression
from sweetspot.errors import InputError
from sweetspot.figures.bound_maps import bound_figure, shared_names
from sweetspot.figures.bound_points import FEATURES, METRIC, Point
from sweetspot.figures.heat_maps import round_levels
from sweetspot.figures.signal_to_noise import signal_to_noise_figure
from sweetspot.figures.style import use_style
from sweetspot.figures.traditional_bound import traditional_bound_figure
from sweetspot.statistics import Estimate
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import DISTANCE_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS
from sweetspot.theory.signal_to_noise import signal_to_noise_tables
from sweetspot.theory.stability_bound import gap_optimum

SCRIPTS = Path(__file__).parents[2] / "scripts"
SMALL = {
    "n_real": 30,
    "terms": 110,
    "lambdas": {"min": 1e-3, "max": 10.0, "points": 9},
    "signal_to_noise": {"values": {"min": 0.1, "max": 10.0, "points": 5}, "simulated": 3, "draws": 10},
}
# Mean errors at ratios 0, 1, 4 of each quality: best at 4, at 1, at 0.
CURVES = {"t=50": (0.5, 0.3, 0.2), "t=150": (0.5, 0.4, 0.45), "t=300": (0.5, 0.6, 0.7)}
DISTANCES = {"t=50": 0.2, "t=150": 0.6, "t=300": 2.0}
BEST = {"t=50": 4.0, "t=150": 1.0, "t=300": 0.0}


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


def program(name, *arguments):
    """Run a program in this process, which has imported what it needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [f"{name}.py", *map(str, arguments)])
        runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name="__main__")


def runs_table(tasks=("brains", "faces"), experiments=("in_domain", "domain_shift")):
    stream = np.random.default_rng(0)
    rows = []
    for task in tasks:
        for experiment in experiments:
            for quality, means in CURVES.items():
                for ratio, mean in zip((0.0, 1.0, 4.0), means, strict=True):
                    arm = "synthetic" if ratio else "real_only"
                    for seed in range(4):
                        value = mean + 0.01 * stream.standard_normal()
                        key = (task, experiment, arm, quality if ratio else "", ratio, "random", 20, 0, 100, seed)
                        rows += [(*key, "loss", value), (*key, "dice", 1 - value)]
    table = pd.DataFrame(rows, columns=RUN_COLUMNS)
    return table.drop_duplicates([column for column in RUN_COLUMNS if column != "value"])


def distances_table(tasks=("brains", "faces"), source=0.5, features=FEATURES):
    rows = []
    for task in tasks:
        for arm, quality, value in (
            *(("synthetic", quality, value) for quality, value in DISTANCES.items()),
            ("more_source", "", source),
            ("more_real", "", 0.05),
        ):
            rows.append((task, arm, quality, METRIC, features, 100, 100, value, 0.9 * value, 1.1 * value))
    return pd.DataFrame(rows, columns=DISTANCE_COLUMNS)


def maps(figure):
    return [axes for axes in figure.axes if axes.get_xscale() == "log"]


def points(axes):
    """x and y of the measured points by task."""
    found = {}
    for container in axes.containers:
        (x,), (y,) = container.lines[0].get_data()
        found.setdefault(container.lines[0].get_marker(), []).append((float(x), float(y)))
    return found


def test_figure_4_has_best_ratios_at_their_distances():
    figure = bound_figure(runs_table(), distances_table())
    in_domain, *shifted = maps(figure)
    assert len(shifted) == 2
    assert {axes.get_title() for axes in shifted} == {"brains, domain shift", "faces, domain shift"}
    left = in_domain.get_xlim()[0]
    for cloud in points(in_domain).values():
        assert [x for x, _ in cloud] == [BEST["t=50"], BEST["t=150"], left]
        # One unit for the task: the distances keep their ratios.
        np.testing.assert_allclose(np.divide([y for _, y in cloud], cloud[0][1]), [1, 3, 10], rtol=1e-9)
    for axes in shifted:
        (cloud,) = points(axes).values()
        source = next(line for line in axes.lines if line.get_label() == "source domain").get_ydata()[0]
        assert source / cloud[0][1] == pytest.approx(0.5 / 0.2)


def test_points_that_are_near_each_other_have_their_names_at_the_first():
    def point(quality, best, distance):
        return Point(quality, Estimate(best, best, best, 5), 16.0, Estimate(distance, distance, distance, 5))

    points = [point("a", 16, 1.0), point("b", 4, 1.0), point("c", 16, 1.1), point("d", 16, 2.0)]
    assert shared_names(points) == ["a, c", "b", "", "d"]


def test_figure_4_draws_the_optimum_of_the_bound():
    figure = bound_figure(runs_table(), distances_table())
    in_domain, shifted, _ = maps(figure)
    line = next(each for each in in_domain.lines if each.get_label().startswith("optimum"))
    for ratio, distance in zip(*line.get_data(), strict=True):
        assert ratio == pytest.approx(gap_optimum(1, 1, distance, 1, 1), rel=1e-9)
    line = next(each for each in shifted.lines if each.get_label().startswith("optimum"))
    source = next(each for each in shifted.lines if each.get_label() == "source domain").get_ydata()[0]
    # Nearer than the source the optimum is infinite: no line.
    assert line.get_ydata().min() > source


def test_figure_4_without_domain_shift_and_without_distances():
    assert len(maps(bound_figure(runs_table(experiments=("in_domain",)), distances_table()))) == 1
    without_source = distances_table()
    without_source = without_source[without_source["arm"] != "more_source"]
    assert len(maps(bound_figure(runs_table(), without_source))) == 1
    for runs, distances in (
        (runs_table(), distances_table(features="pixels")),
        (runs_table(experiments=("other",)), distances_table()),
    ):
        with pytest.raises(InputError, match=METRIC):
            bound_figure(runs, distances)


@pytest.fixture(scope="module")
def tables():
    return signal_to_noise_tables(parse(KernelRegression, SMALL))


@pytest.mark.parametrize(("domain", "theorem"), [("in_domain", "Theorem 2.2"), ("domain_shift", "Theorem 5.1")])
def test_figures_10_and_11_draw_the_optima_of_their_domain(tables, domain, theorem):
    risk, optima = tables
    figure = signal_to_noise_figure(risk, optima, domain)
    own = optima[optima["domain"] == domain]
    for axes in maps(figure):
        lines = {line.get_label(): line for line in axes.lines}
        low, high = axes.get_xlim()
        for label, rule in (
            (f"optimum of {theorem}", "bound"),
            ("optimum, determ. equivalent", "deterministic_equivalent"),
        ):
            rows = own[own["rule"] == rule]
            np.testing.assert_allclose(lines[label].get_xdata(), rows["lambda"].clip(low, high))
            np.testing.assert_allclose(lines[label].get_ydata(), rows["signal_to_noise"])
        (container,) = axes.containers
        np.testing.assert_allclose(container.lines[0].get_xdata(), own[own["rule"] == "monte_carlo"]["lambda"])
    grid = maps(figure)[0].collections[0].get_array()
    np.testing.assert_allclose(np.sort(grid.ravel()), np.sort(risk[risk["domain"] == domain]["risk"]))


def test_traditional_bounds_are_smallest_at_an_end_and_theorem_3_1_is_not():
    figure = traditional_bound_figure()
    for axes, end in zip(figure.axes, (0, -1), strict=True):
        curves = [line for line in axes.lines if len(line.get_xdata()) > 1]
        assert len(curves) == 4
        for line in curves:
            values = line.get_ydata()
            if line.get_label() == "Theorem 3.1":
                star = next(each for each in axes.lines if each.get_marker() == "*")
                assert 0 < np.argmin(values) < len(values) - 1
                assert line.get_xdata()[np.argmin(values)] == pytest.approx(star.get_xdata()[0], rel=0.02)
            else:
                assert values[end] == values.min()


def test_levels_are_round_and_inside():
    assert round_levels(0.03, 30) == pytest.approx([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20])
    assert round_levels(0.004, 50) == pytest.approx([0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30])


def test_programs_repeat_their_files_to_the_byte(tables, tmp_path):
    for name, table in zip(("risk", "optima"), tables, strict=True):
        write_table(table, tmp_path / f"{name}.csv")
    again = [tmp_path / "again" / f"{name}.csv" for name in ("risk", "optima")]
    program("signal_to_noise", "--config", parse(KernelRegression, SMALL).noisy().to_json(), "--out", *again)
    for path in again:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()
    kernel = [f"--risk={tmp_path / 'risk.csv'}", f"--optima={tmp_path / 'optima.csv'}", "--domain=domain_shift"]
    for name, inputs in (("plot_signal_to_noise", kernel), ("plot_traditional_bound", [])):
        paths = [tmp_path / turn / f"{name}.png" for turn in ("first", "second")]
        for path in paths:
            program(name, *inputs, "--out", path)
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_figure_4_is_the_same_in_another_process(tmp_path):
    write_table(runs_table(), tmp_path / "runs.csv")
    write_table(distances_table(), tmp_path / "distances.csv")
    inputs = [f"--runs={tmp_path / 'runs.csv'}", f"--distances={tmp_path / 'distances.csv'}"]
    program("plot_figure_4", *inputs, "--out", tmp_path / "here.pdf")
    command = [sys.executable, "-W", "error", SCRIPTS / "plot_figure_4.py", *inputs, "--out", tmp_path / "there.pdf"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "there.pdf").read_bytes()
    assert made.startswith(b"%PDF")
    assert made == (tmp_path / "here.pdf").read_bytes()

"""Figures selection_1 and selection_3 draw what their table holds, and are the same to the byte each time."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sweetspot.config.joint_training import JointTraining
from sweetspot.figures.joint_training import REAL_STYLES, covariance_figure, means_figure
from sweetspot.figures.style import use_style
from sweetspot.theory import joint_panels
from sweetspot.theory.joint_panels import ALONE, BOUND, ENOUGH, JOINT, MEANS

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The table of the program, with few draws and few features."""
    path = tmp_path_factory.mktemp("theory") / "joint_training.csv"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("MANY_FEATURES", 48), ("FEW_REAL", 9), ("FEW_SYNTHETIC", 15)):
            patch.setattr(joint_panels, name, value)
        program("simulate_joint_training", "--config", JointTraining(draws=2).to_json(), "--out", path)
    return path


def program(name, *arguments):
    """Run a program in this process, which has imported what it needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [f"{name}.py", *map(str, arguments)])
        runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name="__main__")


def rows(table, panel, series):
    return table[(table["panel"] == panel) & (table["series"] == series)].sort_values("x")


def curves(axes):
    """Lines of more than two points, by their end points."""
    return [line for line in axes.lines if len(line.get_xdata()) > 3 and line.get_linestyle() != "None"]


def points(axes):
    return [container.lines[0].get_xydata() for container in axes.containers]


def check(axes, table, panel, series, theory="theory", simulated="simulated", above=0):
    """Each series of a panel is there as a line and as points."""
    for name in series:
        of_series = rows(table, panel, name)
        line = np.column_stack([of_series["x"], of_series[theory] + above])
        assert any(np.array_equal(line, each.get_xydata()) for each in curves(axes)), (panel, name)
        drawn = of_series.dropna(subset=[simulated])
        dots = np.column_stack([drawn["x"], drawn[simulated] + above])
        assert any(np.array_equal(dots, each) for each in points(axes)), (panel, name)


def test_selection_1(written):
    table = pd.read_csv(written)
    angle, length, enough = means_figure(table).axes
    check(angle, table, "angle", (JOINT, ALONE))
    check(length, table, "length", (JOINT, ALONE))
    assert angle.get_ylim() == length.get_ylim()
    check(enough, table, "enough", [MEANS], "theory_change", "change")
    bound = rows(table, "enough", BOUND)
    assert any(np.array_equal(line.get_ydata(), bound["theory_change"]) for line in curves(enough))
    (mark,) = (line for line in enough.lines if str(line.get_label()).startswith("(c) enough"))
    (least,) = rows(table, "enough", ENOUGH)["x"]
    assert list(mark.get_xdata()[:2]) == [least, least]


def test_selection_3(written):
    table = pd.read_csv(written)
    many, few, scale = covariance_figure(table).axes
    for axes, panel in ((many, "anisotropy"), (few, "anisotropy_few")):
        check(axes, table, panel, REAL_STYLES)
        stars = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "*" and len(line.get_xdata())]
        by_theory = [rows(table, panel, series).set_index("x")["theory"].idxmin() for series in REAL_STYLES]
        assert stars == by_theory
        matched = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":" and len(line.get_xdata())]
        assert matched == [1, 10]
    check(scale, table, "scale", set(table.loc[table["panel"] == "scale", "series"]), "theory_change", "change", 1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_program_repeats_its_files_to_the_byte(written, tmp_path, number):
    paths = [tmp_path / turn / "figure.png" for turn in ("first", "second")]
    for path in paths:
        program("plot_joint_training", "--number", number, "--table", written, "--out", path)
    assert paths[0].read_bytes() == paths[1].read_bytes()

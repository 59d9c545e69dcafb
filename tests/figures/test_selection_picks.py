"""The figure of picks shows each rule's shares with their intervals, legibly, the same to the byte each time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle
from selections import write_selections

from sweetspot.figures.selection_picks import selection_picks_figure
from sweetspot.figures.style import save, use_style
from sweetspot.statistics import estimate
from sweetspot.tables.selection import read_all_picks

SCRIPTS = Path(__file__).parents[2] / "scripts"
RULES = ["whole pool", "random", "k-means", "DS3-style", "covariance"]
POOLS = ("diversities", "hidden", "qualities")


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


@pytest.fixture
def files(tmp_path):
    return write_selections(tmp_path, POOLS)["picks"][: len(POOLS)]


def bars(axes, place):
    """Left end and width of each part of a bar."""
    rectangles = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return [(each.get_x(), each.get_width()) for each in rectangles if round(each.get_y() + 0.375) == place]


def test_bars_are_the_mean_shares_one_after_the_other(files):
    picks = read_all_picks(files)
    grid = selection_picks_figure(picks).axes
    assert [axes.get_title() for axes in grid if axes.get_title()] == list(POOLS)
    for axes, pool in zip(grid, POOLS, strict=False):
        assert [label.get_text() for label in axes.get_yticklabels()] == RULES
        rules = {"whole pool": "all", "k-means": "k_means", "DS3-style": "ds3"}
        for place, label in enumerate(RULES):
            own = picks[(picks["pool"] == pool) & (picks["rule"] == rules.get(label, label))]
            parts = ["noise=0", "noise=2", *(["train"] if pool == "hidden" else [])]
            by_seed = own.groupby("seed")["part"].value_counts(normalize=True).unstack(fill_value=0)[parts]
            widths = 100 * by_seed.mean().to_numpy()
            found = bars(axes, place)
            assert [width for _, width in found] == pytest.approx(widths)
            assert [left for left, _ in found] == pytest.approx([0, *np.cumsum(widths)[:-1]])


def test_intervals_stand_at_the_boundaries(files):
    picks = read_all_picks(files)
    axes = selection_picks_figure(picks).axes[0]
    own = picks[(picks["pool"] == "diversities") & (picks["rule"] == "covariance")]
    shares = 100 * (own["part"] == "noise=0").groupby(own["seed"]).mean()
    expected = estimate(shares.to_numpy())
    (segment,) = [
        each for lines in axes.collections for each in lines.get_segments() if each[0][1] == RULES.index("covariance")
    ]
    assert segment[:, 0] == pytest.approx([expected.low, expected.high])


def test_the_whole_pool_goes_on_as_a_line(files):
    for axes, boundaries in zip(
        selection_picks_figure(read_all_picks(files)).axes, ([50], [50, 75], [50]), strict=False
    ):
        dashed = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"]
        assert dashed == pytest.approx(boundaries)


def test_parts_differ_without_colour_and_nothing_collides(files):
    figure = selection_picks_figure(read_all_picks(files))
    figure.canvas.draw()
    (legend,) = figure.subfigs[0].legends
    names = [text.get_text() for text in legend.get_texts()]
    assert "real, hidden in the pool" in names
    patches = list(legend.get_patches())
    signs = {(patch.get_hatch(), patch.get_facecolor() == (0, 0, 0, 1)) for patch in patches}
    assert len(signs) == len(patches) == 3
    boxes = [axes.get_tightbbox() for axes in figure.axes if axes.axison]
    assert len(boxes) == len(POOLS)
    boxes.append(legend.get_window_extent())
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)


def test_one_pool_without_the_rule_all(files):
    picks = read_all_picks(files[:1])
    figure = selection_picks_figure(picks[picks["rule"] != "all"])
    assert len(figure.axes) == 1
    assert not [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]


def test_the_program_gives_equal_bytes(files, tmp_path):
    out = [tmp_path / f"picks.{ending}" for ending in ("pdf", "png")]
    subprocess.run([sys.executable, SCRIPTS / "plot_selection_2.py", "--picks", *files, "--out", *out], check=True)
    again = [tmp_path / f"again.{ending}" for ending in ("pdf", "png")]
    save(selection_picks_figure(read_all_picks(files)), *again)
    assert [path.read_bytes() for path in out] == [path.read_bytes() for path in again]


def test_the_shares_of_the_whole_pool_are_explained_where_they_are_drawn(files):
    picks = read_all_picks(files)
    for shown, rows in ((True, picks), (False, picks[picks["rule"] != "all"])):
        words = [text.get_text() for text in selection_picks_figure(rows).findobj(plt.Text)]
        assert ("shares of the whole pool" in words) == shown

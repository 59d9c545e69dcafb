"""The advice as a picture of one page: the curve, the interval, the distances and the spectra."""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from sweetspot.figures.style import COLOURS, GREY, PAGE_WIDTH, panel_label, use_style
from sweetspot.recommend.advice import Advice, Spectra
from sweetspot.recommend.report import headline
from sweetspot.recommend.words import JUDGES

WIDEST_LINE = 105  # characters


NAMES = {"rapsd": "RAPSD", "frechet": "Fréchet", "sliced_wasserstein": "sliced Wasserstein", "mmd": "MMD"}


def draw(advice: Advice) -> Figure:
    """(a) the predicted curve, or without one only the recommended ratio; (b) each distance in units of its floor;
    (c) the spectra, where there are images. Above, the recommendation in words."""
    use_style()
    panels = 3 if advice.spectra else 2
    figure, axes = plt.subplots(panels, 1, figsize=(PAGE_WIDTH, 1 + 2.6 * panels), layout="constrained")
    sentences = (headline(advice), advice.sure, *advice.why)
    figure.suptitle("\n".join(textwrap.fill(each, WIDEST_LINE) for each in sentences), fontsize=8, x=0.01, ha="left")
    _curve(axes[0], advice)
    _distances(axes[1], advice)
    if advice.spectra:
        _spectra(axes[2], advice.spectra)
    for letter, each in zip("abc", axes, strict=False):
        panel_label(each, letter)
    return figure


def _curve(axes: plt.Axes, advice: Advice) -> None:
    at = np.log1p([advice.low, advice.high, advice.ratio])
    axes.axvspan(at[0], at[1], color=COLOURS[1], alpha=0.25, linewidth=0, label="95 % interval of the ratio")
    axes.axvline(at[2], color=COLOURS[1], linestyle="--", label="recommended ratio")
    if advice.curve is not None:
        curve = advice.curve
        x = np.log1p(curve.ratios)
        axes.fill_between(x, curve.low, curve.high, color=COLOURS[0], alpha=0.25, linewidth=0)
        axes.plot(
            x,
            curve.loss,
            color=COLOURS[0],
            marker="o",
            markersize=3,
            label="predicted, with 95 % band of the change",
        )
        judge = JUDGES[advice.method]
        axes.set_ylabel(f"{judge.loss} of {judge.who}\non unseen real samples")
    else:
        axes.set(yticks=[], ylabel="(no curve without labels)")
    ticks = [tick for tick in (0, 0.5, 1, 2, 4, 8, 16, 32, 64, 128) if tick <= advice.largest * 1.001]
    axes.set_xticks(np.log1p(ticks), [f"{tick:g}" for tick in ticks])
    axes.set(xlabel="synthetic / real samples", xlim=(0, np.log1p(advice.largest) * 1.02))
    axes.legend(loc="best")


def _distances(axes: plt.Axes, advice: Advice) -> None:
    """A row for each distance, all divided by the mean of its floor."""
    rows = np.arange(len(advice.distances))[::-1]
    for row, each in zip(rows, advice.distances, strict=True):
        unit = each.floor or 1.0
        first = row == rows[0]
        axes.plot(
            np.array([each.floor_low, each.floor_high]) / unit,
            [row, row],
            color=GREY,
            linewidth=6,
            alpha=0.4,
            solid_capstyle="butt",
            label="real against real: the floor" if first else None,
        )
        axes.errorbar(
            each.value / unit,
            row,
            xerr=[[max(0.0, each.value - each.low) / unit], [max(0.0, each.high - each.value) / unit]],
            color=COLOURS[0],
            marker="o",
            capsize=2,
            label="synthetic against real" if first else None,
        )
    axes.set_yticks(rows, [NAMES[each.metric] for each in advice.distances])
    axes.set(xscale="log", xlabel="distance / mean of its floor", ylim=(-0.6, rows[0] + 0.6))
    _plain_numbers(axes.xaxis)
    axes.legend(loc="best")


def _spectra(axes: plt.Axes, spectra: Spectra) -> None:
    for values, name, colour, dashes in (
        (spectra.real, "real", GREY, "-"),
        (spectra.synthetic, "synthetic", COLOURS[0], "--"),
    ):
        mean = values.mean(axis=0)
        bins = np.arange(1, len(mean) + 1)
        low, high = np.quantile(values, [0.25, 0.75], axis=0)
        axes.fill_between(bins, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(
            bins, mean, color=colour, linestyle=dashes, marker="o", markersize=3, label=f"{name}, mean and quartiles"
        )
    axes.set(xscale="log", yscale="log", xlabel="radial frequency, cycles per image", ylabel="power (RAPSD)")
    _plain_numbers(axes.xaxis)
    axes.legend(loc="best")


def _plain_numbers(axis: Axis) -> None:
    """10 instead of 10^1 on a logarithmic axis, and numbers between the powers where it is short."""
    axis.set_major_formatter(LogFormatter(labelOnlyBase=False))
    axis.set_minor_formatter(LogFormatter(labelOnlyBase=False, minor_thresholds=(2, 0.5)))

"""What the heat maps of bounds and risks share: a map light in its valleys, on which lines and points are read."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

# Monotone in lightness, so that it reads in grey; not to the dark end, where lines would drown.
MAP: Colormap = LinearSegmentedColormap.from_list("light", plt.get_cmap("YlGnBu")(np.linspace(0, 0.8, 256)))
CONTOUR = "0.25"


def draw_map(
    axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, norm: LogNorm, levels: Sequence[float]
) -> None:
    """Colours and contour lines of positive `values`, (len(y), len(x)), on logarithmic axes."""
    axes.set(xscale="log", yscale="log", xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    axes.grid(visible=False)
    axes.pcolormesh(x, y, values, norm=norm, cmap=MAP, shading="gouraud", rasterized=True, zorder=0)
    # In logarithms, in which the interpolation between grid points is nearly exact.
    axes.contour(x, y, np.log(values), levels=np.log(levels), colors=CONTOUR, linestyles="-", linewidths=0.4, zorder=1)


def draw_scale(
    figure: Figure | SubFigure, axes: Axes, norm: LogNorm, levels: Sequence[float], label: str, beyond: bool = False
) -> None:
    """The scale of the colours to the right of `axes`, with the levels of the contours; an arrow for values beyond."""
    scale = figure.colorbar(
        ScalarMappable(norm, MAP), ax=axes, pad=0.02, aspect=30, extend="max" if beyond else "neither"
    )
    scale.ax.yaxis.set_major_locator(FixedLocator(list(levels)))
    scale.ax.yaxis.set_minor_locator(NullLocator())
    scale.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    scale.ax.tick_params(labelsize="x-small")
    scale.set_label(label, size="small")
    scale.outline.set_visible(False)


def round_levels(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten from `low` to `high`; 1 and 3 times if these are more than three decades."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = (1, 3) if high > 1000 * low else (1, 2, 5)
    return [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]

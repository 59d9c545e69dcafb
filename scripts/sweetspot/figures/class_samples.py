"""A picture of labelled images, real ones and synthetic ones of each quality, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sweetspot.figures.curves import synthetic_label
from sweetspot.figures.style import PAGE_WIDTH, bare

MOST_CLASSES, FEWEST_COLUMNS = 10, 5
LABEL_WIDTH, TITLE_HEIGHT = 1.5, 0.4  # inches


def class_samples_figure(
    real: tuple[np.ndarray, np.ndarray],
    synthetic: Mapping[str, tuple[np.ndarray, np.ndarray]],
    class_names: Sequence[str],
) -> Figure:
    """One row of real images and one for each quality; one column for each class, the first ten where there are more.

    Shown is the first image of each class, so qualities of one reverse chain show the same images.

    Parameters
    ----------
    real : images in [-1, 1], shape (n, channels, height, width), and their labels; three channels are shown as RGB, of
        any other number the first.
    synthetic : the same for each quality; what is beyond -1 and 1 is clipped.
    """
    rows = {"real": real} | {synthetic_label(name).replace(", ", ",\n"): pool for name, pool in synthetic.items()}
    names = class_names[:MOST_CLASSES]
    side = (PAGE_WIDTH - LABEL_WIDTH) / max(len(names), FEWEST_COLUMNS)
    height, width = real[0].shape[-2:]
    size = (LABEL_WIDTH + side * len(names), TITLE_HEIGHT + side * height / width * len(rows))
    figure = plt.figure(figsize=size, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    grid = figure.subplots(len(rows), len(names), squeeze=False)
    for (row_name, (images, labels)), cells in zip(rows.items(), grid, strict=True):
        cells[0].set_ylabel(row_name, rotation="horizontal", ha="right", va="center", fontsize="small")
        for label, axes in enumerate(cells):
            own = np.flatnonzero(labels == label)
            if len(own):
                _show(axes, images[own[0]])
            bare(axes)
    for name, axes in zip(names, grid[0], strict=True):
        axes.set_title(name, fontsize="small", parse_math=False)
    if len(class_names) > len(names):
        figure.supxlabel(f"{len(names)} of {len(class_names)} classes", fontsize="small")
    return figure


def _show(axes: Axes, image: np.ndarray) -> None:
    if len(image) == 3:
        axes.imshow((np.clip(image, -1, 1).transpose(1, 2, 0) + 1) / 2, interpolation="nearest")
    else:
        axes.imshow(image[0], cmap="gray", vmin=-1, vmax=1, interpolation="nearest")

"""A picture of slices with their masks, real ones and synthetic ones of each quality, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from sweetspot.data.slice_set import LESION, MASK_CHANNELS, SliceSet
from sweetspot.errors import InputError
from sweetspot.figures.curves import synthetic_label
from sweetspot.figures.style import COLOURS, PAGE_WIDTH, bare

# Distinct in grey too: from light to dark WM, GM, lesion, CSF.
TISSUE_COLOURS = {"GM": COLOURS[9], "WM": "0.88", "CSF": COLOURS[0], "lesion": COLOURS[3]}
LABEL_WIDTH, GAP, LINE_HEIGHT, LEGEND_HEIGHT, LARGEST_SIDE = 0.55, 0.14, 0.17, 0.3, 1.1  # inches
LETTER_WIDTH = 0.078  # of a title, with some air
# Of the slices with lesions, in order of the lesion's area: a typical one and a large one.
LESION_QUANTILES = (0.5, 0.9)


def slices_to_show(masks: np.ndarray) -> list[int]:
    """Positions of a slice with a typical lesion area and of one with a large area; without lesions, of any two.

    Parameters
    ----------
    masks : uint8, 0 or 1, shape (n, 4, height, width).

    Raises
    ------
    InputError : there are no slices.
    """
    if not len(masks):
        raise InputError("there are no slices to show; prepare and sample them first")
    area = masks[:, LESION].sum(axis=(1, 2), dtype=np.int64)
    order = np.argsort(area, kind="stable")
    if area.any():
        order = order[area[order] > 0]
    return list(dict.fromkeys(int(order[round(quantile * (len(order) - 1))]) for quantile in LESION_QUANTILES))


def slice_samples_figure(real: SliceSet, synthetic: Mapping[str, SliceSet], modalities: Sequence[str]) -> Figure:
    """All slices of `real` and of each quality in groups of columns; rows are the modalities and the mask.

    All images have one grey scale, from -1 to 1. Anterior is up, and the left of the subject on the left.

    Raises
    ------
    InputError : slices of another number of modalities.
    """
    groups = {"real": real} | {synthetic_label(name): slices for name, slices in synthetic.items()}
    for name, slices in groups.items():
        if slices.images.shape[1] != len(modalities):
            raise InputError(
                f"the slices ({name}) have {slices.images.shape[1]} channels, but the modalities are "
                f"{', '.join(modalities)}; prepare and sample them again"
            )
    counts = [len(slices.images) for slices in groups.values()]
    gaps = GAP * len(groups)  # one of them at the right edge
    side = min((PAGE_WIDTH - LABEL_WIDTH - gaps) / sum(counts), LARGEST_SIDE)
    titles = [_wrap(name, side * count + GAP) for name, count in zip(groups, counts, strict=True)]
    rows = len(modalities) + 1
    height = side * real.images.shape[-2] / real.images.shape[-1] * rows
    top = LINE_HEIGHT * (1 + max(title.count("\n") for title in titles)) + 0.1
    width, total = LABEL_WIDTH + side * sum(counts) + gaps, top + height + LEGEND_HEIGHT
    figure = plt.figure(figsize=(width, total))
    left = LABEL_WIDTH
    for title, count, slices in zip(titles, counts, groups.values(), strict=True):
        right = left + side * count
        grid = figure.subplots(
            rows,
            count,
            squeeze=False,
            gridspec_kw={
                "left": left / width,
                "right": right / width,
                "top": 1 - top / total,
                "bottom": LEGEND_HEIGHT / total,
                "wspace": 0.02,
                "hspace": 0.02,
            },
        )
        _draw_slices(grid, slices)
        figure.text((left + right) / 2 / width, 1 - (top - 0.05) / total, title, ha="center", fontsize="small")
        left = right + GAP
    first_column = [axes for axes in figure.axes if axes.get_subplotspec().colspan.start == 0][:rows]
    for axes, label in zip(first_column, (*modalities, "mask"), strict=True):
        axes.set_ylabel(label, rotation="horizontal", ha="right", va="center", fontsize="small")
    _legend_of_tissues(figure)
    return figure


def _wrap(title: str, width: float) -> str:
    """`title` in lines of `width` inches, a new one after each comma."""
    letters = max(int(width / LETTER_WIDTH), 8)
    return "\n".join(textwrap.fill(part, letters) for part in title.replace(", ", ",\n").split("\n"))


def _draw_slices(grid: np.ndarray, slices: SliceSet) -> None:
    colours = ListedColormap(["white", *(TISSUE_COLOURS[name] for name in MASK_CHANNELS)])
    # Tissues do not overlap; 0 is outside of the brain.
    tissues = np.einsum("nthw,t->nhw", slices.masks, np.arange(1, len(MASK_CHANNELS) + 1))
    flat = {"origin": "lower", "interpolation": "nearest", "aspect": "auto"}
    for cells, images, tissue in zip(grid.T, slices.images, tissues, strict=True):
        for axes, image in zip(cells[:-1], images, strict=True):
            axes.imshow(image, cmap="gray", vmin=-1, vmax=1, **flat)
        cells[-1].imshow(tissue, cmap=colours, vmin=0, vmax=len(MASK_CHANNELS), **flat)
    for axes in grid.ravel():
        bare(axes)


def _legend_of_tissues(figure: Figure) -> None:
    frame = {"edgecolor": "0.3", "linewidth": 0.4}
    patches = [plt.Rectangle((0, 0), 1, 1, facecolor=TISSUE_COLOURS[name], **frame) for name in MASK_CHANNELS]
    figure.legend(
        patches,
        MASK_CHANNELS,
        loc="lower center",
        ncols=len(MASK_CHANNELS),
        fontsize="small",
        borderaxespad=0.1,
        handlelength=1.2,
    )

"""The one style of all figures, and the one way to save them.

Colour-blind-safe colours, and beside colour always a second sign (marker, dash), so that a figure is readable in grey.
Files carry no date, and identifiers inside them come from a fixed salt: equal data gives equal bytes.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure

from sweetspot.audit.recording import record_id
from sweetspot.files import atomic_path

PAGE_WIDTH = 7.0  # inches: both columns of a two-column paper
COLOURS = sns.color_palette("colorblind").as_hex()
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
GREY = "0.35"


def use_style() -> None:
    """Set seaborn's `paper` context with the project's line widths and fonts."""
    sns.set_theme(context="paper", style="ticks", palette="colorblind", font="DejaVu Sans")
    plt.rcParams.update(
        {
            "svg.hashsalt": "sweetspot",
            "pdf.fonttype": 42,  # text stays text in a PDF
            "figure.dpi": 100,
            "savefig.dpi": 200,
            "axes.grid": True,
            "grid.alpha": 0.3,
            "grid.linewidth": 0.5,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "legend.frameon": False,
            "axes.titlesize": "medium",
        }
    )


def panel_label(axes: plt.Axes, letter: str) -> None:
    """Write "(a)" at the upper left, outside of the axes."""
    axes.set_title(f"({letter})", loc="left", fontweight="bold")


def bare(axes: plt.Axes) -> None:
    """Leave nothing of `axes` but what is drawn in it, for a picture."""
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def save(figure: Figure, *paths: str | Path) -> None:
    """Save `figure` at each path (`.pdf`, `.png`), whole or not at all, and close it.

    If the job is recorded, the id of its record is the title in the file's metadata.
    """
    name = record_id()
    for path in map(Path, paths):
        about = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}.get(path.suffix, {})
        if name:
            about |= {"Title": f"sweetspot record {name}"}
        with atomic_path(path) as temporary:
            figure.savefig(temporary, metadata=about)
    plt.close(figure)

"""A picture of slices with their masks: real ones, and synthetic ones of each quality."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.data.sample_pools import slice_pool
from sweetspot.data.slice_set import SliceSet
from sweetspot.data.slice_store import load_slices
from sweetspot.figures.slice_samples import slice_samples_figure, slices_to_show
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run


def _shown(slices: SliceSet) -> SliceSet:
    rows = slices_to_show(slices.masks)
    return SliceSet(slices.images[rows], np.asarray(slices.masks[rows]), slices.scans[rows])


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--modalities", nargs="+", required=True, help="of the channels of the images, in order")
    arguments.add_argument(
        "--samples",
        type=Path,
        nargs="+",
        required=True,
        metavar="FOLDER",
        help="CHAIN/NETWORK, in the order of the channels",
    )
    arguments.add_argument("--sample-masks", type=Path, required=True, help="the masks of the samples")
    arguments.add_argument("--qualities", nargs="+", required=True, metavar="QUALITY")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    options = arguments.parse_args()

    # The generator's own part: what is tested on is not looked at.
    part = load_slices(options.images, options.masks, options.split, "generator")
    synthetic = {
        quality: _shown(slice_pool(options.samples, options.sample_masks, quality)) for quality in options.qualities
    }
    use_style()
    save(slice_samples_figure(_shown(part), synthetic, options.modalities), *options.out)


if __name__ == "__main__":
    run(main)

"""Train and test the segmenter for all seeds of one arm at one ratio."""

from __future__ import annotations

from pathlib import Path

import torch

from sweetspot.config.segmenter import SegmenterRuns
from sweetspot.data.sample_pools import slice_pool
from sweetspot.data.slice_store import load_slices
from sweetspot.downstream.segmentation_cell import run_cell
from sweetspot.downstream.training_set import Cell
from sweetspot.program import config_of, parser, run
from sweetspot.tables import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SegmenterRuns), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arms = ["real_only", "synthetic", "more_real", "more_source", "target_real"]
    arguments.add_argument("--arm", choices=arms, required=True)
    arguments.add_argument("--quality", help="for the arm `synthetic`")
    arguments.add_argument("--ratio", type=float, default=0.0)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument(
        "--samples", type=Path, nargs="*", default=[], help="for `synthetic`: the folder of each generator network"
    )
    arguments.add_argument("--sample-masks", type=Path, nargs="?", help="for `synthetic`: the masks of the samples")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    if options.arm == "synthetic" and not options.quality:
        arguments.error("--arm synthetic needs --quality")
    torch.set_num_threads(options.threads)

    real_part = "train" if options.config.real == "target" else "source"
    real, train, validation, test = (
        load_slices(options.images, options.masks, options.split, part)
        for part in (real_part, "train", "validation", "test")
    )
    quality, added = "", None
    if options.arm == "synthetic":
        quality, added = options.quality, slice_pool(options.samples, options.sample_masks, options.quality)
    elif options.arm == "target_real":
        added = train
    cell = Cell(options.task, options.experiment, options.arm, quality, options.ratio)
    write_table(run_cell(cell, options.config, real, added, validation, test), options.out)


if __name__ == "__main__":
    run(main)

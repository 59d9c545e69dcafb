"""Train and test the segmenter for the runs of one job: an arm at some ratios, for some seeds."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.segmenter import SegmenterRuns
from sweetspot.data.sample_pools import slice_pool
from sweetspot.data.slice_store import load_slices
from sweetspot.device import start
from sweetspot.downstream.job import add_job_arguments, run_job
from sweetspot.downstream.segmentation_cell import cell_groups
from sweetspot.downstream.training_set import Cell
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SegmenterRuns), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arms = ["real_only", "synthetic", "more_real", "more_source", "target_real"]
    arguments.add_argument("--arm", choices=arms, required=True)
    arguments.add_argument("--quality", help="for the arm `synthetic`")
    arguments.add_argument("--ratios", type=float, nargs="+", default=[0.0])
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument(
        "--samples", type=Path, nargs="*", default=[], help="for `synthetic`: the folder of each generator network"
    )
    arguments.add_argument("--sample-masks", type=Path, nargs="?", help="for `synthetic`: the masks of the samples")
    add_job_arguments(arguments)
    options = arguments.parse_args()
    if options.arm == "synthetic" and not options.quality:
        arguments.error("--arm synthetic needs --quality")
    config: SegmenterRuns = options.config
    start(config.segmenter.compute, options.threads)

    real_part = "train" if config.real == "target" else "source"
    real, train, validation, test = (
        load_slices(options.images, options.masks, options.split, part)
        for part in (real_part, "train", "validation", "test")
    )
    quality, added, pool = "", None, []
    if options.arm == "synthetic":
        quality, added = options.quality, slice_pool(options.samples, options.sample_masks, options.quality)
        pool = [*(folder / f"{quality}.npy" for folder in options.samples), options.sample_masks]
    elif options.arm == "target_real":
        added = train
    groups = [
        group
        for ratio in options.ratios
        for group in cell_groups(
            Cell(options.task, options.experiment, options.arm, quality, ratio), config, real, added, validation, test
        )
    ]
    data = [options.images, options.masks, options.split, *pool]
    run_job(options, config.segmenter.compute, groups, data, Path(__file__))


if __name__ == "__main__":
    run(main)

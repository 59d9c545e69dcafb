"""Train the pilot of a segmentation experiment: a few runs, judged on the validation part."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.pilot import SegmenterPilot
from sweetspot.data.sample_pools import slice_pool
from sweetspot.data.slice_store import load_slices
from sweetspot.device import start
from sweetspot.downstream.job import add_job_arguments, run_job
from sweetspot.predict.segmenter_pilot import pilot_groups
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SegmenterPilot), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="*", default=[], help="the folders CHAIN/NETWORK")
    arguments.add_argument("--sample-masks", type=Path, required=True, help="the masks of the samples")
    arguments.add_argument("--part", type=int, default=1, help="which of the jobs of the pilot this is, from 1")
    arguments.add_argument("--parts", type=int, default=1, help="the number of jobs of the pilot")
    add_job_arguments(arguments)
    options = arguments.parse_args()
    config: SegmenterPilot = options.config
    start(config.segmenter.compute, options.threads)

    real_part = "train" if options.config.real == "target" else "source"
    real, validation = (
        load_slices(options.images, options.masks, options.split, part) for part in (real_part, "validation")
    )
    pools = {quality: slice_pool(options.samples, options.sample_masks, quality) for quality in config.qualities}
    groups = pilot_groups(
        *(options.task, options.experiment, config, real, pools, validation, options.part, options.parts)
    )
    samples = [file for folder in options.samples for file in sorted(folder.glob("*.npy"))]
    data = [options.images, options.masks, options.split, options.sample_masks, *samples]
    run_job(options, config.segmenter.compute, groups, data, Path(__file__))


if __name__ == "__main__":
    run(main)

"""Train the pilot of a segmentation experiment: a few runs, judged on the validation part."""

from __future__ import annotations

from pathlib import Path

import torch

from sweetspot.config.pilot import SegmenterPilot
from sweetspot.data.sample_pools import slice_pool
from sweetspot.data.slice_store import load_slices
from sweetspot.predict.segmenter_pilot import run_pilot
from sweetspot.program import config_of, parser, run
from sweetspot.tables import write_table


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
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    real_part = "train" if options.config.real == "target" else "source"
    real, validation = (
        load_slices(options.images, options.masks, options.split, part) for part in (real_part, "validation")
    )
    pools = {
        quality: slice_pool(options.samples, options.sample_masks, quality) for quality in options.config.qualities
    }
    runs = run_pilot(options.task, options.experiment, options.config, real, pools, validation)
    write_table(runs, options.out)


if __name__ == "__main__":
    run(main)

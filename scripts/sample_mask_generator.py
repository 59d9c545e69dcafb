"""Draw the synthetic slices of one network, for all qualities that share one reverse chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.data.sample_pools import open_masks
from sweetspot.device import facts_of_bytes, start
from sweetspot.generate.mask_denoiser import load_mask_denoiser
from sweetspot.generate.partial_pool import PartialPool
from sweetspot.generate.pool_writer import write_pool
from sweetspot.generate.sampling import sample_batches
from sweetspot.job_identity import job_checkpoints
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Sampling), required=True)
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True, help="of the synthetic slices")
    arguments.add_argument("--checkpoints", type=Path, required=True, help="folder to save to and resume from")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output folder: QUALITY.npy")
    options = arguments.parse_args()

    sampling: Sampling = options.config
    step = parse_quality(sampling.qualities[0]).steps
    denoiser, training = load_mask_denoiser(options.model, step)
    start(training.generator.compute, options.threads)
    masks = open_masks(options.masks, sampling.images)
    shape = (len(training.image_channels), *masks.shape[2:])
    files, facts = [options.model, options.masks], facts_of_bytes(training.generator.compute)
    streams = f"sampling/{training.network}"
    with job_checkpoints(options.checkpoints, sampling, files, Path(__file__), facts) as checkpoints:
        pool = PartialPool(checkpoints.part("pool"))

        def draw(first: int) -> Iterator[dict[str, np.ndarray]]:
            return sample_batches(denoiser, training.generator, sampling, masks, shape, streams, first, pool.safe_point)

        write_pool(options.out, draw, sampling.qualities, (len(masks), *shape), pool=pool)
        checkpoints.clear()


if __name__ == "__main__":
    run(main)

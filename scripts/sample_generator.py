"""Draw the synthetic pools of all qualities that share one reverse chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.device import facts_of_bytes, start
from sweetspot.generate.denoiser import load_denoiser
from sweetspot.generate.partial_pool import PartialPool
from sweetspot.generate.pool_writer import write_pool
from sweetspot.generate.sampling import balanced_labels, sample_batches
from sweetspot.job_identity import job_checkpoints
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Sampling), required=True)
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--checkpoints", type=Path, required=True, help="folder to save to and resume from")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output folder: QUALITY.npy and labels.npy")
    options = arguments.parse_args()

    sampling = options.config
    step = parse_quality(sampling.qualities[0]).steps
    denoiser, generator, classes = load_denoiser(options.model, step)
    start(generator.compute, options.threads)
    height, width = denoiser.config.sample_size
    shape = (denoiser.config.in_channels, height, width)
    labels = balanced_labels(sampling.images, classes)
    facts = facts_of_bytes(generator.compute)
    with job_checkpoints(options.checkpoints, sampling, [options.model], Path(__file__), facts) as checkpoints:
        pool = PartialPool(checkpoints.part("pool"))

        def draw(first: int) -> Iterator[dict[str, np.ndarray]]:
            return sample_batches(
                denoiser, generator, sampling, labels, shape, first_batch=first, safe_point=pool.safe_point
            )

        write_pool(options.out, draw, sampling.qualities, (len(labels), *shape), {"labels": labels}, pool)
        checkpoints.clear()


if __name__ == "__main__":
    run(main)

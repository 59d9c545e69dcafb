"""Draw the synthetic slices of one network, for all qualities that share one reverse chain."""

from __future__ import annotations

from pathlib import Path

import torch

from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.data.sample_pools import open_masks
from sweetspot.generate.mask_denoiser import load_mask_denoiser
from sweetspot.generate.pool_writer import write_pool
from sweetspot.generate.sampling import sample_batches
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Sampling), required=True)
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True, help="of the synthetic slices")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output folder: QUALITY.npy")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    sampling: Sampling = options.config
    step = parse_quality(sampling.qualities[0]).steps
    denoiser, training = load_mask_denoiser(options.model, step)
    masks = open_masks(options.masks, sampling.images)
    shape = (len(training.image_channels), *masks.shape[2:])
    batches = sample_batches(denoiser, training.generator, sampling, masks, shape, f"sampling/{training.network}")
    write_pool(options.out, batches, sampling.qualities, (len(masks), *shape))


if __name__ == "__main__":
    run(main)

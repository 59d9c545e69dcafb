"""Draw the synthetic pools of all qualities that share one reverse chain."""

from __future__ import annotations

from pathlib import Path

import torch

from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.generate.denoiser import load_denoiser
from sweetspot.generate.pool_writer import write_pool
from sweetspot.generate.sampling import balanced_labels, sample_batches
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Sampling), required=True)
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output folder: QUALITY.npy and labels.npy")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    sampling = options.config
    step = parse_quality(sampling.qualities[0]).steps
    denoiser, generator, classes = load_denoiser(options.model, step)
    height, width = denoiser.config.sample_size
    shape = (denoiser.config.in_channels, height, width)
    labels = balanced_labels(sampling.images, classes)
    batches = sample_batches(denoiser, generator, sampling, labels, shape)
    write_pool(options.out, batches, sampling.qualities, (len(labels), *shape), {"labels": labels})


if __name__ == "__main__":
    run(main)

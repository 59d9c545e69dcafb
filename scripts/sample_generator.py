"""Draw the synthetic pools of all qualities that share one reverse chain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from sweetspot.command_line import config_of, parser, run
from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.files import atomic_path
from sweetspot.generate.denoiser import load_denoiser
from sweetspot.generate.sampling import balanced_labels, sample_batches


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
    shape = (sampling.images, denoiser.config.in_channels, height, width)
    with atomic_path(options.out) as folder:
        folder.mkdir()
        np.save(folder / "labels.npy", balanced_labels(sampling.images, classes))
        pools = {
            name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float32, shape)
            for name in sampling.qualities
        }
        for rows, images in sample_batches(denoiser, generator, sampling, classes):
            for name, pool in pools.items():
                pool[rows] = images[name]
        for pool in pools.values():
            pool.flush()


if __name__ == "__main__":
    run(main)

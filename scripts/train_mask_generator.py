"""Train one mask-conditional diffusion model on the generator's part of the slices."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import torch

from sweetspot.code_graph import code_files
from sweetspot.config.mask_generator import MaskGeneratorTraining
from sweetspot.data.slice_store import load_slices
from sweetspot.generate.mask_denoiser import build_mask_denoiser, stream_name
from sweetspot.generate.snapshots import save_snapshots
from sweetspot.generate.training import identity, train_generator
from sweetspot.program import config_of, parser, run
from sweetspot.tables import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(MaskGeneratorTraining), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--checkpoints", type=Path, required=True, help="folder to resume from")
    arguments.add_argument("--checkpoint-seconds", type=float, default=300, help="time between checkpoints")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--model", type=Path, required=True, help="output, safetensors")
    arguments.add_argument("--loss", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    training: MaskGeneratorTraining = options.config
    slices = load_slices(options.images, options.masks, options.split, "generator")
    # A range of channels, not a list of them, stays a memory map.
    images = slices.images[:, training.image_channels[0] : training.image_channels[-1] + 1]
    mask_channels, *size = slices.masks.shape[1:]
    denoiser = build_mask_denoiser(training, mask_channels, tuple(size))
    folder = options.checkpoints / identity(
        training, training.generator, images, slices.masks, code_files(Path(__file__))
    )
    trained = train_generator(
        denoiser,
        training.generator,
        training.snapshots,
        images,
        slices.masks,
        folder,
        options.checkpoint_seconds,
        stream_name(training.network),
    )
    description = {"training": training.model_dump(mode="json"), "mask_channels": mask_channels, "size": size}
    write_table(pd.DataFrame(trained.loss_curve, columns=["step", "loss", "learning_rate"]), options.loss)
    save_snapshots(options.model, trained.snapshots, description)
    # The result is whole; checkpoints of this and of abandoned trainings of the network are of no more use.
    shutil.rmtree(options.checkpoints, ignore_errors=True)


if __name__ == "__main__":
    run(main)

"""Train one mask-conditional diffusion model on the generator's part of the slices."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.config.mask_generator import MaskGeneratorTraining
from sweetspot.data.slice_store import load_slices
from sweetspot.device import facts_of_bytes, start
from sweetspot.generate.mask_denoiser import build_mask_denoiser, stream_name
from sweetspot.generate.processes import is_main_process, run_together
from sweetspot.generate.training import LOSS_COLUMNS, train_generator
from sweetspot.job_identity import job_checkpoints
from sweetspot.program import config_of, parser, run
from sweetspot.snapshots import save_snapshots
from sweetspot.tables.csv_files import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(MaskGeneratorTraining), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--checkpoints", type=Path, required=True, help="folder to save to and resume from")
    arguments.add_argument("--threads", type=int, default=1, help="of all processes together")
    arguments.add_argument("--model", type=Path, required=True, help="output, safetensors")
    arguments.add_argument("--loss", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    training: MaskGeneratorTraining = options.config
    config = training.generator
    run_together(config.processes, config.compute)
    start(config.compute, max(1, options.threads // config.processes))

    slices = load_slices(options.images, options.masks, options.split, "generator")
    # A range of channels, not a list of them, stays a memory map.
    images = slices.images[:, training.image_channels[0] : training.image_channels[-1] + 1]
    mask_channels, *size = slices.masks.shape[1:]
    denoiser = build_mask_denoiser(training, mask_channels, tuple(size))
    files, facts = [options.images, options.masks, options.split], facts_of_bytes(config.compute)
    with job_checkpoints(options.checkpoints, training, files, Path(__file__), facts) as checkpoints:
        part = checkpoints.part("training")
        streams = stream_name(training.network)
        trained = train_generator(denoiser, config, training.snapshots, images, slices.masks, part, streams)
        if is_main_process():
            description = {"training": training.model_dump(mode="json"), "mask_channels": mask_channels, "size": size}
            write_table(pd.DataFrame(trained.loss_curve, columns=LOSS_COLUMNS), options.loss)
            save_snapshots(options.model, trained.snapshots, description)
            checkpoints.clear()


if __name__ == "__main__":
    run(main)

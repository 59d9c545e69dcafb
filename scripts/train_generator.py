"""Train the class-conditional diffusion model on the generator's part of the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import torch

from sweetspot.code_graph import code_files
from sweetspot.config.generator import GeneratorTraining
from sweetspot.data.store import class_names, load_part
from sweetspot.generate.denoiser import build_denoiser
from sweetspot.generate.snapshots import save_snapshots
from sweetspot.generate.training import identity, train_generator
from sweetspot.program import config_of, parser, run
from sweetspot.tables import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(GeneratorTraining), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--checkpoints", type=Path, required=True, help="folder to resume from")
    arguments.add_argument("--checkpoint-seconds", type=float, default=300, help="time between checkpoints")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--model", type=Path, required=True, help="output, safetensors")
    arguments.add_argument("--loss", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    images, labels = load_part(options.images, options.split, "generator")
    classes = len(class_names(options.split))
    config, snapshots = options.config.generator, options.config.snapshots
    folder = options.checkpoints / identity(options.config, config, images, labels, code_files(Path(__file__)))
    denoiser = build_denoiser(config, images.shape[1:], classes)
    trained = train_generator(denoiser, config, snapshots, images, labels, folder, options.checkpoint_seconds)
    description = {
        "generator": config.model_dump(mode="json"),
        "image_shape": images.shape[1:],
        "classes": classes,
    }
    write_table(pd.DataFrame(trained.loss_curve, columns=["step", "loss", "learning_rate"]), options.loss)
    save_snapshots(options.model, trained.snapshots, description)
    # The result is whole; checkpoints of this and of abandoned trainings of the task are of no more use.
    shutil.rmtree(options.checkpoints, ignore_errors=True)


if __name__ == "__main__":
    run(main)

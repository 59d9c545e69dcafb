"""Train the class-conditional diffusion model on the generator's part of the data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.config.generator import GeneratorTraining
from sweetspot.data.store import class_names, load_part
from sweetspot.device import facts_of_bytes, start
from sweetspot.generate.denoiser import build_denoiser
from sweetspot.generate.processes import is_main_process, run_together
from sweetspot.generate.training import LOSS_COLUMNS, train_generator
from sweetspot.job_identity import job_checkpoints
from sweetspot.program import config_of, parser, run
from sweetspot.snapshots import save_snapshots
from sweetspot.tables.csv_files import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(GeneratorTraining), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--checkpoints", type=Path, required=True, help="folder to save to and resume from")
    arguments.add_argument("--threads", type=int, default=1, help="of all processes together")
    arguments.add_argument("--model", type=Path, required=True, help="output, safetensors")
    arguments.add_argument("--loss", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    config = options.config.generator
    run_together(config.processes, config.compute)
    start(config.compute, max(1, options.threads // config.processes))

    images, labels = load_part(options.images, options.split, "generator")
    classes = len(class_names(options.split))
    denoiser = build_denoiser(config, images.shape[1:], classes)
    files, facts = [options.images, options.split], facts_of_bytes(config.compute)
    with job_checkpoints(options.checkpoints, options.config, files, Path(__file__), facts) as checkpoints:
        part = checkpoints.part("training")
        trained = train_generator(denoiser, config, options.config.snapshots, images, labels, part)
        if is_main_process():
            description = {
                "generator": config.model_dump(mode="json"),
                "image_shape": images.shape[1:],
                "classes": classes,
            }
            write_table(pd.DataFrame(trained.loss_curve, columns=LOSS_COLUMNS), options.loss)
            save_snapshots(options.model, trained.snapshots, description)
            checkpoints.clear()


if __name__ == "__main__":
    run(main)

"""Train and test the classifier for all seeds of one arm at one ratio."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from sweetspot.config.classifier import ClassifierRuns
from sweetspot.data.store import class_names, load_part
from sweetspot.downstream.cell import Cell, run_cell
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.program import config_of, parser, run
from sweetspot.tables import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(ClassifierRuns), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arguments.add_argument("--arm", choices=["real_only", "synthetic", "more_real"], required=True)
    arguments.add_argument("--quality", help="for the arm `synthetic`")
    arguments.add_argument("--ratio", type=float, default=0.0)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="?", help="for `synthetic`: folder of its chain")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    real, validation, test = (
        LabelledSet(*load_part(options.images, options.split, part)) for part in ("train", "validation", "test")
    )
    quality, synthetic = "", LabelledSet(real.images[:0], real.labels[:0])
    if options.arm == "synthetic":
        quality = options.quality
        images = np.load(options.samples / f"{quality}.npy", mmap_mode="r")
        synthetic = LabelledSet(images, np.load(options.samples / "labels.npy"))
    cell = Cell(options.task, options.experiment, options.arm, quality, options.ratio)
    runs = run_cell(cell, options.config, real, synthetic, validation, test, class_names(options.split))
    write_table(runs, options.out)


if __name__ == "__main__":
    run(main)

"""Train and test the classifier for the runs of one job: an arm at some ratios, for some seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.config.classifier import ClassifierRuns
from sweetspot.data.store import class_names, load_part
from sweetspot.device import start
from sweetspot.downstream.cell import cell_groups
from sweetspot.downstream.job import add_job_arguments, run_job
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.downstream.training_set import Cell
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(ClassifierRuns), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arguments.add_argument("--arm", choices=["real_only", "synthetic", "more_real"], required=True)
    arguments.add_argument("--quality", help="for the arm `synthetic`")
    arguments.add_argument("--ratios", type=float, nargs="+", default=[0.0])
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="?", help="for `synthetic`: folder of its chain")
    add_job_arguments(arguments)
    options = arguments.parse_args()
    config: ClassifierRuns = options.config
    start(config.classifier.compute, options.threads)

    real, validation, test = (
        LabelledSet(*load_part(options.images, options.split, part)) for part in ("train", "validation", "test")
    )
    quality, synthetic, pool = "", LabelledSet(real.images[:0], real.labels[:0]), []
    if options.arm == "synthetic":
        quality = options.quality
        pool = [options.samples / f"{quality}.npy", options.samples / "labels.npy"]
        synthetic = LabelledSet(np.load(pool[0], mmap_mode="r"), np.load(pool[1]))
    groups = [
        group
        for ratio in options.ratios
        for group in cell_groups(
            Cell(options.task, options.experiment, options.arm, quality, ratio),
            *(config, real, synthetic, validation, test, class_names(options.split)),
        )
    ]
    data = [options.images, options.split, *pool]
    run_job(options, config.classifier.compute, groups, data, Path(__file__))


if __name__ == "__main__":
    run(main)

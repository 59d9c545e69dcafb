"""Train the pilot of a classification experiment: a few runs, judged on the validation part."""

from __future__ import annotations

from pathlib import Path

import torch

from sweetspot.config.pilot import ClassifierPilot
from sweetspot.data.sample_pools import class_pool
from sweetspot.data.store import class_names, load_part
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.predict.classifier_pilot import run_pilot
from sweetspot.program import config_of, parser, run
from sweetspot.tables import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(ClassifierPilot), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="*", default=[], help="the folder of each reverse chain")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)

    real, validation = (
        LabelledSet(*load_part(options.images, options.split, part)) for part in ("train", "validation")
    )
    pools = {quality: LabelledSet(*class_pool(options.samples, quality)) for quality in options.config.qualities}
    classes = len(class_names(options.split))
    runs = run_pilot(options.task, options.experiment, options.config, real, pools, validation, classes)
    write_table(runs, options.out)


if __name__ == "__main__":
    run(main)

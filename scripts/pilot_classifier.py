"""Train the pilot of a classification experiment: a few runs, judged on the validation part."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.pilot import ClassifierPilot
from sweetspot.data.sample_pools import class_pool
from sweetspot.data.store import class_names, load_part
from sweetspot.device import start
from sweetspot.downstream.job import add_job_arguments, run_job
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.predict.classifier_pilot import pilot_groups
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(ClassifierPilot), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="*", default=[], help="the folder of each reverse chain")
    arguments.add_argument("--part", type=int, default=1, help="which of the jobs of the pilot this is, from 1")
    arguments.add_argument("--parts", type=int, default=1, help="the number of jobs of the pilot")
    add_job_arguments(arguments)
    options = arguments.parse_args()
    config: ClassifierPilot = options.config
    start(config.classifier.compute, options.threads)

    real, validation = (
        LabelledSet(*load_part(options.images, options.split, part)) for part in ("train", "validation")
    )
    pools = {quality: LabelledSet(*class_pool(options.samples, quality)) for quality in config.qualities}
    classes = len(class_names(options.split))
    groups = pilot_groups(
        *(options.task, options.experiment, config, real, pools, validation, classes, options.part, options.parts)
    )
    samples = [file for folder in options.samples for file in sorted(folder.glob("*.npy"))]
    data = [options.images, options.split, *samples]
    run_job(options, config.classifier.compute, groups, data, Path(__file__))


if __name__ == "__main__":
    run(main)

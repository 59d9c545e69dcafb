"""Measure how far synthetic images of each quality, and other real ones, are from the real images of a task."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.config.measure import ClassDistances
from sweetspot.data.sample_pools import class_pool
from sweetspot.data.store import class_names, load_part
from sweetspot.device import start
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.measure.class_encoder import classifier_features
from sweetspot.measure.comparison import Part, Reference
from sweetspot.measure.distances import Effort
from sweetspot.measure.extractors import extractors
from sweetspot.measure.table import distance_table
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(ClassDistances), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="+", required=True, metavar="FOLDER", help="of each chain")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    config = options.config
    start(config.classifier.compute, options.threads)

    def part(name: str, images: np.ndarray, labels: np.ndarray) -> Part:
        return Part(name, images, labels, np.arange(len(labels)))

    real, validation, more = (
        LabelledSet(*load_part(options.images, options.split, name)) for name in ("train", "validation", "generator")
    )
    reference = Reference(
        part("train", real.images, real.labels),
        part("generator", more.images, more.labels),
        config.measure.images,
        config.measure.seed,
    )
    comparisons = [reference.against("more_real", "", reference.more_real)]
    for quality in config.qualities:
        pool = part("pool", *class_pool(options.samples, quality))
        comparisons.append(reference.against("synthetic", quality, pool))
    network = classifier_features(config.classifier, config.budget, validation, len(class_names(options.split)))
    measured = extractors(config.measure, validation.images, network)
    effort = Effort(config.measure.replicates, config.measure.projections, config.measure.seed)
    write_table(distance_table(options.task, comparisons, measured, effort), options.out)


if __name__ == "__main__":
    run(main)

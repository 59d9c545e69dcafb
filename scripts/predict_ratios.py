"""Predict the best ratio for each quality of an experiment, by all methods; no test image and no sweep is seen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from sweetspot.config.pilot import PredictionInputs
from sweetspot.data.sample_pools import class_pool, slice_pool
from sweetspot.data.slice_set import LESION, SliceSet
from sweetspot.data.slice_store import load_slices
from sweetspot.data.store import class_names, load_part
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.predict.all_predictions import predict_all
from sweetspot.predict.evidence import Evidence
from sweetspot.predict.gather import classification_evidence, segmentation_evidence
from sweetspot.predict.pilot_design import REAL_SET
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import RUN_COLUMNS, read_runs

SEED = 0


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(PredictionInputs), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--experiment", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, nargs="?", help="for segmentation")
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="*", default=[], help="the folders of the samples")
    arguments.add_argument("--sample-masks", type=Path, nargs="?", help="for segmentation: the masks of the samples")
    arguments.add_argument("--pilot", type=Path, nargs="+", required=True, help="the runs of the pilot, file by file")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    arguments.add_argument("--seconds", type=Path, required=True, help="output, CSV: what each method took")
    options = arguments.parse_args()

    gather = _slices(options) if options.masks else _images(options)
    evidence = {quality: partial(gather, quality) for quality in options.config.qualities}
    # In one order, however many jobs the runs came from.
    pilot = pd.concat(map(read_runs, options.pilot)).sort_values(RUN_COLUMNS[:-1], ignore_index=True)
    predicted, seconds = predict_all(options.task, options.experiment, evidence, pilot)
    write_table(seconds, options.seconds)
    write_table(predicted, options.out)


def _images(options):
    config, classes = options.config, len(class_names(options.split))
    images, labels = load_part(options.images, options.split, "train")
    own = _real_set(config, labels)
    held_out = load_part(options.images, options.split, "validation")

    def gather(quality: str) -> Evidence:
        pool = class_pool(options.samples, quality)
        return classification_evidence((images[own], labels[own]), pool, held_out, classes, config.largest_ratio, SEED)

    return gather


def _slices(options):
    config = options.config
    part = "train" if config.real == "target" else "source"
    files = (options.images, options.masks, options.split)
    real, validation = (load_slices(*files, each) for each in (part, "validation"))
    own = _real_set(config, real.has_lesion())

    def gather(quality: str) -> Evidence:
        pool = slice_pool(options.samples, options.sample_masks, quality)
        return segmentation_evidence(
            _lesions(real, own),
            _lesions(pool),
            _lesions(validation),
            config.largest_ratio,
            SEED,
            real_is_target=config.real == "target",
        )

    return gather


def _real_set(config: PredictionInputs, labels):
    """The rows of the real set of the pilot."""
    return training_set(Cell("", "", "real_only", "", 0.0), config.n_real, labels, labels[:0], REAL_SET)[0]


def _lesions(slices: SliceSet, rows=slice(None)):
    """Images and masks of lesions."""
    return slices.images[rows], slices.masks[rows, LESION]


if __name__ == "__main__":
    run(main)

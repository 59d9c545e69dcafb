"""Measure how far synthetic slices, other real ones and those of the source domain are from real slices of a task."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.config.measure import SliceDistances
from sweetspot.data.sample_pools import slice_pool
from sweetspot.data.slice_set import SliceSet
from sweetspot.data.slice_store import load_slices
from sweetspot.device import start
from sweetspot.measure.comparison import Part, Reference
from sweetspot.measure.distances import Effort
from sweetspot.measure.extractors import extractors
from sweetspot.measure.slice_encoder import segmenter_features
from sweetspot.measure.table import distance_table
from sweetspot.measure.training_sets import training_set_comparisons
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table


def _real(name: str, slices: SliceSet) -> Part:
    """Slices of a subject are resampled together: scans are named SUBJECT/SESSION, or SUBJECT."""
    subjects = np.array([scan.split("/")[0] for scan in slices.scans], dtype=str)
    return Part(name, slices.images, slices.has_lesion(), subjects)


def _synthetic(slices: SliceSet) -> Part:
    return Part("pool", slices.images, slices.has_lesion(), np.arange(len(slices.masks)))


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SliceDistances), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument(
        "--samples", type=Path, nargs="+", required=True, metavar="FOLDER", help="CHAIN/NETWORK, in order of channels"
    )
    arguments.add_argument("--sample-masks", type=Path, required=True, help="the masks of the samples")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    config = options.config
    start(config.segmenter.compute, options.threads)

    real, validation, more, other = (
        load_slices(options.images, options.masks, options.split, part)
        for part in ("train", "validation", "generator", "source")
    )
    reference = Reference(_real("train", real), _real("generator", more), config.measure.images, config.measure.seed)
    source = _real("source", other)
    pools = {
        quality: _synthetic(slice_pool(options.samples, options.sample_masks, quality)) for quality in config.qualities
    }
    comparisons = [reference.against("more_real", "", reference.more_real)]
    if len(source.labels):
        comparisons.append(reference.against("more_source", "", source))
    comparisons += [reference.against("synthetic", quality, pool) for quality, pool in pools.items()]
    network = segmenter_features(config.segmenter, config.budget, validation)
    measured = extractors(config.measure, validation.images, network)
    if config.mixtures:
        comparisons += training_set_comparisons(config.mixtures, reference, source, pools)
    effort = Effort(config.measure.replicates, config.measure.projections, config.measure.seed)
    write_table(distance_table(options.task, comparisons, measured, effort), options.out)


if __name__ == "__main__":
    run(main)

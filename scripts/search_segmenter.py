"""Search the segmenter's hyperparameters: train a grid of settings on real slices, judged by the validation loss."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.segmenter_search import SearchedSegmenter
from sweetspot.data.slice_store import load_slices
from sweetspot.device import facts_of_bytes, start
from sweetspot.downstream.segmenter_search import search
from sweetspot.job_identity import job_checkpoints
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SearchedSegmenter), required=True)
    arguments.add_argument("--task", required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--checkpoints", type=Path, help="folder to resume from")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()
    config: SearchedSegmenter = options.config
    start(config.segmenter.compute, options.threads)

    real, validation = (
        load_slices(options.images, options.masks, options.split, part) for part in ("train", "validation")
    )
    data = [options.images, options.masks, options.split]
    facts = facts_of_bytes(config.segmenter.compute)
    with job_checkpoints(options.checkpoints, config, data, Path(__file__), facts) as checkpoints:
        found = search(options.task, config, real, validation, checkpoints)
    write_table(found, options.out)
    checkpoints.clear()


if __name__ == "__main__":
    run(main)

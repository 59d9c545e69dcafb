"""Train and test a classifier for each rule and seed, on real images and on what the rule picked for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sweetspot.config.selected_runs import SelectedRuns
from sweetspot.data.encoded import ENCODED_HELP, EncodedImages, read_encoded
from sweetspot.data.mixed_pool import REAL_PART
from sweetspot.data.sample_pools import class_pool
from sweetspot.data.store import class_names, load_part
from sweetspot.device import facts_of_bytes, start
from sweetspot.downstream.job import finished_groups
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.downstream.selected_runs import linear_groups, network_groups
from sweetspot.downstream.selected_sets import selected_sets
from sweetspot.job_identity import job_checkpoints
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.picks import RESULT_COLUMNS, read_picks


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SelectedRuns), required=True)
    arguments.add_argument("--images", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--samples", type=Path, nargs="*", default=[], metavar="FOLDER", help="of each chain")
    arguments.add_argument("--encoded", type=Path, nargs="+", required=True, metavar="FOLDER", help=ENCODED_HELP)
    arguments.add_argument("--picks", type=Path, required=True, help="CSV of `select_samples`")
    arguments.add_argument("--checkpoints", type=Path, help="folder to resume from")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV: accuracy and loss of each run")
    options = arguments.parse_args()
    config: SelectedRuns = options.config
    start(config.classifier.compute, options.threads)

    picks = read_picks(options.picks)
    qualities = sorted(set(picks["part"]) - {REAL_PART})
    encoded = {part: read_encoded(options.encoded, part) for part in (REAL_PART, *qualities)}
    labels = {part: each.labels for part, each in encoded.items()}
    sets = selected_sets(picks, config.rules, config.seeds, config.n_real, labels)
    together = EncodedImages.joined(encoded.values())
    if config.paradigm == "pretrained":
        groups = linear_groups(sets, together, read_encoded(options.encoded, "test"))
    else:
        real, validation, test = (
            LabelledSet(*load_part(options.images, options.split, part)) for part in (REAL_PART, "validation", "test")
        )
        pools = [class_pool(options.samples, quality)[0] for quality in qualities]
        targets = np.exp(together.log_probabilities) if config.paradigm == "distillation" else None
        images = LabelledSet(np.concatenate([real.images, *pools]), together.labels, targets)
        groups = network_groups(sets, config, images, validation, test, len(class_names(options.split)))

    files = [options.images, options.split, options.picks]
    files += [file for folder in options.encoded for file in sorted(folder.glob("*.npz"))]
    files += [file for folder in options.samples for file in sorted(folder.glob("*.npy"))]
    facts = facts_of_bytes(config.classifier.compute)
    with job_checkpoints(options.checkpoints, config, files, Path(__file__), facts) as checkpoints:
        rows = [row for kept in finished_groups(groups, checkpoints) for row in kept["rows"]]
    write_table(pd.DataFrame(rows, columns=RESULT_COLUMNS).sort_values(["seed", "rule"]), options.out)
    checkpoints.clear()


if __name__ == "__main__":
    run(main)

"""Pick samples for the real images of each seed, by all rules from one pool, and measure the picks."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.sample_selection import SampleSelection
from sweetspot.data.encoded import ENCODED_HELP, read_encoded
from sweetspot.data.mixed_pool import REAL_PART
from sweetspot.program import config_of, parser, run
from sweetspot.select.comparison import compare_rules
from sweetspot.tables.csv_files import write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SampleSelection), required=True)
    arguments.add_argument("--encoded", type=Path, nargs="+", required=True, metavar="FOLDER", help=ENCODED_HELP)
    arguments.add_argument("--picks", type=Path, required=True, help="output, CSV: a row for each pick")
    arguments.add_argument("--measures", type=Path, required=True, help="output, CSV: a row for each seed and rule")
    options = arguments.parse_args()
    config: SampleSelection = options.config

    train, others = (read_encoded(options.encoded, part) for part in (REAL_PART, "test"))
    parts = config.pool.parts if config.pool else ()
    samples = {quality: read_encoded(options.encoded, quality) for quality in parts}
    picks, measures = compare_rules(config, train, others, samples)
    write_table(picks, options.picks)
    write_table(measures, options.measures)


if __name__ == "__main__":
    run(main)

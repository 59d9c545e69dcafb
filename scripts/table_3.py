"""Write table 3: the segmenters' hyperparameters, searched and chosen."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.segmenter_search import SegmenterSearches
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.search import read_searches, search_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(SegmenterSearches), required=True)
    arguments.add_argument(
        "--searches", type=Path, nargs="*", default=[], help="what the searches of the tasks wrote, one file each"
    )
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    write_table(search_table(options.config, read_searches(options.searches)), options.out)


if __name__ == "__main__":
    run(main)

"""Put the rows of all cells into one tidy, sorted table, `runs.csv`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.program import parser, run
from sweetspot.tables import RUN_COLUMNS, read_runs, write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("cells", type=Path, nargs="+", help="CSV files of the cells")
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    runs = pd.concat([read_runs(path) for path in options.cells])
    write_table(runs.sort_values(RUN_COLUMNS[:-1]), options.out)


if __name__ == "__main__":
    run(main)

"""Put the rows of all cells into one tidy, sorted table, `runs.csv`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.command_line import parser, run
from sweetspot.files import atomic_path
from sweetspot.tables import RUN_COLUMNS, read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("cells", type=Path, nargs="+", help="CSV files of train_classifier.py")
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    runs = pd.concat([read_runs(path) for path in options.cells])
    with atomic_path(options.out) as temporary:
        runs.sort_values(RUN_COLUMNS[:-1]).to_csv(temporary, index=False, float_format="%.10g")


if __name__ == "__main__":
    run(main)

"""Put the distances of all tasks into one tidy, sorted table, `distances.csv`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import DISTANCE_COLUMNS, DISTANCE_TEXT


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("tasks", type=Path, nargs="+", help="CSV files of the tasks")
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    tables = pd.concat([pd.read_csv(path, keep_default_na=False) for path in options.tasks])
    write_table(tables[DISTANCE_COLUMNS].sort_values([*DISTANCE_TEXT, "n_a", "n_b"]), options.out)


if __name__ == "__main__":
    run(main)

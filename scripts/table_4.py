"""Write table 4: training set size against time, with the paper's A100 hours beside it."""

from __future__ import annotations

from pathlib import Path

from sweetspot.program import parser, run
from sweetspot.tables.compute import compute_table
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import read_runs, read_seconds


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--seconds", type=Path, required=True, help="what each run took")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    write_table(compute_table(read_runs(options.runs), read_seconds(options.seconds)), options.out)


if __name__ == "__main__":
    run(main)

"""Collect the runs on selected samples, and the measures of the selections: `selection.csv`."""

from __future__ import annotations

from pathlib import Path

from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.selection import collect_selection, read_measures, read_selected_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument(
        "--runs", type=Path, nargs="+", required=True, metavar="TASK/POOL/runs/PARADIGM/ARCHITECTURE.csv"
    )
    arguments.add_argument("--measures", type=Path, nargs="+", required=True, metavar="TASK/POOL/measures.csv")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    write_table(collect_selection(read_selected_runs(options.runs), read_measures(options.measures)), options.out)


if __name__ == "__main__":
    run(main)

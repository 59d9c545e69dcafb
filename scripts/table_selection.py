"""Write a table of the second paper: what came of the samples that each rule picked."""

from __future__ import annotations

from pathlib import Path

from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.selection import read_selection
from sweetspot.tables.selection_accuracies import selection_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--number", type=int, choices=(1, 2, 5), required=True, help="of the table in the paper")
    arguments.add_argument("--selection", type=Path, required=True, help="selection.csv")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    write_table(selection_table(options.number, read_selection(options.selection)), options.out)


if __name__ == "__main__":
    run(main)

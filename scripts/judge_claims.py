"""Judge the papers' claims by the runs: `claims.csv`."""

from __future__ import annotations

from pathlib import Path

from sweetspot.claims.table import claims_table
from sweetspot.program import parser, run
from sweetspot.tables import read_runs, write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    write_table(claims_table(read_runs(options.runs)), options.out)


if __name__ == "__main__":
    run(main)

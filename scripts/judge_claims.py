"""Judge the papers' claims by the runs: `claims.csv`."""

from __future__ import annotations

from pathlib import Path

from sweetspot.claims import claims_table
from sweetspot.command_line import parser, run
from sweetspot.files import atomic_path
from sweetspot.tables import read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    claims = claims_table(read_runs(options.runs))
    with atomic_path(options.out) as temporary:
        claims.to_csv(temporary, index=False, float_format="%.6g")


if __name__ == "__main__":
    run(main)

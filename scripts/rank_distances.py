"""Which distance predicts the best ratio and the loss at the largest ratio: `distance_ranks.csv`."""

from __future__ import annotations

from pathlib import Path

from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distance_ranks import distance_ranks
from sweetspot.tables.distances import read_distances
from sweetspot.tables.runs import read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--distances", type=Path, required=True)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    write_table(distance_ranks(read_distances(options.distances), read_runs(options.runs)), options.out)


if __name__ == "__main__":
    run(main)

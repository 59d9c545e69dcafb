"""Judge the papers' claims by the runs, distances and predictions: `claims.csv`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.claims.table import claims_table
from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import read_distances
from sweetspot.tables.predictions import read_predictions, read_regrets
from sweetspot.tables.runs import read_runs
from sweetspot.tables.selection import read_selection


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--distances", type=Path, required=True)
    arguments.add_argument("--predictions", type=Path, required=True)
    arguments.add_argument("--regrets", type=Path, required=True)
    arguments.add_argument("--table-1", type=Path, required=True)
    arguments.add_argument("--joint-training", type=Path, required=True)
    arguments.add_argument("--pilots", type=Path, nargs="*", default=[], help="runs of the pilot method")
    arguments.add_argument("--selection", type=Path, nargs="?", help="selection.csv, where there is one")
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    claims = claims_table(
        read_runs(options.runs),
        read_distances(options.distances),
        read_predictions(options.predictions),
        read_regrets(options.regrets),
        pd.read_csv(options.table_1),
        pd.read_csv(options.joint_training),
        pd.concat(map(read_runs, options.pilots)) if options.pilots else None,
        read_selection(options.selection) if options.selection else None,
    )
    write_table(claims, options.out)


if __name__ == "__main__":
    run(main)

"""What predicting the ratio costs in time, by method, held against the full sweeps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.predict.costs import cost_table
from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import read_seconds


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--sweep", type=Path, required=True, help="what each run of the experiments took")
    arguments.add_argument("--pilots", type=Path, nargs="+", required=True, help="what each run of the pilots took")
    arguments.add_argument("--methods", type=Path, nargs="+", required=True, help="what `predict_ratios` measured")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    pilots = pd.concat(map(read_seconds, options.pilots))
    methods = pd.concat(map(pd.read_csv, options.methods), ignore_index=True)
    write_table(cost_table(read_seconds(options.sweep), pilots, methods), options.out)


if __name__ == "__main__":
    run(main)

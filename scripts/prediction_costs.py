"""What predicting the ratio costs in time, by method, held against the full sweeps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.predict.costs import cost_table
from sweetspot.program import parser, run
from sweetspot.tables import read_runs, write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--seconds", type=Path, nargs="+", required=True, help="what `predict_ratios` measured")
    arguments.add_argument("--benchmarks", type=Path, required=True, help="folder of the benchmark files")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    seconds = pd.concat([pd.read_csv(path) for path in options.seconds], ignore_index=True)
    write_table(cost_table(read_runs(options.runs), seconds, options.benchmarks), options.out)


if __name__ == "__main__":
    run(main)

"""Hold the predicted ratios against the full sweeps: `predictions.csv`, `regrets.csv` and `methods.csv`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.predict.regret import judge, rank_methods
from sweetspot.program import parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--predicted", type=Path, nargs="+", required=True, help="what `predict_ratios` wrote")
    arguments.add_argument("--predictions", type=Path, required=True, help="output, CSV")
    arguments.add_argument("--regrets", type=Path, required=True, help="output, CSV")
    arguments.add_argument("--methods", type=Path, required=True, help="output, CSV")
    options = arguments.parse_args()

    predicted = pd.concat([pd.read_csv(path) for path in options.predicted], ignore_index=True)
    predictions, regrets = judge(predicted, read_runs(options.runs))
    write_table(rank_methods(predictions, regrets), options.methods)
    write_table(regrets, options.regrets)
    write_table(predictions, options.predictions)


if __name__ == "__main__":
    run(main)

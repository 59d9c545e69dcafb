"""Write table 2: hyperparameters, each marked as stated by the paper or assumed."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.hyperparameters import Hyperparameters
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.hyperparameters import hyperparameter_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Hyperparameters), required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    write_table(hyperparameter_table(options.config), options.out)


if __name__ == "__main__":
    run(main)

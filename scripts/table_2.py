"""Write table 2: hyperparameters, each marked as stated by the paper or assumed."""

from __future__ import annotations

from pathlib import Path

from sweetspot.command_line import config_of, parser, run
from sweetspot.config.hyperparameters import Hyperparameters
from sweetspot.files import atomic_path
from sweetspot.hyperparameters import hyperparameter_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Hyperparameters), required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    with atomic_path(options.out) as temporary:
        hyperparameter_table(options.config).to_csv(temporary, index=False)


if __name__ == "__main__":
    run(main)

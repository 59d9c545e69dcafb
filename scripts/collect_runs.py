"""Put the rows of all jobs into one tidy, sorted table, `runs.csv`, and what each run took into another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sweetspot.config.fan_out import AllRuns
from sweetspot.program import config_of, parser, run
from sweetspot.tables import RUN_COLUMNS, SECONDS_COLUMNS, read_runs, read_seconds, write_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(AllRuns), required=True, help="which jobs there are")
    arguments.add_argument("--runs", type=Path, required=True, help="folder of the runs of the jobs")
    arguments.add_argument("--seconds", type=Path, required=True, help="folder of what the runs of the jobs took")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV: runs.csv")
    arguments.add_argument("--seconds-out", type=Path, required=True, help="output, CSV: what each run took")
    options = arguments.parse_args()

    # Not the files themselves: thousands of names are longer than a command may be.
    names = [f"{path}.csv" for path in options.config.paths()]
    write_table(_together(options.seconds, names, read_seconds, SECONDS_COLUMNS[:6]), options.seconds_out)
    write_table(_together(options.runs, names, read_runs, RUN_COLUMNS[:-1]), options.out)


def _together(folder: Path, names: list[str], read: Callable[[Path], pd.DataFrame], key: list[str]) -> pd.DataFrame:
    return pd.concat([read(folder / name) for name in names]).sort_values(key)


if __name__ == "__main__":
    run(main)

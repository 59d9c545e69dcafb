"""Put the rows of all jobs into one tidy, sorted table, `runs.csv`, and what each run took into another."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.fan_out import AllRuns
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import read_all_runs, read_all_seconds


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(AllRuns), required=True, help="which jobs there are")
    arguments.add_argument("--runs", type=Path, required=True, help="folder of the runs of the jobs")
    arguments.add_argument("--seconds", type=Path, required=True, help="folder of what the runs of the jobs took")
    arguments.add_argument("--out", type=Path, required=True, help="output, CSV: runs.csv")
    arguments.add_argument("--seconds-out", type=Path, required=True, help="output, CSV: what each run took")
    options = arguments.parse_args()

    # Not the files themselves: thousands of names are longer than a command may be.
    paths = options.config.paths()
    write_table(read_all_seconds(options.seconds, paths), options.seconds_out)
    write_table(read_all_runs(options.runs, paths), options.out)


if __name__ == "__main__":
    run(main)

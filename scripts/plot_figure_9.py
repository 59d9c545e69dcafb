"""Figure 9: the segmentation loss of every seed, and the mean with its interval."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.fan_out import AllRuns
from sweetspot.figures.seeds import seeds_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import config_of, parser, run
from sweetspot.tables.runs import read_all_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(AllRuns), required=True, help="which runs it shows")
    arguments.add_argument("--runs", type=Path, required=True, help="folder of the runs of the jobs")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    options = arguments.parse_args()

    use_style()
    save(seeds_figure(read_all_runs(options.runs, options.config.paths())), *options.out)


if __name__ == "__main__":
    run(main)

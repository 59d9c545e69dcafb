"""Figure 8: best ratio and test loss at the largest ratio, against the distance of the synthetic data."""

from __future__ import annotations

from pathlib import Path

from sweetspot.figures.distances import distance_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run
from sweetspot.tables.distances import read_measured
from sweetspot.tables.runs import read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True)
    arguments.add_argument("--distances", type=Path, nargs="+", required=True, help="those of each task")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    options = arguments.parse_args()

    use_style()
    save(distance_figure(read_runs(options.runs), read_measured(options.distances)), *options.out)


if __name__ == "__main__":
    run(main)

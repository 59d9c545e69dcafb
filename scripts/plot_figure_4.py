"""Figure 4 of paper 1: the bound over ratio and distance, in domain and under domain shift, and measured points."""

from pathlib import Path

from sweetspot.figures.bound_maps import bound_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run
from sweetspot.tables.distances import read_distances
from sweetspot.tables.runs import read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True, help="runs.csv")
    arguments.add_argument("--distances", type=Path, required=True, help="distances.csv")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    given = arguments.parse_args()

    use_style()
    save(bound_figure(read_runs(given.runs), read_distances(given.distances)), *given.out)


if __name__ == "__main__":
    run(main)

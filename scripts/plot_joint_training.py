"""Figure selection_1 or selection_3, paper 2's theory, from the table of `simulate_joint_training.py`."""

from pathlib import Path

import pandas as pd

from sweetspot.figures.joint_training import covariance_figure, means_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run

FIGURES = {1: means_figure, 3: covariance_figure}


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--number", type=int, choices=FIGURES, required=True, help="of the figure")
    arguments.add_argument("--table", type=Path, required=True, help="joint_training.csv")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    given = arguments.parse_args()

    use_style()
    save(FIGURES[given.number](pd.read_csv(given.table)), *given.out)


if __name__ == "__main__":
    run(main)

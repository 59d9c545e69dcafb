"""Predicted against best ratio, and the regret of every way of choosing the ratio."""

from __future__ import annotations

from pathlib import Path

from sweetspot.figures.predictions import predictions_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run
from sweetspot.tables.predictions import read_predictions


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--predictions", type=Path, required=True)
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    options = arguments.parse_args()

    use_style()
    save(predictions_figure(read_predictions(options.predictions)), *options.out)


if __name__ == "__main__":
    run(main)

"""The figure of paper 1's Appendix D: traditional bounds beside that of Theorem 3.1, against the ratio."""

from pathlib import Path

from sweetspot.figures.style import save, use_style
from sweetspot.figures.traditional_bound import traditional_bound_figure
from sweetspot.program import parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    given = arguments.parse_args()

    use_style()
    save(traditional_bound_figure(), *given.out)


if __name__ == "__main__":
    run(main)

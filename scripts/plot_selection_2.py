"""Draw figure 2 of the selection: where each rule's picks come from."""

from __future__ import annotations

from pathlib import Path

from sweetspot.figures.selection_picks import selection_picks_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run
from sweetspot.tables.selection import read_all_picks


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--picks", type=Path, nargs="+", required=True, metavar="TASK/POOL/picks.csv")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    options = arguments.parse_args()

    use_style()
    save(selection_picks_figure(read_all_picks(options.picks)), *options.out)


if __name__ == "__main__":
    run(main)

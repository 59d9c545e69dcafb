"""Figure 10 (in domain) or 11 (domain shift) of paper 1 from the tables of `signal_to_noise.py`."""

from pathlib import Path

import pandas as pd

from sweetspot.figures.signal_to_noise import signal_to_noise_figure
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run
from sweetspot.theory.signal_to_noise import DOMAINS


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--risk", type=Path, required=True, help="CSV table of risks")
    arguments.add_argument("--optima", type=Path, required=True, help="CSV table of best lambdas")
    arguments.add_argument("--domain", choices=DOMAINS, required=True)
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE", help=".pdf, .png")
    given = arguments.parse_args()

    use_style()
    save(signal_to_noise_figure(pd.read_csv(given.risk), pd.read_csv(given.optima), given.domain), *given.out)


if __name__ == "__main__":
    run(main)

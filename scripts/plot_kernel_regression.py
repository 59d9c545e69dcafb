"""Figure 1, 5 or 6 of paper 1 from the tables of `kernel_regression.py`."""

import pandas as pd

from sweetspot.figures.kernel_regression import kernel_regression
from sweetspot.figures.style import save, use_style
from sweetspot.program import parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--risk", required=True, help="CSV table of risks")
    arguments.add_argument("--optima", required=True, help="CSV table of recommended lambdas")
    arguments.add_argument("--fit", required=True, help="CSV table of functions and data")
    arguments.add_argument("--out", nargs="+", required=True, metavar="FILE", help="figure files (.pdf, .png)")
    given = arguments.parse_args()
    use_style()
    tables = (pd.read_csv(path) for path in (given.risk, given.optima, given.fit))
    save(kernel_regression(*tables), *given.out)


if __name__ == "__main__":
    run(main)

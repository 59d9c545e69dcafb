"""Paper 1's Table 1 with the distances, recommended ratios and regrets of this reproduction."""

import pandas as pd

from sweetspot.config.kernel import KernelRegression
from sweetspot.errors import InputError
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.theory.kernel_experiment import table_1


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument(
        "--config", type=config_of(KernelRegression), required=True, help="block kernel_regression, JSON"
    )
    arguments.add_argument(
        "--optima",
        nargs="+",
        required=True,
        metavar="CSV",
        help="one for each row, in order of the rows' names",
    )
    arguments.add_argument("--out", required=True, help="CSV file")
    given = arguments.parse_args()
    names = sorted(given.config.rows)
    if len(given.optima) != len(names):
        raise InputError(f"--optima: expected one table for each of {', '.join(names)}, got {len(given.optima)}")
    tables = {name: pd.read_csv(path) for name, path in zip(names, given.optima, strict=True)}
    write_table(table_1(given.config, tables), given.out)


if __name__ == "__main__":
    run(main)

"""Paper 1's kernel experiment for one row of Table 1: risk curves, recommended ratios and one fit.

Writes three CSV tables: the excess risk by method at each lambda; lambda, risk and regret of each rule; and
f*, g, data and one fit for panel (a) of the figure.
"""

from sweetspot.config.kernel import KernelRegression
from sweetspot.errors import InputError
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.theory.kernel_experiment import row_tables


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument(
        "--config", type=config_of(KernelRegression), required=True, help="block kernel_regression, JSON"
    )
    arguments.add_argument("--row", required=True, help="name of the row, as in the config")
    arguments.add_argument("--out", nargs=3, required=True, metavar=("RISK", "OPTIMA", "FIT"), help="CSV files")
    given = arguments.parse_args()
    if given.row not in given.config.rows:
        raise InputError(f"--row: no row {given.row!r}; there are {', '.join(given.config.rows)}")
    tables = row_tables(given.config, given.config.rows[given.row])
    for table, path in zip(tables, given.out, strict=True):
        write_table(table, path)


if __name__ == "__main__":
    run(main)

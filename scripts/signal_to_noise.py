"""Paper 1's kernel experiment with more and less label noise, in domain and under domain shift: figures 10 and 11.

Writes two CSV tables: the excess risk at each signal-to-noise ratio and lambda; the best lambda by each theory and by
simulation.
"""

from sweetspot.config.kernel import KernelRegression
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.theory.signal_to_noise import signal_to_noise_tables


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument(
        "--config", type=config_of(KernelRegression), required=True, help="block kernel_regression, JSON"
    )
    arguments.add_argument("--out", nargs=2, required=True, metavar=("RISK", "OPTIMA"), help="CSV files")
    given = arguments.parse_args()
    for table, path in zip(signal_to_noise_tables(given.config), given.out, strict=True):
        write_table(table, path)


if __name__ == "__main__":
    run(main)

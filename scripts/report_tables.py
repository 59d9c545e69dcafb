"""Pages of the tables, for the report."""

from __future__ import annotations

from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.program import parser, run
from sweetspot.report.document import write
from sweetspot.report.table_page import table_page


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--tables", type=Path, nargs="+", required=True, metavar="FILE.csv")
    arguments.add_argument("--out", type=Path, nargs="+", required=True, metavar="FILE.html", help="one for each table")
    options = arguments.parse_args()

    if len(options.out) != len(options.tables):
        raise InputError(f"--out: {len(options.out)} pages for {len(options.tables)} tables; give one for each")
    for source, out in zip(options.tables, options.out, strict=True):
        write(table_page(source), out)


if __name__ == "__main__":
    run(main)

"""A table of results as a page to read."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.report.document import document, paragraph, table

MOST_ROWS = 500


def table_page(path: Path) -> str:
    """The table, or its first `MOST_ROWS` rows; numbers as the file has them.

    Raises
    ------
    InputError : the file is not a table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            columns = next(rows)
            shown = list(itertools.islice(rows, MOST_ROWS))
            count = len(shown) + sum(1 for _ in rows)
    except (StopIteration, UnicodeDecodeError, csv.Error):
        raise InputError(f"{path}: it is not a table; delete it and run the workflow again") from None
    note = f"The first {len(shown):,} of {count:,} rows; the CSV file has all." if count > len(shown) else ""
    return document(path.name, *([paragraph(note)] if note else []), table(columns, shown))

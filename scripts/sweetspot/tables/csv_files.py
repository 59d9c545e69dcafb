"""How tables are written to CSV files, and read with their columns checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sweetspot.errors import InputError
from sweetspot.files import atomic_path


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table as CSV, whole or not at all: one header line, ten significant digits, the same bytes everywhere."""
    with atomic_path(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.10g", lineterminator="\n")


def read_columns(
    path: str | Path, columns: list[str], text: list[str], what: str, others: Mapping[str, type] | None = None
) -> pd.DataFrame:
    """Read a table of exactly these columns: some text, some of `others`' types, all else numbers or empty.

    Parameters
    ----------
    what : what the table is one of, for the message.

    Raises
    ------
    InputError : the file is missing or has other columns, or a value of another type.
    """
    typed = dict.fromkeys(text, str) | dict(others or {})
    numbers = dict.fromkeys((name for name in columns if name not in typed), float)
    missing = {name: [""] for name in numbers}  # an empty quality is no missing value
    try:
        table = pd.read_csv(path, dtype=typed | numbers, keep_default_na=False, na_values=missing)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not a table of {what} ({error}); delete it and run the workflow again") from None
    if list(table.columns) != columns:
        raise InputError(f"{path}: its columns are not {', '.join(columns)}; delete it and run the workflow again")
    return table

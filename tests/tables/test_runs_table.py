"""Tables of runs are read as they were written."""

import pandas as pd
import pytest

from sweetspot.errors import InputError
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.runs import RUN_COLUMNS, read_runs


def table(task: str, value: object) -> pd.DataFrame:
    row = (task, "in_domain", "real_only", "", 0.0, "random", 10, 0, 5, 0, "error", value)
    return pd.DataFrame([row], columns=RUN_COLUMNS)


def test_names_stay_text_and_values_numbers(tmp_path):
    write_table(table("007", 0.125), tmp_path / "runs.csv")
    runs = read_runs(tmp_path / "runs.csv")
    assert runs.loc[0, "task"] == "007"
    assert runs.loc[0, "quality"] == ""
    assert runs.loc[0, "value"] == 0.125


@pytest.mark.parametrize(
    "content",
    [
        table("a", "much"),
        table("a", None),
        table("a", 0.1).assign(ratio=None),
        table("a", 0.1).assign(seed=0.5),
        table("a", 0.1).drop(columns="seed"),
    ],
)
def test_what_is_no_table_of_runs_is_refused_by_name(tmp_path, content):
    write_table(content, tmp_path / "runs.csv")
    with pytest.raises(InputError, match=r"runs\.csv: .*delete it"):
        read_runs(tmp_path / "runs.csv")

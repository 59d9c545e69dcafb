"""The table of predictions is read as it was written, and tells which cells it can be judged on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sweetspot.tables.csv_files import write_table
from sweetspot.tables.predictions import PREDICTION_COLUMNS, read_predictions, resolved


def test_predictions_come_back_as_written_with_empty_numbers(tmp_path):
    rows = [("digits", "in_domain", "noise=0", "fixed_1", 1, np.nan, np.nan, 4, 0.2, 0.1, 0.1, 0.4, 0.1, 0.25)]
    table = pd.DataFrame(rows, columns=PREDICTION_COLUMNS)
    write_table(table, tmp_path / "predictions.csv")
    pd.testing.assert_frame_equal(read_predictions(tmp_path / "predictions.csv"), table, check_dtype=False)


def test_a_cell_is_resolved_by_four_standard_errors():
    table = pd.DataFrame({"sweep_range": [4.0, 3.9, 0.0, 5.0], "sweep_se": [1.0, 1.0, 0.0, 1.0]})
    assert list(resolved(table).index) == [0, 3]

"""Costs are held against what the runs of the sweep took."""

import pandas as pd
import pytest

from sweetspot.predict.costs import cost_table
from sweetspot.tables.runs import SECONDS_COLUMNS


def taken(*rows) -> pd.DataFrame:
    return pd.DataFrame([("t", "e", *row, 100.0) for row in rows], columns=SECONDS_COLUMNS)


def test_costs_are_held_against_the_runs_of_the_sweep():
    # Real only and synthetic are the sweep; more real is not.
    sweep = taken(
        ("real_only", "", 0.0, 0, 0.25),
        ("real_only", "", 0.0, 1, 0.75),
        ("synthetic", "noise=0", 1.0, 0, 4.0),
        ("synthetic", "noise=0", 1.0, 1, 6.0),
        ("more_real", "", 1.0, 0, 100.0),
    )
    pilots = taken(("real_only", "", 0.0, 2, 0.1), ("synthetic", "noise=0", 1.0, 2, 1.0))
    methods = pd.DataFrame(
        [
            ("t", "e", "noise=0", "evidence", 0.5),
            ("t", "e", "noise=0", "fixed_0", 0),
            ("t", "e", "noise=0", "leave_one_out", 2),
            ("t", "another", "noise=0", "leave_one_out", 7),
        ],
        columns=["task", "experiment", "quality", "method", "seconds"],
    )
    table = cost_table(sweep, pilots, methods).set_index("method")
    assert (table["sweep_seconds"] == 11).all()
    seconds = {"fixed_0": 0, "pilot": 1.1, "leave_one_out": 2.5, "informed_pilot": 3.6}
    assert table["seconds"].to_dict() == pytest.approx(seconds)
    assert table.loc["pilot", "share"] == pytest.approx(0.1)

"""Costs are read from the files that measured them."""

import pandas as pd
import pytest

from sweetspot.predict.costs import cost_table
from sweetspot.tables import RUN_COLUMNS


def test_costs_are_held_against_the_jobs_of_the_sweep(tmp_path):
    cells = [("real_only", "", 0.0), ("synthetic", "noise=0", 1.0), ("more_real", "", 1.0)]
    rows = [
        ("t", "e", arm, quality, ratio, "random", 5, 0, 9, seed, "loss", 1.0)
        for arm, quality, ratio in cells
        for seed in (0, 1)
    ]
    for number, (arm, quality, ratio) in enumerate(cells):
        path = tmp_path / "train_classifier/t/e" / arm / (quality or "none") / f"ratio={ratio:g}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"s\tmax_rss\n{10**number}\t100\n")
    (tmp_path / "pilot/t").mkdir(parents=True)
    (tmp_path / "pilot/t/e.tsv").write_text("s\tmax_rss\n1.1\t100\n")
    seconds = pd.DataFrame(
        [
            ("t", "e", "noise=0", "evidence", 0.5),
            ("t", "e", "noise=0", "fixed_0", 0),
            ("t", "e", "noise=0", "leave_one_out", 2),
        ],
        columns=["task", "experiment", "quality", "method", "seconds"],
    )
    table = cost_table(pd.DataFrame(rows, columns=RUN_COLUMNS), seconds, tmp_path).set_index("method")
    # Real only and synthetic are the sweep; more real is not.
    assert (table["sweep_seconds"] == 11).all()
    seconds = {"fixed_0": 0, "pilot": 1.1, "leave_one_out": 2.5, "informed_pilot": 3.6}
    assert table["seconds"].to_dict() == pytest.approx(seconds)
    assert table.loc["pilot", "share"] == pytest.approx(0.1)

"""The tables of distances and predictions are read as they were written, or refused in one line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweetspot.errors import InputError
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import (
    DISTANCE_COLUMNS,
    MEASURED_COLUMNS,
    distances_of_qualities,
    mixtures,
    read_distances,
    read_measured,
    resampled_distances,
)
from sweetspot.tables.predictions import read_predictions

DISTANCES = pd.DataFrame(
    [
        ("brains", "synthetic", "t=300", "frechet", "network", 90, 90, 8.0, 7.0, 9.0),
        ("brains", "synthetic", "t=50", "frechet", "network", 90, 90, 2.0, 1.5, 2.5),
        ("brains", "synthetic", "t=50", "rapsd", "rapsd", 90, 90, 0.5, np.nan, np.nan),
        ("brains", "more_real", "", "frechet", "network", 90, 90, 0.3, 0.1, 0.5),
        ("brains", "source", "", "frechet", "network", 90, 8, 9.0, 8.0, 10.0),
        ("brains", "source+synthetic", "t=50", "frechet", "network", 90, 16, 4.0, 3.0, 5.0),
        ("brains", "source+target_real", "", "frechet", "network", 90, 16, 3.0, 2.0, 4.0),
        ("heads", "synthetic", "t=50", "frechet", "network", 90, 90, 1.0, 0.5, 1.5),
    ],
    columns=DISTANCE_COLUMNS,
)


def test_distances_come_back_as_written(tmp_path):
    write_table(DISTANCES, tmp_path / "distances.csv")
    found = read_distances(tmp_path / "distances.csv")
    pd.testing.assert_frame_equal(found, DISTANCES, check_dtype=False)


def test_the_tables_of_several_tasks_are_read_as_one(tmp_path):
    measured = DISTANCES.assign(split_a="train", split_b="pool", floor=[0.1, *[np.nan] * (len(DISTANCES) - 1)])
    measured = measured.assign(floor_high=0.2)[MEASURED_COLUMNS]
    paths = [tmp_path / "brains.csv", tmp_path / "heads.csv"]
    for path, task in zip(paths, ("brains", "heads"), strict=True):
        write_table(measured[measured["task"] == task], path)
    pd.testing.assert_frame_equal(read_measured(paths), measured, check_dtype=False)
    write_table(DISTANCES, paths[1])
    with pytest.raises(InputError, match=r"heads\.csv: its columns are not task"):
        read_measured(paths)


@pytest.mark.parametrize("read", [read_distances, read_predictions])
def test_other_tables_are_refused(tmp_path, read):
    path = tmp_path / "table.csv"
    write_table(pd.DataFrame({"a": [1]}), path)
    with pytest.raises(InputError, match=r"table\.csv: its columns are not task"):
        read(path)
    write_table(DISTANCES.assign(value="far", predicted_ratio="much"), path)
    with pytest.raises(InputError, match=r"table\.csv: not a table of"):
        read(path)


def test_qualities_from_the_nearest_on():
    found = distances_of_qualities(DISTANCES, "brains", "frechet", "network")
    assert found["value"].to_dict() == {"t=50": 2.0, "t=300": 8.0}


def test_mixtures_have_the_arms_of_runs():
    found = mixtures(DISTANCES, "brains", "frechet", "network")
    assert set(zip(found["arm"], found["quality"], found["n_b"], strict=True)) == {
        ("source", "", 8),
        ("synthetic", "t=50", 16),
        ("target_real", "", 16),
    }


def test_distances_are_drawn_within_their_intervals():
    rows = DISTANCES.iloc[:3]
    drawn = resampled_distances(rows, "test")
    assert drawn[0] == pytest.approx(rows["value"].to_numpy())
    low, high = np.quantile(drawn[1:], [0.025, 0.975], axis=0)
    assert low == pytest.approx([7, 1.5, 0.5], rel=0.02)
    assert high == pytest.approx([9, 2.5, 0.5], rel=0.02)
    assert abs(np.corrcoef(drawn[1:, 0], drawn[1:, 1])[0, 1]) < 0.1

"""The grid of a search, its runs, and what table 3 makes of them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.config.block import parse
from sweetspot.config.segmenter_search import SEARCHED, SearchedSegmenter, SegmenterSearches
from sweetspot.data.slice_set import LESION, SliceSet
from sweetspot.downstream.segmenter_search import search
from sweetspot.errors import InputError
from sweetspot.statistics import estimate
from sweetspot.tables.csv_files import write_table
from sweetspot.tables.search import COLUMNS, SEARCH_COLUMNS, read_searches, search_table

PROGRAM = Path(__file__).parents[2] / "scripts" / "table_3.py"
SEGMENTER = {"channels": [2, 4], "learning_rate": 0.01, "batch_size": 2}
BUDGET = {"unit": "steps", "steps": 2}


def config(segmenter=SEGMENTER, **values) -> SearchedSegmenter:
    block = {"budget": BUDGET, "n_real": 4, "seeds": 2} | values
    return parse(SearchedSegmenter, {"segmenter": segmenter, "search": block})


GRID = config(learning_rate=[0.001, 0.01], batch_size=[2, 4])


@pytest.fixture
def slices():
    stream = np.random.default_rng(0)
    masks = np.zeros((9, 4, 8, 8), np.uint8)
    masks[::2, LESION, 2:5, 3:6] = 1
    return SliceSet(stream.normal(size=(9, 1, 8, 8)).astype(np.float32), masks, np.array(["sub-0"] * 9))


def test_the_grid_is_every_combination_and_holds_the_chosen_setting():
    settings = GRID.settings()
    assert {(each.learning_rate, each.batch_size) for each in settings} == {
        (0.001, 2),
        (0.001, 4),
        (0.01, 2),
        (0.01, 4),
    }
    assert GRID.segmenter in settings
    assert config().settings() == [GRID.segmenter]
    assert SearchedSegmenter(segmenter=GRID.segmenter).settings() == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"learning_rate": [0.1]}, r"`search.learning_rate`: it lacks the chosen value .* 0.01; add it"),
        ({"decay": [0.1, 0.1]}, r"`search.decay`: a value stands twice"),
        ({"normalisation": ["none", "group"]}, r"`search`: the setting .*'group'.* cannot be: .*norm_groups"),
        ({"decay": [0.1, 2]}, r"`search`: the setting .*'decay': 2.0.* cannot be: .*less than or equal to 1"),
        ({"focal_gamma": [1, 2]}, r"`search.focal_gamma`: unknown key"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(values, message):
    with pytest.raises(InputError, match=message):
        config(**values)


def test_a_search_trains_every_setting_with_every_seed(slices):
    table = search("phantom", GRID, slices, slices)
    assert list(table.columns) == SEARCH_COLUMNS
    assert len(table) == len(table.drop_duplicates(["learning_rate", "batch_size", "seed"])) == 4 * 2
    assert set(table["task"]) == {"phantom"}
    assert np.isfinite(table["validation_loss"]).all()
    wild = search("phantom", config(learning_rate=[0.01, 1e30]), slices, slices)
    assert (np.isinf(wild["validation_loss"]) == (wild["learning_rate"] == "1e+30")).all()


def test_a_search_needs_a_grid_and_enough_slices(slices):
    with pytest.raises(InputError, match="`search`: there is none"):
        search("phantom", SearchedSegmenter(segmenter=GRID.segmenter), slices, slices)
    with pytest.raises(InputError, match="10 real samples are needed, and there are 9"):
        search("phantom", config(n_real=10), slices, slices)


def made_up(losses: dict[tuple[str, str], list[float]]) -> pd.DataFrame:
    rows = [
        ("phantom", "[2, 4]", "none", rate, "0.1", batch, 2, seed, loss)
        for (rate, batch), values in losses.items()
        for seed, loss in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=SEARCH_COLUMNS)


LOSSES = {("0.001", "2"): [0.9, 0.8], ("0.001", "4"): [0.2, 0.4], ("0.01", "2"): [0.5, 0.7], ("0.01", "4"): [0.1, 0.6]}
SEARCHES = SegmenterSearches(tasks={"phantom": GRID, "other": SearchedSegmenter(segmenter=GRID.segmenter)})


def test_table_3_names_the_best_setting_and_the_chosen_one():
    table = search_table(SEARCHES, made_up(LOSSES))
    assert list(table.columns) == COLUMNS
    assert table["hyperparameter"].tolist() == [*SEARCHED, *SEARCHED]
    own = table[table["task"] == "phantom"].set_index("hyperparameter")
    assert own.loc["learning_rate", ["searched", "best_of_search", "chosen"]].tolist() == [
        "[0.001, 0.01]",
        "0.001",
        "0.01",
    ]
    assert own.loc["batch_size", ["searched", "best_of_search", "chosen"]].tolist() == ["[2, 4]", "4", "2"]
    assert own.loc["normalisation", ["searched", "best_of_search", "chosen"]].tolist() == ["", "", "none"]
    assert own.loc["channels", "paper_value"] == "[64, 128, 256]"
    for which, values in (("best", [0.2, 0.4]), ("chosen", [0.5, 0.7])):
        expected = estimate(np.array(values))
        found = own[[f"{which}_loss", f"{which}_ci_low", f"{which}_ci_high"]].drop_duplicates().to_numpy()
        assert found.tolist() == [[expected.mean, expected.low, expected.high]]
    assert set(own["n"]) == {2}


def test_a_task_without_search_shows_what_was_chosen():
    table = search_table(SEARCHES, made_up(LOSSES))
    other = table[table["task"] == "other"]
    assert other["chosen"].tolist() == ["[2, 4]", "none", "0.01", "0.1", "2"]
    assert (other[["searched", "best_of_search", "n"]] == "").all(axis=None)
    assert other.filter(like="loss").isna().all(axis=None)


def test_a_setting_that_diverges_is_never_the_best():
    table = search_table(SEARCHES, made_up(LOSSES | {("0.01", "2"): [0.01, np.inf]}))
    own = table[table["task"] == "phantom"]
    assert own["best_loss"].to_numpy() == pytest.approx(0.3)
    assert set(own["chosen_loss"]) == {np.inf}
    assert own["chosen_ci_low"].isna().all()


@pytest.mark.parametrize("change", [lambda rows: rows[:-1], lambda rows: rows[2:]])
def test_a_search_of_another_config_is_refused(change):
    with pytest.raises(InputError, match=r"search of phantom was made with another config; delete results/search"):
        search_table(SEARCHES, change(made_up(LOSSES)))


def test_what_is_no_search_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("task,loss\nphantom,1\n")
    with pytest.raises(InputError, match=r"a.csv: its columns are not task, channels"):
        read_searches([tmp_path / "a.csv"])
    with pytest.raises(InputError, match=r"b.csv: not a table of a search"):
        read_searches([tmp_path / "b.csv"])


def test_program(tmp_path):
    write_table(made_up(LOSSES | {("0.01", "2"): [0.01, np.inf]}), tmp_path / "phantom.csv")
    command = [sys.executable, str(PROGRAM), "--config", SEARCHES.to_json(), "--out", str(tmp_path / "table_3.csv")]
    command += ["--searches", str(tmp_path / "phantom.csv")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    written = pd.read_csv(tmp_path / "table_3.csv")
    assert list(written.columns) == COLUMNS
    assert len(written) == 2 * len(SEARCHED)
    own = written[written["task"] == "phantom"].set_index("hyperparameter")
    assert (own["chosen_loss"] == np.inf).all()
    assert json.loads(own.loc["learning_rate", "searched"]) == [0.001, 0.01]

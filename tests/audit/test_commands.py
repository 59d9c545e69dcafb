"""What the commands `audit` and `diff` print, and how they refuse."""

from __future__ import annotations

import json
import shutil

import pytest
from recorded_projects import RUNS, RecordedProject

from sweetspot.audit.remake import commands


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return RecordedProject(tmp_path_factory.mktemp("made")).make()


@pytest.fixture
def sweetspot(sweetspot, made, monkeypatch):
    """The command, run in the project."""
    monkeypatch.chdir(made.folder)
    return sweetspot


def test_the_tree_leads_to_raw_data_and_shows_each_file_once(sweetspot):
    code, out, err = sweetspot("audit", "results/figures/figure_2.png")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("OK       results/figures/figure_2.png  [draw, 2026-01-01 00:00, here, ")
    assert sum("raw/one.csv" in line for line in lines) == 1
    assert "… and 2 more of train" in out
    assert "result: 9 files, none changed or missing" in out
    assert ".venv/bin/snakemake --cores all -- results/figures/figure_2.png" in out


def test_a_record_stands_for_the_result_beside_it(sweetspot):
    assert sweetspot("audit", "results/tables/runs.csv.provenance.json") == sweetspot(
        "audit", "results/tables/runs.csv"
    )


def test_what_is_wrong_below_the_last_of_many_alike_is_shown(sweetspot, made):
    made.write("raw/last.csv", "1\n")
    made.job("train", {RUNS[-1]: RUNS[-1]}, ["results/data/images.npy", "results/samples/full", "raw/last.csv"])
    made.write("raw/last.csv", "2\n")
    code, out, _ = sweetspot("audit", "results/tables/runs.csv")
    made.job("train", {RUNS[-1]: RUNS[-1]}, ["results/data/images.npy", "results/samples/full"])
    assert code == 1
    assert any(line.startswith("CHANGED") and "raw/last.csv" in line for line in out.splitlines())
    (shown,) = (line for line in out.splitlines() if "raw/last.csv" in line)
    assert "─ raw/last.csv" in shown  # in the tree, not below it


def test_full_shows_every_file(sweetspot):
    out = sweetspot("audit", "--full", "results/figures/figure_2.png")[1]
    assert "more of train" not in out
    assert out.count("results/downstream/photos/ratio=") == 5


def test_a_changed_file_is_shown_though_many_are_alike(sweetspot, made):
    run = made.folder / "results/downstream/photos/ratio=8.csv"
    before = run.read_text()
    run.write_text("changed")
    code, out, _ = sweetspot("audit", "results/figures/figure_2.png")
    run.write_text(before)
    assert code == 1
    assert [line for line in out.splitlines() if line.startswith("CHANGED")] == [
        next(line for line in out.splitlines() if "ratio=8.csv" in line)
    ]


def test_json_says_the_same(sweetspot):
    found = json.loads(sweetspot("audit", "--all", "--json")[1])
    assert found["ok"]
    assert found["problems"] == []
    assert found["nodes"]["results/tables/runs.csv"]["rule"] == "collect"
    assert len(found["nodes"]["results/tables/runs.csv"]["inputs"]) == 5


def test_a_config_of_ones_own_is_part_of_the_commands(made):
    folder = made.folder
    config = made.write("results/configs/own.json", json.dumps({"tasks": {"o'clock": 1}}))
    made.job("draw", {"results/figures/own.png": "own"}, workflow_config={config: "0" * 64},
             source={"commit": "c0ffee", "dirty": False})  # fmt: skip
    from sweetspot.audit.audit import audit

    found = commands(folder, audit(folder, ["results/figures/own.png"]))
    assert found == [
        "git checkout --quiet c0ffee",
        "make setup",
        """printf '%s\\n' '{"tasks": {"o'"'"'clock": 1}}' > remake.json""",
        ".venv/bin/snakemake --cores all --configfile remake.json -- results/figures/own.png",
    ]
    for ending in ("", ".provenance.json"):
        (folder / f"results/figures/own.png{ending}").unlink()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the results to audit, or give --all"),
        (["--all", "results/tables/runs.csv"], "name the results to audit, or give --all"),
        (["results/tables/none.csv"], "results/tables/none.csv: there is no such result"),
        (["results/tables/runs.csv", "scripts/draw.py"], "scripts/draw.py: it is not in "),
        (["raw/one.csv"], "raw/one.csv: it is not in "),
        ([f"results/tables/{'a' * 300}.csv"], "there is no such result"),
        (["results"], "results: it has no record"),
        (["results/tables"], "results/tables: it has no record"),
        (["results/tables/runs.csv", "/elsewhere/results/runs.csv"], "one project at a time"),
    ],
)
def test_what_cannot_be_audited_is_refused(sweetspot, arguments, message):
    code, out, err = sweetspot("audit", *arguments)
    assert (code, out) == (1, "")
    assert message in err


def test_a_result_is_found_by_any_way_to_it(sweetspot):
    assert sweetspot("audit", "results/../results/tables/runs.csv")[0] == 0


def test_a_published_file_without_a_record_is_a_problem(sweetspot, made):
    file = made.folder / made.write("results/tables/found.csv", "?")
    code, out, _ = sweetspot("audit", "results/tables/found.csv")
    file.unlink()
    assert code == 1
    assert "MISSING  results/tables/found.csv.provenance.json" in out


def test_diff_does_not_take_what_both_lack_for_equal(sweetspot, tmp_path):
    one, other = RecordedProject(tmp_path / "one").make(), RecordedProject(tmp_path / "other").make()
    gone = "results/tables/runs.csv"
    (one.folder / gone).unlink()
    assert f"only in B: {gone}" in sweetspot("diff", one.folder, other.folder)[1]
    (other.folder / gone).unlink()
    assert "9 results are equal, 0 differ" in sweetspot("diff", one.folder, other.folder)[1]


def test_diff_takes_a_link_to_results(sweetspot, made, tmp_path):
    (tmp_path / "results").symlink_to(made.folder / "results")
    moved = tmp_path / "moved"
    shutil.copytree(made.folder / "results", moved / "store")
    (moved / "results").symlink_to(moved / "store")
    code, out, err = sweetspot("diff", tmp_path / "results", moved / "results")
    assert (code, err) == (0, "")
    assert "10 results are equal, 0 differ" in out


def test_diff_names_the_first_cause(sweetspot, made, tmp_path):
    assert sweetspot("diff", made.folder, made.folder / "results")[0] == 0
    other = RecordedProject(tmp_path / "other")
    other.write("scripts/collect.py", "# edited\n")
    other.make()
    other.job("collect", {"results/tables/runs.csv": "otherwise"}, list(RUNS))
    code, out, _ = sweetspot("diff", made.folder, other.folder)
    assert code == 1
    assert "9 results are equal, 1 differ" in out
    assert "code: scripts/collect.py: SHA-256 " in out
    found = json.loads(sweetspot("diff", made.folder, other.folder, "--json")[1])
    assert [(each["kind"], each["what"], each["results"]) for each in found["causes"]] == [
        ("code", "scripts/collect.py", ["results/tables/runs.csv"])
    ]


def test_a_folder_without_results_is_refused(sweetspot, tmp_path):
    assert "is no results folder and holds none" in sweetspot("diff", tmp_path, tmp_path)[2]
    shutil.rmtree(tmp_path)
    assert sweetspot("diff", tmp_path, tmp_path)[0] == 1

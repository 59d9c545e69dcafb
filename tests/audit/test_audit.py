"""What is not as it was recorded is found, where it is, and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil

import pytest
from recorded_projects import RUNS, RecordedProject

from sweetspot.audit.audit import Part, Status, all_results, audit
from sweetspot.audit.record import _with_digest, read_record

CHANGES = 200


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return RecordedProject(tmp_path_factory.mktemp("made")).make()


@pytest.fixture
def project(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "project")
    return RecordedProject(tmp_path / "project")


def problems(project, paths=None):
    """(path, status) of each problem."""
    found = audit(project.folder, paths or all_results(project.folder))
    return [(each.path, each.status) for each in found.problems()]


def node_of(file):
    """Where a changed file has to be reported: a file of a folder, at the folder."""
    return "results/samples/full" if file.startswith("results/samples/full/") else file


def test_an_untouched_project_is_ok_down_to_its_raw_data_and_code(project):
    found = audit(project.folder, ["results/figures/figure_2.png"])
    assert not found.problems()
    parts = {path: node.part for path, node in found.nodes.items()}
    assert {path for path, part in parts.items() if part == Part.RAW} == {"raw/one.csv", "raw/two.csv"}
    assert {path for path, part in parts.items() if part == Part.RESULT} == {
        "results/figures/figure_2.png", "results/tables/runs.csv", *RUNS, "results/samples/full",
        "results/data/images.npy",
    }  # fmt: skip
    programs = ("draw", "collect", "train", "sample", "prepare", "common")
    assert set(found.code) == {f"scripts/{name}.py" for name in programs}


def test_every_change_of_a_byte_is_reported_where_it_is_and_nothing_else(project):
    files = project.files()
    chosen = random.Random(0)
    for _ in range(CHANGES):
        name = chosen.choice(files)
        file = project.folder / name
        before = file.read_bytes()
        changed = bytearray(before)
        changed[chosen.randrange(len(changed))] ^= chosen.randrange(1, 256)
        file.write_bytes(changed)
        assert problems(project) == [(node_of(name), Status.CHANGED)], name
        file.write_bytes(before)
    assert problems(project) == []


def test_every_file_that_is_gone_is_reported(project):
    for name in project.files():
        file = project.folder / name
        before = file.read_bytes()
        file.unlink()
        in_folder = node_of(name) != name
        assert problems(project) == [(node_of(name), Status.CHANGED if in_folder else Status.MISSING)]
        file.write_bytes(before)


def test_a_file_that_was_put_into_a_folder_is_reported(project):
    project.write("results/samples/full/c.npy", "c")
    found = audit(project.folder, ["results/samples/full"])
    assert [each.why for each in found.problems()] == ["not recorded: c.npy"]


def test_the_kind_of_line_ends_is_part_of_a_record(project):
    record = project.folder / "results/tables/runs.csv.provenance.json"
    text = record.read_bytes()
    for changed in (text.replace(b"\n", b"\r\n"), text.replace(b"\n", b"\r", 1)):
        record.write_bytes(changed)
        assert problems(project) == [("results/tables/runs.csv.provenance.json", Status.CHANGED)]


def test_a_record_that_cannot_be_read_is_reported(project):
    name = "results/tables/runs.csv.provenance.json"
    record = project.folder / name
    record.write_bytes(b"[" * 100_000)
    assert problems(project) == [(name, Status.CHANGED)]
    record.unlink()
    record.mkdir()
    assert problems(project) == [(name, Status.CHANGED)]
    record.rmdir()
    record.symlink_to(record.name)
    assert problems(project) == [(name, Status.CHANGED)]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "0" * 64},
        {"command": ["python", "scripts/other.py"]},
        {"source": {"commit": "c0ffee; touch hacked", "dirty": False}},
        {"source": {"dirty": True}},
        {"source": "c0ffee"},
        {"machine": []},
        {"machine": {"host": 1}},
        {"ended": None},
        {"code": ["scripts/collect.py"]},
        {"libraries": []},
        {"inputs": {"a\0b": {"sha256": "0", "size": 0, "record": None}}},
    ],
)
def test_a_record_whose_digest_was_made_again_is_still_checked(project, change):
    name = "results/tables/runs.csv.provenance.json"
    content = json.loads((project.folder / name).read_text(encoding="utf-8"))
    del content["digest"]
    content |= change
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    text = json.dumps(content | {"digest": digest}, indent=1, ensure_ascii=False) + "\n"
    (project.folder / name).write_text(text, encoding="utf-8")
    assert problems(project) == [(name, Status.CHANGED)]


def test_a_file_where_a_folder_was_is_reported(project):
    shutil.rmtree(project.folder / "raw")
    project.write("raw", "a file")
    assert problems(project) == [("raw/one.csv", Status.MISSING), ("raw/two.csv", Status.MISSING)]


def test_a_name_that_is_too_long_for_a_record_is_that_of_raw_data(project):
    name = project.write(f"raw/{'a' * 250}.csv", "1")
    project.job("draw", {"results/figures/other.png": "other"}, [name])
    assert audit(project.folder, ["results/figures/other.png"]).nodes[name].part == Part.RAW
    assert problems(project) == []


def test_touching_changes_nothing(project):
    for name in project.files():
        os.utime(project.folder / name, (1, 1))
    assert problems(project) == []


def test_a_result_of_something_that_was_made_anew_is_reported(project):
    project.job("train", {RUNS[0]: "other"}, ["results/data/images.npy", "results/samples/full"])
    assert problems(project) == [("results/tables/runs.csv", Status.CHANGED)]


def test_a_figure_without_a_record_is_reported(project):
    project.write("results/figures/found.png", "?")
    assert problems(project) == [("results/figures/found.png.provenance.json", Status.MISSING)]


@pytest.mark.parametrize(
    "name", [".DS_Store", ".partial-0123abcd-1-a.csv", ".partial-0123abcd-1-a.csv.provenance.json"]
)
@pytest.mark.parametrize("folder", ["figures", "downstream/photos"])
def test_hidden_files_are_no_results(project, folder, name):
    project.write(f"results/{folder}/{name}", "half")
    assert problems(project) == []


def test_the_record_of_another_result_is_none(project):
    shutil.copy(project.folder / f"{RUNS[0]}.provenance.json", project.folder / f"{RUNS[1]}.provenance.json")
    assert problems(project) == [(f"{RUNS[1]}.provenance.json", Status.CHANGED)]


def test_a_part_of_the_code_that_is_an_input_is_code(project):
    project.write("scripts/page.css", "a")
    project.job("draw", {"results/figures/page.html": "page"}, ["scripts/page.css"])
    found = audit(project.folder, ["results/figures/page.html"])
    assert found.nodes["scripts/page.css"].part == Part.CODE
    assert not found.problems()


def test_data_elsewhere_are_compared_too(project, tmp_path):
    outside = tmp_path / "elsewhere.csv"
    outside.write_text("1", encoding="utf-8")
    project.job("draw", {"results/figures/other.png": "other"}, [str(outside)])
    assert problems(project) == []
    outside.write_text("2", encoding="utf-8")
    assert problems(project) == [(str(outside), Status.CHANGED)]


def test_a_record_whose_id_is_not_that_of_its_content_is_damaged(project):
    path = project.folder / f"{RUNS[0]}.provenance.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["digest"]
    path.write_text(_with_digest(content | {"id": "f" * 64}), encoding="utf-8")
    assert problems(project) == [(f"{RUNS[0]}.provenance.json", Status.CHANGED)]


def test_the_id_of_a_record_of_another_version_stays_its_own(project):
    path = project.folder / f"{RUNS[0]}.provenance.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["digest"]
    path.write_text(_with_digest(content | {"version": 0, "id": "f" * 64}), encoding="utf-8")
    assert problems(project) == []
    assert read_record(project.folder / RUNS[0]).id == "f" * 64


def test_a_figure_that_is_gone_with_its_record_is_missed_where_the_job_made_others(project):
    for ending in ("", ".provenance.json"):
        (project.folder / f"results/figures/figure_2.png{ending}").unlink()
    assert ("results/figures/figure_2.png", Status.MISSING) in problems(project)


def test_hidden_files_among_the_figures_are_no_results(project):
    project.write("results/figures/.DS_Store", "?")
    assert problems(project) == []


def test_raw_data_of_a_very_long_name_have_no_record_and_are_compared(project):
    name = "a" * 250
    project.write(f"raw/{name}", "1")
    project.job("draw", {"results/figures/other.png": "other"}, [f"raw/{name}"])
    assert problems(project) == []

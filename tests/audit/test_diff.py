"""Of two results folders, the first cause of what differs is named, and what only follows from it is not."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest
from recorded_projects import RUNS, RecordedProject

from sweetspot.audit.diff import Cause, Kind, difference
from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.record import _with_digest, read_record, record_path

AFTER_DATA = {"results/data/images.npy", "results/samples/full", *RUNS, "results/tables/runs.csv",
              "results/figures/figure_2.pdf", "results/figures/figure_2.png"}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return RecordedProject(tmp_path_factory.mktemp("made")).make()


class Other(RecordedProject):
    """The same project, in which every result came out differently; or as many as `same` does not name."""

    def __init__(self, folder, same=()):
        super().__init__(folder)
        self._same = same

    def job(self, rule, outputs, inputs=(), **changes):
        other = {path: text if rule in self._same else f"{text}, otherwise" for path, text in outputs.items()}
        super().job(rule, other, inputs, **changes)


def causes(before, after):
    return {(cause.kind, cause.what): set(paths) for cause, paths in difference(before, after).by_cause().items()}


def test_nothing_differs(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    found = difference(made.folder, tmp_path / "copy")
    assert (found.same, found.differing, found.only_before, found.only_after) == (len(AFTER_DATA), {}, [], [])
    assert found.without_effect == {}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"config": {"seed": 1}, "seeds": {"seed": 1}}, (Kind.CONFIG, "seed")),
        ({"libraries": {"python": "3.11.7", "numpy": "2.4.7"}}, (Kind.LIBRARY, "numpy")),
        ({"machine": {"host": "there", "processor": "another"}}, (Kind.MACHINE, "processor")),
    ],
)
def test_what_one_job_was_given_is_the_cause_of_all_after_it(made, tmp_path, changes, cause):
    other = Other(tmp_path / "other").make(**changes)
    assert causes(made.folder, other.folder) == {cause: AFTER_DATA}


def test_an_edited_module_is_the_cause(made, tmp_path):
    other = Other(tmp_path / "other")
    other.write("scripts/prepare.py", "# edited\n")
    assert causes(made.folder, other.make().folder) == {(Kind.CODE, "scripts/prepare.py"): AFTER_DATA}


def test_another_input_file_is_the_cause(made, tmp_path, monkeypatch):
    write = RecordedProject.write
    monkeypatch.setattr(
        RecordedProject, "write", lambda self, path, text: write(self, path, "3\n" if path == "raw/two.csv" else text)
    )
    other = Other(tmp_path / "other").make()
    assert causes(made.folder, other.folder) == {(Kind.INPUT, "raw/two.csv"): AFTER_DATA}


def test_without_a_cause_none_is_invented(made, tmp_path):
    other = Other(tmp_path / "other").make()
    assert causes(made.folder, other.folder) == {(Kind.UNKNOWN, "results/data/images.npy"): AFTER_DATA}


def test_only_what_follows_has_the_cause(made, tmp_path):
    other = Other(tmp_path / "other", same=("prepare", "sample", "train", "draw"))
    other.write("scripts/collect.py", "# edited\n")
    assert causes(made.folder, other.make().folder) == {(Kind.CODE, "scripts/collect.py"): {"results/tables/runs.csv"}}


def test_a_difference_without_effect_is_told_apart(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    table = tmp_path / "copy/results/tables/runs.csv"
    record = dataclasses.replace(read_record(table), libraries={"python": "3.11.7", "numpy": "2.4.7"})
    record_path(table).write_text(record.to_text(), encoding="utf-8")
    found = difference(made.folder, tmp_path / "copy")
    assert found.differing == {}
    assert found.without_effect == {Cause(Kind.LIBRARY, "numpy", "2.4.6", "2.4.7"): ["results/tables/runs.csv"]}


def test_a_file_that_was_changed_by_hand_is_the_cause(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    (tmp_path / "copy/results/tables/runs.csv").write_text("changed", encoding="utf-8")
    assert causes(made.folder, tmp_path / "copy") == {
        (Kind.UNRECORDED, "results/tables/runs.csv"): {"results/tables/runs.csv"}
    }


def test_what_only_one_has_is_named(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    for path in (table := tmp_path / "copy/results/tables/runs.csv", record_path(table)):
        path.unlink()
    assert difference(made.folder, tmp_path / "copy").only_before == ["results/tables/runs.csv"]
    assert difference(tmp_path / "copy", made.folder).only_after == ["results/tables/runs.csv"]


def test_an_input_that_only_one_has_is_the_cause_whatever_the_machine(made, tmp_path):
    other = Other(tmp_path / "other", same=("sample", "train", "collect", "draw")).make()
    other.write("raw/three.csv", "3\n")
    inputs = [f"raw/{name}.csv" for name in ("one", "two", "three")]
    machine = {"host": "there", "processor": "another"}
    other.job("prepare", {"results/data/images.npy": "other"}, inputs, machine=machine)
    found = causes(made.folder, other.folder)
    assert found == {(Kind.INPUT, "raw/three.csv"): {"results/data/images.npy"}}


def test_times_are_not_compared(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    other = RecordedProject(tmp_path / "copy")
    for project, seconds in ((made, "1"), (other, "2")):
        project.job("time", {"results/benchmarks/runs.csv": seconds}, ["results/data/images.npy"])
        project.job("cost", {"results/tables/costs.csv": "same"}, ["results/benchmarks/runs.csv"])
    found = difference(made.folder, other.folder)
    assert found.differing == {}
    for path in ("results/benchmarks/runs.csv", "results/tables/costs.csv"):
        for file in (made.folder / path, record_path(made.folder / path)):
            file.unlink()


def test_a_figure_may_differ_by_how_records_are_identified(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    figure = tmp_path / "copy/results/figures/figure_2.png"
    figure.write_text("with another id", encoding="utf-8")
    outputs = read_record(figure).outputs | {"results/figures/figure_2.png": fingerprint(figure)}
    content = json.loads(dataclasses.replace(read_record(figure), outputs=outputs).to_text())
    del content["digest"]
    record_path(figure).write_text(_with_digest(content | {"version": 0, "id": "f" * 64}), encoding="utf-8")
    assert causes(made.folder, tmp_path / "copy") == {
        (Kind.CODE, "what the ids of records are hashes of"): {"results/figures/figure_2.png"}
    }

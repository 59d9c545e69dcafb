"""A job that ends well is recorded, beside each of its results; equal jobs have equal ids, wherever they ran."""

from __future__ import annotations

import json
import sys

import pytest

from sweetspot.audit import recording
from sweetspot.audit.job import VARIABLE, Job
from sweetspot.audit.record import read_record
from sweetspot.errors import InputError
from sweetspot.program import TRY_AGAIN, run
from sweetspot.stop_requests import Stopped, StopRequest

CONFIG = {"budget": {"steps": 3}, "split": {"seed": 5, "train": 10}, "seeds": 2}
JOB = Job("train", {"task": "photos"}, ["data/images.npy"], ["results/a.csv", "results/b"])


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one program, in which this process stands as that program."""

    def enter(name, job=JOB, config=CONFIG, code="import numpy\nimport helper\n"):
        folder = tmp_path / name
        (folder / "scripts").mkdir(parents=True)
        (folder / "data").mkdir()
        (folder / "data/images.npy").write_text("images", encoding="utf-8")
        (folder / "scripts/program.py").write_text(code, encoding="utf-8")
        (folder / "scripts/helper.py").write_text("", encoding="utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["scripts/program.py", "--config", json.dumps(config), "--out", "results"])
        monkeypatch.setenv(VARIABLE, job.encode())
        return folder

    return enter


def work(folder, text="1"):
    (folder / "results/b").mkdir(parents=True, exist_ok=True)
    (folder / "results/b/inside.csv").write_text(text, encoding="utf-8")
    (folder / "results/a.csv").write_text(text, encoding="utf-8")


def record_of(folder, text="1"):
    run(lambda: work(folder, text))
    return read_record(folder / "results/a.csv")


def test_a_job_comes_back_from_its_word():
    job = Job("train", {"task": "a b"}, [f"results/downstream/ratio={number}.csv" for number in range(5000)], ["x"])
    assert Job.decode(job.encode()) == job
    assert len(job.encode()) < 128 * 1024  # the longest word of a command


def test_a_record_says_what_was_read_run_and_made(project):
    folder = project("one")
    record = record_of(folder)
    assert record == read_record(folder / "results/b")
    assert (record.rule, record.wildcards, record.config) == ("train", {"task": "photos"}, CONFIG)
    assert record.seeds == {"split.seed": 5, "seeds": 2}
    assert record.command == ["python", *sys.argv]
    assert set(record.code) == {"scripts/program.py", "scripts/helper.py"}
    assert set(record.inputs) == {"data/images.npy"}
    assert set(record.outputs) == {"results/a.csv", "results/b"}
    assert set(record.outputs["results/b"].files) == {"inside.csv"}
    assert set(record.libraries) == {"python", "numpy"}
    assert record.peak_memory > 1e6
    assert record.started <= record.ended


def test_the_id_depends_on_what_determines_the_result_and_on_nothing_else(project, monkeypatch):
    first = record_of(project("one"))
    again = record_of(project("two"), text="other bytes, as of another processor")
    assert again.id == first.id
    assert again.outputs != first.outputs
    other_config = record_of(project("three", config=CONFIG | {"seeds": 3}))
    other_code = record_of(project("four", code="import numpy\nimport helper\n# edited\n"))
    folder = project("five")
    (folder / "data/images.npy").write_text("other images", encoding="utf-8")
    other_data = record_of(folder)
    monkeypatch.setattr(recording, "library_versions", lambda names: {"python": "3.11.7", "numpy": "0.1"})
    other_library = record_of(project("six"))
    assert len({each.id for each in (first, other_config, other_code, other_data, other_library)}) == 5


def test_the_id_is_known_while_the_job_is_at_work(project):
    folder = project("one")
    seen = []

    def main():
        seen.append(recording.record_id())
        work(folder)

    run(main)
    assert seen == [read_record(folder / "results/a.csv").id]
    assert recording.record_id() is None


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (InputError("wrong"), "error: wrong"),
        (Stopped(StopRequest("told to", requeue=False)), TRY_AGAIN),
        (SystemExit(3), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_a_job_that_does_not_end_well_leaves_no_record_not_even_an_older_one(project, monkeypatch, end, code):
    folder = project("one")
    record_of(folder)
    monkeypatch.setenv(VARIABLE, JOB.encode())

    def main():
        work(folder)
        raise end

    with pytest.raises(SystemExit) as caught:
        run(main)
    assert caught.value.code == code
    assert not list(folder.rglob("*.provenance.json"))


def test_an_exit_without_an_error_is_a_good_end(project):
    folder = project("one")

    def main():
        work(folder)
        sys.exit(0)

    run(main)
    assert read_record(folder / "results/a.csv") is not None


def test_processes_of_a_job_do_not_take_themselves_for_it(project, monkeypatch):
    import os

    folder = project("one")
    seen = []

    def main():
        seen.append(VARIABLE in os.environ)
        work(folder)

    run(main)
    assert seen == [False]


def test_outside_of_the_workflow_nothing_is_recorded(project, monkeypatch):
    folder = project("one")
    monkeypatch.delenv(VARIABLE)
    run(lambda: work(folder))
    assert not list(folder.rglob("*.provenance.json"))


def test_what_a_program_reads_beside_its_inputs_is_recorded_once(project):
    folder = project("one")
    (folder / "scans").mkdir()
    (folder / "scans/a.nii").write_text("a", encoding="utf-8")

    def main():
        recording.also_read(["scans/a.nii", "data/images.npy"])
        work(folder)

    run(main)
    assert set(read_record(folder / "results/a.csv").inputs) == {"data/images.npy", "scans/a.nii"}


def test_an_input_is_named_with_the_id_of_its_record(project, monkeypatch):
    folder = project("one")
    first = record_of(folder)
    monkeypatch.setenv(VARIABLE, Job("next", {}, ["results/a.csv", "results/b"], ["results/c.csv"]).encode())
    run(lambda: (folder / "results/c.csv").write_text("c", encoding="utf-8"))
    inputs = read_record(folder / "results/c.csv").inputs
    assert {each.record for each in inputs.values()} == {first.id}
    assert inputs["results/b"].sha256 == first.outputs["results/b"].sha256


def test_times_that_are_read_are_recorded_but_not_part_of_the_id(project):
    seconds = "results/benchmarks/runs.csv"
    job = Job("collect", {}, ["data/images.npy", seconds], JOB.outputs)
    found = []
    for name in ("one", "other"):
        folder = project(name, job)
        (folder / seconds).parent.mkdir(parents=True)
        (folder / seconds).write_text(name, encoding="utf-8")
        found.append(record_of(folder))
    assert found[0].inputs[seconds] != found[1].inputs[seconds]
    assert found[0].id == found[1].id


def test_what_else_the_result_depends_on_is_part_of_the_id(project):
    records = []
    for revision in ("1", "1", "2"):
        folder = project(f"revision {revision} {len(records)}")
        run(lambda: (recording.depends_on("revision of a network", revision), work(folder)))  # noqa: B023 called at once
        records.append(read_record(folder / "results/a.csv"))
    assert [record.facts for record in records] == [{"revision of a network": each} for each in "112"]
    assert records[0].id == records[1].id != records[2].id

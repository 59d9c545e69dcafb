"""Checkpoints are written by time, whole or not at all, and read by the same job alone."""

from __future__ import annotations

import pytest
import torch

from sweetspot import checkpoints as module
from sweetspot.checkpoints import NO_CHECKPOINTS, Checkpoints
from sweetspot.errors import InputError
from sweetspot.job_identity import job_identity


def always(folder, name="job"):
    return Checkpoints(folder, lambda: name, seconds=0)


def test_the_newest_state_comes_back(tmp_path):
    part = always(tmp_path).part("run")
    for step in (1, 2, 3):
        part.after(step, lambda step=step: {"value": torch.tensor(step)})
    assert always(tmp_path).part("run").load() == (3, {"value": torch.tensor(3)})
    assert always(tmp_path).part("another run").load() is None
    assert always(tmp_path, "another job").part("run").load() is None
    assert len(list(tmp_path.rglob("step_*.pt"))) == module.KEEP


def test_a_broken_checkpoint_is_passed_over_for_the_one_before(tmp_path, capsys):
    part = always(tmp_path).part("run")
    for step in (1, 2):
        part.after(step, lambda step=step: {"value": torch.tensor(step)})
    newest = max(tmp_path.rglob("step_*.pt"))
    newest.write_bytes(newest.read_bytes()[:-40])
    assert always(tmp_path).part("run").load() == (1, {"value": torch.tensor(1)})
    assert "unreadable" in capsys.readouterr().err


def test_checkpoints_after_broken_ones_are_kept(tmp_path):
    folder = tmp_path / "job" / "run"
    folder.mkdir(parents=True)
    for step in (5, 6):
        (folder / f"step_{step:09d}.pt").write_bytes(b"broken")
    part = always(tmp_path).part("run")
    assert part.load() is None
    part.after(1, lambda: {"value": 1})
    assert always(tmp_path).part("run").load() == (1, {"value": 1})


def test_nothing_is_saved_before_the_time_has_come(tmp_path):
    def unwanted():
        raise AssertionError

    Checkpoints(tmp_path / "kept", lambda: "job", seconds=1e9).part("run").after(1, unwanted)
    assert not (tmp_path / "kept").exists()


def test_the_environment_says_how_often(tmp_path, monkeypatch):
    monkeypatch.setenv(module.SECONDS, "0")
    Checkpoints(tmp_path, lambda: "job").part("run").after(1, lambda: {})
    assert list(tmp_path.rglob("step_*.pt"))


@pytest.mark.parametrize("text", ["often", "-1", "nan", ""])
def test_an_interval_that_is_no_number_is_refused(tmp_path, monkeypatch, text):
    monkeypatch.setenv(module.SECONDS, text)
    with pytest.raises(InputError, match=module.SECONDS):
        Checkpoints(tmp_path, lambda: "job")


def test_the_identity_is_not_asked_for_without_need(tmp_path):
    def expensive():
        raise AssertionError

    fresh = Checkpoints(tmp_path / "kept", expensive, seconds=1e9)
    assert fresh.part("run").load() is None
    assert fresh.finished("run") is None
    fresh.finish("run", 1)


def test_results_of_finished_parts_come_back_and_their_states_go(tmp_path):
    job = always(tmp_path)
    job.part("first").after(1, lambda: {})
    job.finish("first", [1.5, "text"])
    job.part("second").after(4, lambda: {})
    again = always(tmp_path)
    assert again.finished("first") == [1.5, "text"]
    assert again.finished("second") is None
    assert again.part("first").load() is None
    assert again.part("second").load() == (4, {})


def test_broken_results_are_made_again(tmp_path, capsys):
    always(tmp_path).finish("run", 1)
    (file,) = tmp_path.rglob("finished.json")
    file.write_text("{", encoding="utf-8")
    assert always(tmp_path).finished("run") is None
    assert "unreadable" in capsys.readouterr().err


def test_results_of_many_short_parts_are_written_together(tmp_path):
    job = Checkpoints(tmp_path / "kept", lambda: "job", seconds=1e9)
    for number in range(5):
        job.finish(f"{number}", number)
    assert not (tmp_path / "kept").exists()
    assert [job.finished(f"{number}") for number in range(5)] == list(range(5))


def test_a_float_comes_back_to_the_last_bit(tmp_path):
    value = 0.1 + 0.2
    always(tmp_path).finish("run", value)
    assert always(tmp_path).finished("run") == value


def test_clearing_removes_abandoned_jobs_too(tmp_path):
    always(tmp_path / "kept", "old").finish("run", 1)
    job = always(tmp_path / "kept")
    job.finish("run", 1)
    job.clear()
    assert not (tmp_path / "kept").exists()


def test_without_a_folder_nothing_is_kept():
    NO_CHECKPOINTS.part("run").after(1, dict)
    NO_CHECKPOINTS.finish("run", 1)
    assert NO_CHECKPOINTS.part("run").load() is None
    assert NO_CHECKPOINTS.finished("run") is None


def test_an_identity_is_that_of_its_contents(tmp_path):
    data, code = tmp_path / "data", tmp_path / "code"
    data.write_text("1", encoding="utf-8")
    code.write_text("2", encoding="utf-8")
    first = job_identity("{}", [data], [code], "cpu")
    assert job_identity("{}", [data], [code], "cpu") == first
    assert job_identity("{1}", [data], [code], "cpu") != first
    assert job_identity("{}", [data], [code], "cuda") != first
    data.write_text("3", encoding="utf-8")
    assert job_identity("{}", [data], [code], "cpu") != first

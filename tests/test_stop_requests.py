"""A request to stop waits for a safe point where a program can save, and ends the program at once elsewhere."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime

import pytest

from sweetspot import stop_requests
from sweetspot.checkpoints import Checkpoints
from sweetspot.program import TRY_AGAIN, run


@pytest.fixture(autouse=True)
def outside_of_slurm(monkeypatch):
    for name in ("SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"):
        monkeypatch.delenv(name, raising=False)
    stop_requests._notice_begins.cache_clear()
    yield
    stop_requests._notice_begins.cache_clear()


@pytest.fixture
def scontrol(monkeypatch, tmp_path):
    """A stand-in for SLURM's program: it prints what the test puts into the file `said` and notes how it was called."""
    program = tmp_path / "bin" / "scontrol"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ncat {tmp_path}/said\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "said").write_text("", encoding="utf-8")
    return tmp_path


def job_that_gets(number: int, folder) -> Checkpoints:
    """Train for three steps; the signal comes before the second."""
    with Checkpoints(folder, lambda: "job", seconds=1e9) as checkpoints:
        for step in range(1, 4):
            if step == 2:
                os.kill(os.getpid(), number)
            checkpoints.part("training").after(step, lambda step=step: {"value": step})
    return checkpoints


def test_sigterm_ends_a_program_that_cannot_save_in_an_orderly_way():
    cleaned = []

    def main():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            cleaned.append(True)

    with pytest.raises(SystemExit) as caught:
        run(main)
    assert caught.value.code == 143
    assert cleaned


def test_the_warning_alone_ends_nothing():
    ended = []

    def main():
        os.kill(os.getpid(), signal.SIGUSR1)
        ended.append(True)

    run(main)
    assert ended


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_program_that_can_save_stops_at_the_next_safe_point(tmp_path, number, capsys):
    with pytest.raises(SystemExit) as caught:
        run(lambda: job_that_gets(number, tmp_path / "kept"))
    assert caught.value.code == TRY_AGAIN
    assert "saved and stopped" in capsys.readouterr().err
    assert Checkpoints(tmp_path / "kept", lambda: "job").part("training").load() == (2, {"value": 2})


def test_a_first_interrupt_saves_and_a_second_ends(tmp_path):
    with pytest.raises(SystemExit) as caught:
        run(lambda: job_that_gets(signal.SIGINT, tmp_path / "kept"))
    assert caught.value.code == TRY_AGAIN
    with stop_requests.handled(), stop_requests.deferred():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_warning_counts_though_sigterm_follows():
    with stop_requests.handled(), stop_requests.deferred():
        for number in (signal.SIGUSR1, signal.SIGTERM):
            os.kill(os.getpid(), number)
        assert stop_requests.requested().requeue


def test_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    run(lambda: None)
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_warning_queues_the_job_again_but_sigterm_does_not(tmp_path, scontrol, monkeypatch):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    calls = scontrol / "calls"
    for number in (signal.SIGTERM, signal.SIGUSR1):
        assert not calls.exists() or "requeue" not in calls.read_text(encoding="utf-8")
        with pytest.raises(SystemExit):
            run(lambda number=number: job_that_gets(number, tmp_path / "kept"))
    assert calls.read_text(encoding="utf-8").splitlines()[-1] == "requeue 7"


def test_a_task_of_an_array_names_itself_alone(scontrol, monkeypatch):
    for name, value in (("SLURM_JOB_ID", "9"), ("SLURM_ARRAY_JOB_ID", "9"), ("SLURM_ARRAY_TASK_ID", "4")):
        monkeypatch.setenv(name, value)
    assert stop_requests.requeue()
    assert (scontrol / "calls").read_text(encoding="utf-8") == "requeue 9_4\n"


@pytest.mark.parametrize(
    ("length", "left", "asked"),
    [(36_000, 200, True), (36_000, 400, False), (600, 50, True), (600, 70, False), (60, 20, True), (60, 40, False)],
)
def test_an_allocation_that_is_nearly_over_is_a_request(scontrol, monkeypatch, length, left, asked):
    # A tenth of the allocation, but 30 s at least and 300 s at most.
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    end = time.time() + left
    start, end = (datetime.fromtimestamp(each).isoformat(timespec="seconds") for each in (end - length, end))
    (scontrol / "said").write_text(f"JobId=7\n   StartTime={start} EndTime={end} Deadline=N/A\n", encoding="utf-8")
    with stop_requests.handled():
        request = stop_requests.requested()
    assert (request is not None) == asked
    assert request is None or request.requeue


@pytest.mark.parametrize("said", ["", "JobId=7 StartTime=Unknown EndTime=Unknown\n", "slurm_load_jobs error\n"])
def test_without_a_known_end_nothing_is_asked(scontrol, monkeypatch, said):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    (scontrol / "said").write_text(said, encoding="utf-8")
    with stop_requests.handled():
        assert stop_requests.requested() is None

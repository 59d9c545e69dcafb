"""Requests to stop from outside: SIGTERM, SLURM's warning signal, and a SLURM allocation that is about to end.

A program that can save its work defers them to its next safe point; see `sweetspot.checkpoints`.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

TERMINATED = 128 + signal.SIGTERM  # exit code of a program that was told to end, as in shells
# Before the end of an allocation: a tenth of it, but not less or more seconds than these. The clock is watched since
# SLURM's signal, even where it is asked for, reaches no task of a job array.
LEAST_NOTICE, MOST_NOTICE = 30, 300

SIGNALS = {
    signal.SIGTERM: "it was told to end (SIGTERM)",
    signal.SIGUSR1: "SLURM warned that its time is nearly over",
    signal.SIGINT: "it was interrupted",
}


@dataclass(frozen=True)
class StopRequest:
    """Why a program is to stop, and whether its SLURM job should be queued again, since nobody else will do it."""

    reason: str
    requeue: bool


class Stopped(Exception):
    """Raised at a safe point after a request to stop, when everything is saved."""

    def __init__(self, request: StopRequest) -> None:
        super().__init__(request.reason)
        self.request = request


class _State:
    request: StopRequest | None = None
    deferring = 0


@contextlib.contextmanager
def handled() -> Iterator[None]:
    """Handle the signals inside; SIGTERM ends the program in an orderly way unless it is deferred."""
    before = {number: signal.signal(number, _on_signal) for number in SIGNALS}
    _State.request = None
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Inside, SIGTERM and a first interrupt do not end the program: the caller asks `requested` at its safe points."""
    _State.deferring += 1
    try:
        yield
    finally:
        _State.deferring -= 1


def requested() -> StopRequest | None:
    """The request to stop, if there is one."""
    if _State.request is None and time.time() > _notice_begins():
        _State.request = StopRequest("the time of the SLURM job is nearly over", requeue=True)
    return _State.request


def requeue() -> bool:
    """Put this SLURM job into its queue again, under its number; False where there is no such job or SLURM refuses."""
    return bool(_job_number()) and _scontrol("requeue", _job_number()) is not None


def _on_signal(number: int, frame: FrameType | None) -> None:
    if number == signal.SIGINT and (_State.request or not _State.deferring):
        raise KeyboardInterrupt
    # Whoever sends SIGTERM, SLURM for a job with a higher priority or a person, decides whether the job runs again; but
    # at the end of the wall time it follows the warning, which counts.
    if _State.request is None or not _State.request.requeue:
        _State.request = StopRequest(SIGNALS[number], requeue=number == signal.SIGUSR1)
    if number == signal.SIGTERM and not _State.deferring:
        raise SystemExit(TERMINATED)


def _job_number() -> str:
    """Of this SLURM job, in the form that means one task of an array only; empty outside of SLURM."""
    array, task = os.environ.get("SLURM_ARRAY_JOB_ID"), os.environ.get("SLURM_ARRAY_TASK_ID")
    return f"{array}_{task}" if array and task else os.environ.get("SLURM_JOB_ID", "")


@functools.cache
def _notice_begins() -> float:
    """Seconds since the epoch from which on this program should stop; infinite without a time limit."""
    described = _scontrol("show", "job", _job_number()) if _job_number() else None
    times = dict(re.findall(r"\b(StartTime|EndTime)=([0-9T:-]+)", described or ""))
    try:
        start, end = (datetime.fromisoformat(times[each]).timestamp() for each in ("StartTime", "EndTime"))
    except (KeyError, ValueError):  # no limit, or SLURM does not answer: then its signals are left
        return float("inf")
    return end - min(MOST_NOTICE, max(LEAST_NOTICE, (end - start) / 10))


def _scontrol(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["scontrol", *arguments], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None

"""Programs that are stopped at work."""

from __future__ import annotations

import multiprocessing
import os
import random
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

CONTEXT = multiprocessing.get_context("fork")  # has imported already what programs need
KILLS = 20  # of a program at random moments, at most


class Running:
    """A program in a process of its own, which saves whenever so many seconds have passed, and says all in a log."""

    def __init__(self, command: list[str], log: Path, seconds: float = 0) -> None:
        self.log = log
        self._process = CONTEXT.Process(target=_run, args=(command, log, seconds))
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self, number: int, when: Callable[[], bool]) -> int | None:
        """Send a signal as soon as `when` says so; the exit code, or None if the program was faster."""
        while self._process.is_alive() and not when():
            time.sleep(0.002)
        if not self._process.is_alive():
            return None
        os.kill(self._process.pid, number)
        return self.wait()

    def wait(self) -> int:
        self._process.join()
        return self._process.exitcode

    def seconds_at_work(self) -> float:
        """Wait for the end, which must be a good one; the seconds since the program first showed progress."""
        at_work = at_work_for(0, self.log)
        while self._process.is_alive() and not at_work():
            time.sleep(0.002)
        begun = time.monotonic()
        assert self.wait() == 0
        return time.monotonic() - begun

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def at_work_for(seconds: float, log: Path, begin: int = 0) -> Callable[[], bool]:
    """Whether so many seconds have passed since a log showed progress, after its first `begin` bytes."""
    ends: list[float] = []

    def passed() -> bool:
        if not ends and log.exists() and b"[00:00<" in log.read_bytes()[begin:]:
            ends.append(time.monotonic() + seconds)
        return bool(ends) and time.monotonic() >= ends[0]

    return passed


def killed_at_random(start_program: Callable[..., Running], command: list[str], log: Path, seconds: float) -> int:
    """Kill a program at random moments again and again, and let it end; the number of times that it was at work.

    `seconds` is how long it is at work undisturbed; each moment comes within a sixth of it, so that several kills hit.
    """
    stream, kills = random.Random(0), 0
    for _ in range(KILLS):
        begin = log.stat().st_size if log.exists() else 0
        code = start_program(command, log).stop(signal.SIGKILL, at_work_for(stream.uniform(0, seconds / 6), log, begin))
        if code in (None, 0):  # it was faster
            break
        assert code == -signal.SIGKILL
        kills += 1
    assert start_program(command, log).wait() == 0
    return kills


def _run(command: list[str], log: Path, seconds: float) -> None:
    """Run the program of a command, `[python, program, ...]`, with all that it says in `log`."""
    with log.open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.environ["SWEETSPOT_CHECKPOINT_SECONDS"] = f"{seconds}"
    sys.stdout, sys.stderr, sys.argv = open(1, "w"), open(2, "w"), command[1:]  # noqa: SIM115
    try:
        runpy.run_path(command[1], run_name="__main__")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()

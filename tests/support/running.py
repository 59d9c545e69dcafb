"""Programs that are stopped at work."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

CONTEXT = multiprocessing.get_context("fork")  # has imported already what programs need


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

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


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

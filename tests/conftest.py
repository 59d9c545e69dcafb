"""Settings of all tests."""

from __future__ import annotations

import os
import sys

# As jobs have: more threads add in another order, so that equal runs may differ in the last bit; and tests that run
# side by side share the cores. Read when numpy and torch are imported.
os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from running import Running

# A slow machine is no failure. By hand each run looks for new cases; in CI the commit alone decides.
settings.register_profile(
    "untimed", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")


@pytest.fixture
def sweetspot(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Runs the command `sweetspot` in this process: exit code, standard output and standard error."""
    from sweetspot import cli

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sweetspot", *map(str, arguments)])
        code, message = 0, ""
        try:
            cli.main()
        except SystemExit as end:
            # As Python ends: a text is printed on standard error, and the exit code is 1.
            code, message = (1, f"{end.code}\n") if isinstance(end.code, str) else (end.code or 0, "")
        captured = capsys.readouterr()
        return code, captured.out, captured.err + message

    return call


@pytest.fixture(scope="session")
def start_program() -> Iterator[Callable[..., Running]]:
    """Starts a program: `start_program(command, log, seconds=0)`; none outlives the tests."""
    started = []

    def start(*about, **options) -> Running:
        started.append(Running(*about, **options))
        return started[-1]

    yield start
    for each in started:
        each.kill()

"""Settings of all tests."""

from __future__ import annotations

import os

# As jobs have: more threads add in another order, so that equal runs may differ in the last bit; and tests that run
# side by side share the cores. Read when numpy and torch are imported.
os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from running import Running

# A slow machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


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

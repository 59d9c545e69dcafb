"""Time and memory of steps, on whichever device."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import torch


class Enough(Exception):
    """Raised when there are enough steps to tell the speed."""


def wait_for_device() -> None:
    """Until all that was asked of a GPU is done."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


@contextlib.contextmanager
def peak_memory() -> Iterator[dict[str, float | None]]:
    """Afterwards, `peak_memory_gb` is the most memory of the GPU that tensors had; None without a GPU."""
    found: dict[str, float | None] = {"peak_memory_gb": None}
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    yield found
    if torch.cuda.is_available():
        found["peak_memory_gb"] = torch.cuda.max_memory_allocated() / 1e9


class StepClock:
    """Times steps after some for warming up, until they took `seconds` or there are `steps`; then raises `Enough`.

    Stands in for the checkpoints of a training, whose safe points come after each step.
    """

    def __init__(self, warm_up: int, seconds: float, steps: int) -> None:
        self.warm_up, self.limit, self.most = warm_up, seconds, steps
        self.steps = 0
        self.seconds = 0.0
        self._begun = time.perf_counter()

    def load(self) -> None:
        """Nothing to resume from."""

    def after(self, done: int, state: Callable[[], Any] | None = None) -> None:
        """Called after each step with the number of steps done."""
        if done == self.warm_up:
            wait_for_device()
            self._begun = time.perf_counter()
        elif done > self.warm_up:
            self.steps = done - self.warm_up
            late = time.perf_counter() - self._begun > self.limit
            if late or self.steps == self.most:
                # Python runs ahead of a GPU, and the steps that it has asked for are counted when they are done.
                wait_for_device()
                self.seconds = time.perf_counter() - self._begun
                raise Enough


class Phases:
    """Seconds in each of some functions; each call waits for the device, so that its own work is counted to it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextlib.contextmanager
    def watch(self, functions: dict[str, tuple[Any, str]]) -> Iterator[None]:
        """Inside, the functions, each (owner, name), are timed under the name of their phase."""
        with contextlib.ExitStack() as stack:
            for phase, (owner, name) in functions.items():
                timed = self._timed(phase, getattr(owner, name))
                stack.enter_context(mock.patch.object(owner, name, timed))
            yield

    def _timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            wait_for_device()
            begun = time.perf_counter()
            result = function(*arguments, **options)
            wait_for_device()
            self.seconds[phase] += time.perf_counter() - begun
            return result

        return call

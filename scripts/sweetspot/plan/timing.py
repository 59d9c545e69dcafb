"""Short timings of networks, and of the starts of programs.

Without a GPU processor time is taken, not the time on the clock: a plan is of a machine that does nothing else, and
what else it does while something is timed must not pass for slowness. `Timing.busy` tells of it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.plan.job import Kind
from sweetspot.plan.trial import Trial, on_gpu

PROGRAMS = Path(__file__).parents[2]
REPEATS = 3
SECONDS = 1.0  # of each repeat


@dataclass(frozen=True)
class Timing:
    """What a trial found.

    seconds : for one floating point operation: median of the repeats, and their lowest and highest value.
    first : seconds that the first call took longer, as the first call of every job does.
    busy : time on the clock for each second of processor time; above 1 other work took part of the core.
    device : the name of what computed.
    """

    kind: Kind
    seconds: float
    lowest: float
    highest: float
    first: float
    busy: float
    device: str
    on_gpu: bool


def time_network(trial: Trial) -> Timing:
    """Call a trial a few times; in a process of its own, as jobs are."""
    import torch

    torch.set_num_threads(1)
    importlib.import_module(trial.module)
    started, started_cpu = time.perf_counter(), time.process_time()
    with _quiet():
        cold = _seconds(trial, 1)
        once = _seconds(trial, 1)
        steps, repeats = 2, 1
        if once < SECONDS:
            # Roughly: a call has costs beside its steps, which cancel below.
            probe = max(2, min(64, int(SECONDS / once)))
            step = max((_seconds(trial, probe) - once) / (probe - 1), 1e-6)
            steps, repeats = 1 + max(1, int(SECONDS / step)), REPEATS
        more = trial.operations(steps) - trial.operations(1)
        found = [max(_seconds(trial, steps) - once, 1e-3 * once) / more for _ in range(repeats)]
    busy = (time.perf_counter() - started) / (time.process_time() - started_cpu)
    seconds = statistics.median(found)
    first = max(0.0, cold - seconds * trial.operations(1))
    return Timing(trial.kind, seconds, min(found), max(found), first, busy, _device_name(), on_gpu())


def time_start(rule: str) -> float:
    """Processor seconds that the program of a rule takes to start, imports included; in a process of its own.

    Raises
    ------
    InputError : the programs are not there.
    """
    program = PROGRAMS / f"{rule}.py"
    if not program.is_file():
        raise InputError(f"{program}: no such program; run `sweetspot plan` in a clone of the project")
    subprocess.run([sys.executable, str(program), "--help"], check=True, stdout=subprocess.DEVNULL)
    children = os.times()
    return children.children_user + children.children_system


def _seconds(trial: Trial, steps: int) -> float:
    if not on_gpu():
        started = time.process_time()
        trial.call(steps)
        return time.process_time() - started
    import torch

    started = time.perf_counter()
    trial.call(steps)
    torch.cuda.synchronize()
    return time.perf_counter() - started


def _device_name() -> str:
    import torch

    return torch.cuda.get_device_name() if on_gpu() else "one core of this CPU"


@contextlib.contextmanager
def _quiet():
    """Progress bars of trials are of no interest."""
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
    ):
        yield

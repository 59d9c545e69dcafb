"""Short timings of networks, and of the starts of programs.

On a CPU processor time is taken, not the time on the clock: a plan is of a machine that does nothing else, and
what else it does while something is timed must not pass for slowness. `Timing.busy` tells of it.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sweetspot.errors import InputError
from sweetspot.plan.job import Kind
from sweetspot.plan.trial import Trial

PROGRAMS = Path(__file__).parents[2]
REPEATS = 3
SECONDS = 1.0  # of each repeat


@dataclass(frozen=True)
class Timing:
    """What a trial found.

    seconds : for one floating point operation: median of the repeats, and their lowest and highest value.
    first : seconds that the first call took longer, as the first call of every job does.
    busy : time on the clock for each second of processor time; above 1 other work took part of the core.
    device, device_type : the name of what computed, and its type for torch.
    """

    kind: Kind
    seconds: float
    lowest: float
    highest: float
    first: float
    busy: float
    device: str
    device_type: str


def time_network(trial: Trial) -> Timing:
    """Call a trial a few times; in a process of its own, as jobs are."""
    from sweetspot.device import start

    importlib.import_module(trial.module)
    with _quiet():
        device_type = start(trial.config.compute, threads=1).type
        started, started_cpu = time.perf_counter(), time.process_time()
        cold = _seconds(trial, 1)
        once = _seconds(trial, 1)
        steps = _steps_of_a_second(trial) if once < SECONDS else 2
        repeats = REPEATS if once < SECONDS else 1
        more = trial.operations(steps) - trial.operations(1)
        found = [max(_seconds(trial, steps) - once, 1e-3 * once) / more for _ in range(repeats)]
    busy = (time.perf_counter() - started) / (time.process_time() - started_cpu)
    seconds = statistics.median(found)
    first = max(0.0, cold - seconds * trial.operations(1))
    return Timing(trial.kind, seconds, min(found), max(found), first, busy, _device_name(device_type), device_type)


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


def _steps_of_a_second(trial: Trial) -> int:
    """So many that a call takes about `SECONDS`: its own costs, beside its steps, are small against them or cancel."""
    steps = 2
    while steps < trial.most_steps and (seconds := _seconds(trial, steps)) < 0.7 * SECONDS:
        # By no more than tenfold, as the costs of the call itself hide how little a step takes.
        steps = min(trial.most_steps, math.ceil(steps * min(10, max(1.5, SECONDS / max(seconds, 1e-3)))))
    return steps


def _seconds(trial: Trial, steps: int) -> float:
    if trial.device_type == "cpu":
        started = time.process_time()
        trial.call(steps)
        return time.process_time() - started
    import torch

    started = time.perf_counter()
    trial.call(steps)
    getattr(torch, trial.device_type).synchronize()
    return time.perf_counter() - started


def _device_name(device_type: str) -> str:
    import torch

    if device_type == "cuda":
        return torch.cuda.get_device_name()
    return "one core of this CPU" if device_type == "cpu" else f"this machine's GPU ({device_type})"


@contextlib.contextmanager
def _quiet():
    """Progress bars of trials are of no interest."""
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
    ):
        yield

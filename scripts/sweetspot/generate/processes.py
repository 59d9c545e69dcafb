"""One training in several processes of this machine, which are started, signalled and ended as one.

torchrun could start them, but its agent kills them 30 seconds after SIGTERM however long a checkpoint takes to write,
dies of SLURM's warning signal, and hides the exit code that asks for another run.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType

import torch

from sweetspot.config.compute import Compute
from sweetspot.device import select_device
from sweetspot.errors import InputError

STARTED = "SWEETSPOT_STARTED_TOGETHER"  # marks the processes that are started here
PASSED_ON = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)
GRACE = 10  # seconds for the main process to tell why, after another has failed


def run_together(processes: int, compute: Compute) -> None:
    """Run this very program in so many processes and end with their exit code; in each of them, return.

    With one process it returns at once, as it does in the processes of a torchrun.

    Raises
    ------
    InputError : there are too few GPUs, or torchrun has started another number of processes.
    """
    started = int(os.environ.get("WORLD_SIZE", 1))
    if started == 1 and processes > 1:
        _check_devices(processes, compute)
        sys.exit(_run(processes))
    if started != processes:
        raise InputError(f"config key `generator.processes` is {processes}, and {started} processes were started")
    if STARTED in os.environ:
        threading.Thread(target=_end_with_starter, daemon=True).start()


def is_main_process() -> bool:
    """Whether this is the process that writes: the only one, or the first of several."""
    return int(os.environ.get("RANK", 0)) == 0


def _check_devices(processes: int, compute: Compute) -> None:
    device = select_device(compute)
    found = {"cpu": processes, "cuda": torch.cuda.device_count()}.get(device.type, 1)
    if found < processes:
        raise InputError(
            f"config key `generator.processes` is {processes}, and each needs a {device.type} device of its own, of "
            f"which torch finds {found} here"
        )


def _run(processes: int) -> int:
    """Start the processes, pass signals on to them, and wait; the exit code for all."""
    workers: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        for worker in workers:
            worker.send_signal(number)

    for number in PASSED_ON:
        signal.signal(number, pass_on)
    with tempfile.TemporaryDirectory() as folder:
        try:
            port = _free_port()
            for rank in range(processes):
                workers.append(_start(rank, processes, port, Path(folder)))
            code = _wait(workers)
            for rank, worker in enumerate(workers):
                if rank and worker.poll():
                    _show(rank, Path(folder, f"{rank}"))
            return code
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _start(rank: int, processes: int, port: int, folder: Path) -> subprocess.Popen[bytes]:
    about = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
    about |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, STARTED: 1}
    environment = os.environ | {name: str(value) for name, value in about.items()}
    command = [sys.executable, *sys.argv]
    if rank == 0:
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    # All say the same; what the others do is kept in case it differs.
    with Path(folder, f"{rank}").open("wb") as errors:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=environment
        )


def _wait(workers: list[subprocess.Popen[bytes]]) -> int:
    """Until the main process has ended, or another has failed; the exit code as of a shell."""
    main, *others = workers
    while main.poll() is None and not any(other.poll() for other in others):
        time.sleep(0.05)
    failed = next((other for other in others if other.poll()), None)
    deadline = time.monotonic() + GRACE
    while main.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    code = main.poll() if main.poll() is not None else failed.poll()
    return code if code >= 0 else 128 - code


def _show(rank: int, errors: Path) -> None:
    """Print what a failed process said, unless it is an error of the input, which the main process has told too."""
    lines = errors.read_text(encoding="utf-8", errors="replace").splitlines()
    if lines and not lines[-1].startswith("error: "):
        print(f"process {rank}:", *lines, sep="\n", file=sys.stderr)


def _end_with_starter() -> None:
    """Not to go on alone, beside a second try, when whoever started this process was killed."""
    while os.read(0, 1):
        pass
    os._exit(1)

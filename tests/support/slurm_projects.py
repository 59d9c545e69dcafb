"""A copy of the project whose workflow runs on the cluster of `slurm_cluster`, to be disturbed."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from projects import Project
from slurm_cluster import SlurmCluster

WATCHFUL_SNAKEMAKE = Path(__file__).parent / "watchful_snakemake.py"
DEADLINE = 1800  # seconds; a slow machine is no failure


class SlurmProject(Project):
    """The same command, `snakemake --profile slurm`, in the background and again."""

    def __init__(self, folder: Path, cluster: SlurmCluster, config: dict[str, Any]) -> None:
        super().__init__(folder)
        self.cluster = cluster
        (folder / "tiny.yaml").write_text(json.dumps(config), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return super().environment() | self.cluster.variables | {"SWEETSPOT_CHECKPOINT_SECONDS": "0"}

    @contextlib.contextmanager
    def started(self, *arguments: str) -> Iterator[None]:
        """Snakemake at work; it is killed at the end if it still is."""
        with (self.folder / "output.txt").open("w", encoding="utf-8") as output:
            self.snakemake = subprocess.Popen(
                [sys.executable, WATCHFUL_SNAKEMAKE, "--configfile", "tiny.yaml", "--profile", "slurm", *arguments],
                cwd=self.folder,
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                yield
            finally:
                self.kill()

    def output(self) -> str:
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    def end(self) -> None:
        """Wait for the end of the run, which must be a good one."""
        assert self.snakemake.wait(timeout=DEADLINE) == 0, self.output()

    def slurm_logs(self) -> list[Path]:
        return list((self.folder / ".snakemake/slurm_logs").rglob("*.log"))

    def log(self, path: str) -> str:
        file = self.folder / "results/logs" / path
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def wait_until(self, condition: Callable[[], Any], what: str) -> Any:
        """The first true value of `condition`, which must come before the run ends."""
        end = time.monotonic() + DEADLINE
        while not (value := condition()):
            assert time.monotonic() < end, f"not within {DEADLINE} s: {what}"
            assert self.snakemake.poll() is None, f"the run ended before {what}:\n{self.output()}"
            time.sleep(0.02)
        return value

    def at_work(self, checkpoints: str) -> str:
        """The number of a running job, once there is a checkpoint.

        Its programs then stand still, or they might be done before anything happens to them. SLURM wakes what it ends;
        `go_on` wakes the others.
        """
        folder = self.folder / "results/checkpoints" / checkpoints
        self.wait_until(lambda: list(folder.rglob("step_*.pt")), "a checkpoint was written")
        for program in self.programs():
            with contextlib.suppress(psutil.NoSuchProcess):
                program.suspend()
        assert self.programs(), f"the programs ended before they could be stopped:\n{self.output()}"
        return self.jobs("RUNNING")[0]

    def go_on(self) -> None:
        for program in self.programs():
            with contextlib.suppress(psutil.NoSuchProcess):
                program.resume()

    def programs(self) -> list[psutil.Process]:
        """The running programs of the rules."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if process.cwd() == str(self.folder) and len(words) > 1 and words[1].startswith("scripts/"):
                    found.append(process)
        return found

    def warned(self) -> bool:
        """Whether SLURM's warning waits for a program that stands still."""
        bit = 1 << (signal.SIGUSR1 - 1)
        for program in self.programs():
            with contextlib.suppress(OSError):  # it has just ended
                status = Path(f"/proc/{program.pid}/status").read_text(encoding="utf-8")
                if int(re.search(r"ShdPnd:\s*(\w+)", status)[1], 16) & bit:
                    return True
        return False

    def jobs(self, *states: str) -> list[str]:
        """The numbers of this project's jobs in the queue, those that have ended only if their state is asked for."""
        lines = self.cluster.command(
            "squeue", "--states=all", "--array", "--noheader", "--format=%i|%T|%Z"
        ).splitlines()
        rows = [line.split("|", 2) for line in lines]
        return [number for number, state, where in rows if state in states and where == str(self.folder)]

    def resumed_after(self, log: str) -> int:
        """The step after which the last job went on, by its log."""
        found = re.findall(r"resumed after step (\d+)", self.log(log))
        return int(found[-1]) if found else 0

    def kill(self) -> None:
        """Snakemake ends at once, without a word to its jobs."""
        self.snakemake.kill()
        self.snakemake.wait()

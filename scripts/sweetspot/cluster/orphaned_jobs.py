"""SLURM jobs of an earlier run of the workflow in this folder that ended without them, as when a connection was lost.

Their results would come too, but nobody waits for them, and new jobs would do the same work. They are told to stop:
those that train save their state, and the new ones go on from it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from sweetspot.errors import InputError

# Snakemake's SLURM plugin names all jobs of a run by an id of the run, with a prefix if it was given one.
RUN_NAME = re.compile(r"(?:.*_)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DEADLINE = 600  # seconds: more than any usual KillWait
POLL = 2


def stop_orphaned_jobs(folder: Path) -> None:
    """Cancel the orphaned jobs of `folder` and wait until they are gone. The caller is the only run in this folder.

    Raises
    ------
    InputError : SLURM does not answer, or the jobs do not end.
    """
    orphans = _orphaned_jobs(folder)
    if not orphans:
        return
    names = ", ".join(sorted(orphans, key=int))
    print(f"Cancelling the SLURM jobs {names} of an earlier run in this folder; new ones go on from their checkpoints.",
          file=sys.stderr)  # fmt: skip
    _slurm("scancel", *orphans)
    end = time.monotonic() + DEADLINE
    while _orphaned_jobs(folder):
        if time.monotonic() > end:
            raise InputError(
                f"the SLURM jobs {names} of an earlier run in this folder were cancelled, but are still in the queue "
                f"after {DEADLINE // 60} minutes; see `squeue --me`, and run the same command again when they are gone"
            )
        time.sleep(POLL)


def _orphaned_jobs(folder: Path) -> set[str]:
    """The numbers of the jobs; the tasks of an array have one number."""
    queue = _slurm("squeue", "--me", "--noheader", "--format=%F|%j|%Z")
    lines = (line.split("|", 2) for line in queue.splitlines())
    return {number for number, name, where in lines if RUN_NAME.fullmatch(name) and Path(where) == folder}


def _slurm(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    except subprocess.CalledProcessError as error:
        raise InputError(f"`{command[0]}` failed: {error.stderr.strip()}; is SLURM at work?") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"`{command[0]}` failed: {error}; is SLURM at work?") from None
    return done.stdout

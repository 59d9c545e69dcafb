"""Programs of an earlier run of the workflow on this machine that outlived it, as when Snakemake was killed.

Nobody waits for their results, and new ones would do the same work beside them. They are told to stop: those that train
save their state, and the new ones go on from it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import psutil

from sweetspot.errors import InputError

MARK = "SWEETSPOT_FOLDER"  # in the environment of all jobs of a run
DEADLINE = 300  # seconds


def stop_orphaned_programs(folder: Path) -> None:
    """End the orphaned programs of `folder` and wait until they are gone. The caller is the only run in this folder.

    Raises
    ------
    InputError : they do not end.
    """
    orphans = _orphaned_programs(folder)
    if not orphans:
        return
    names = ", ".join(str(each.pid) for each in orphans)
    print(
        f"Ending processes {names} of an earlier run in this folder; new ones go on from checkpoints.", file=sys.stderr
    )
    for each in orphans:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.terminate()
    if psutil.wait_procs(orphans, DEADLINE)[1]:
        raise InputError(
            f"the processes {names} of an earlier run in this folder were told to end and have not done so; end them "
            "with `kill -9` and run the same command again"
        )


def _orphaned_programs(folder: Path) -> list[psutil.Process]:
    """Marked processes at work in the folder, asked for before this run has any of its own."""
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == str(folder) and Path(process.cwd()) == folder
        except (psutil.Error, OSError):  # it has ended, or is another user's
            continue
        if marked and process.pid != os.getpid():
            found.append(process)
    return found

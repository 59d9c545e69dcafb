"""Where and with what a job runs: versions, source, machine."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Modules that are named otherwise than their library. To look for these takes longer than many a job.
LIBRARIES = {"PIL": "pillow", "ot": "pot", "sklearn": "scikit-learn", "yaml": "pyyaml"}
SLURM = {
    "job": "SLURM_JOB_ID",
    "array": "SLURM_ARRAY_JOB_ID",
    "task": "SLURM_ARRAY_TASK_ID",
    "cluster": "SLURM_CLUSTER_NAME",
    "partition": "SLURM_JOB_PARTITION",
    "restarts": "SLURM_RESTART_COUNT",
}
KIBI = 1 if sys.platform == "darwin" else 1024  # bytes of the unit of `ru_maxrss`


def library_versions(modules: Iterable[str]) -> dict[str, str]:
    """The versions of Python and of the libraries that hold these top-level modules, of those that are installed."""
    found = {"python": platform.python_version()}
    for name in sorted(LIBRARIES.get(module, module) for module in modules):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # an optional one, which nothing used then
            found[name] = importlib.metadata.version(name)
    return found


def source_state(folder: Path) -> dict[str, Any]:
    """The git commit of a folder and whether tracked files differ from it; empty if git or a commit is not there."""
    git = ["git", "-C", str(folder)]
    try:
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=60)
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": commit.stdout.strip(), "dirty": bool(changed.stdout.strip())}


def machine() -> dict[str, Any]:
    """The host, its processor, the SLURM job, and where a network computed, if one did."""
    found: dict[str, Any] = {
        "host": platform.node(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
    }
    slurm = {name: os.environ[variable] for name, variable in SLURM.items() if variable in os.environ}
    if slurm:
        found["slurm"] = slurm
    device = sys.modules.get("sweetspot.device")  # not imported for this: it imports torch
    if device is not None and device.started:
        found["compute"] = device.started
    return found


def peak_memory() -> int:
    """The most memory of this process, or of one that it has started, so far; bytes."""
    return KIBI * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()

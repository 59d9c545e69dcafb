"""Time that Snakemake takes to plan: the papers' config, a fan-out of 5,000 runs in as many jobs, and a finished run.

The first two are dry runs in a copy of the project without results, with all jobs printed; the third is a dry run of
the default config on the results of `make run`, and is left out where these are not there or not up to date. The time
of the processor says more than that of the clock where other programs run too.
"""

from __future__ import annotations

import math
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5000
CODE = ("Snakefile", "config.yaml", "config", "rules", "scripts", "profiles", "envs")


def fan_out(runs: int) -> dict[str, Any]:
    """The digits of the default config, with one run in each job and so many seeds that there are at least `runs`."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    digits = config["tasks"]["digits"]
    sweep = digits["experiments"]["in_domain"] | {"runs_per_job": 1, "more_real": False}
    cells = 1 + len(digits["sampling"]["qualities"]) * len(sweep["ratios"])  # 1 for real images alone
    digits["experiments"] = {"in_domain": sweep | {"seeds": math.ceil(runs / cells)}}
    return config | {"tasks": {"digits": digits}}


def dry_run(folder: Path, config: str) -> tuple[float, float, str]:
    """Seconds of wall time and of processor time, and what Snakemake printed."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "2", "--configfile", config]
    started, processor = time.perf_counter(), processor_seconds()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, processor_seconds() - processor, done.stdout + done.stderr


def processor_seconds() -> float:
    """Those of all programs that were called and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def show(name: str, seconds: float, processor: float, printed: str) -> None:
    """One line of the report."""
    jobs = re.search(r"^total +(\d+)$", printed, re.MULTILINE)
    print(
        f"{name:<42} {int(jobs[1]) if jobs else 0:>6,} jobs {seconds:>6.1f} s, of processor {processor:.1f} s",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in CODE:
            (copy / part).symlink_to(ROOT / part)
        (copy / "fan_out.yaml").write_text(yaml.safe_dump(fan_out(RUNS)), encoding="utf-8")
        show("config/paper.yaml", *dry_run(copy, "config/paper.yaml"))
        show(f"{RUNS:,} runs, each a job", *dry_run(copy, "fan_out.yaml"))
    done = dry_run(ROOT, "config.yaml")
    if "Nothing to be done" in done[-1]:
        show("config.yaml, all done", *done)
    else:
        print("config.yaml, all done: not measured; make run first")


if __name__ == "__main__":
    main()

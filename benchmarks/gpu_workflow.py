"""The classification part of the workflow, unchanged, in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
NEEDED = ("Snakefile", "rules", "scripts", "config", "envs", "profiles", "pyproject.toml")
KERNEL = {
    "n_real": 20,
    "draws": 4,
    "terms": 120,
    "lambdas": {"min": 0.01, "max": 10, "points": 5},
    "grid_points": 20,
    "rows": {"row_2": {"s": 0.8, "s_prime": 1.5, "figure": 1}},
    "signal_to_noise": {"values": {"min": 0.1, "max": 10, "points": 3}, "simulated": 2, "draws": 2},
}  # as small as may be: it needs no GPU


def config(data: dict[str, Any], images: int, quick: bool) -> dict[str, Any]:
    """A config with one task on `data`, which holds so many images."""
    unit = min(images // 60, 20 if quick else 100)
    steps = 10 if quick else 500
    return {
        "tasks": {
            "benchmark": {
                "kind": "classification",
                "data": data,
                "split": {"generator": 30 * unit, "train": 15 * unit, "validation": 5 * unit, "test": 10 * unit},
                "generator": {
                    "channels": [8, 16] if quick else [64, 128, 128],
                    "norm_groups": 8,
                    "steps": steps,
                    "batch_size": 8 if quick else 128,
                    "learning_rate": 1e-3,
                    "horizontal_flip": True,
                },
                "sampling": {
                    "solver_steps": 4 if quick else 20,
                    "images": 10 * unit,
                    "qualities": ["noise=0", "noise=0.5"],
                },
                "classifier": {"horizontal_flip": True} | ({"channels": [4, 8], "dense": 16} if quick else {}),
                "experiments": {
                    "in_domain": {
                        "budget": {"unit": "steps", "steps": steps, "evaluate_every": steps // 5},
                        "n_real": unit,
                        "ratios": [1.0, 9.0],
                        "seeds": 2 if quick else 5,
                        "pilot": {"runs": 1},
                        "runs_per_job": 10,
                    }
                },
                "measure": {"replicates": 20, "components": 4 if quick else 16, "projections": 10},
            }
        },
        "kernel_regression": KERNEL,
    }


def run_workflow(data: dict[str, Any], images: int, quick: bool, limit: float, cores: int) -> dict[str, Any]:
    """Run it with all figures and tables; seconds in all and by rule, and where it computed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in NEEDED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, copy / name)
        (copy / "benchmark.json").write_text(json.dumps(config(data, images, quick)), encoding="utf-8")
        targets = ["results/tables/runs.csv", "results/figures/figure_7.pdf"] if quick else []
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--cores",
            f"{cores}",
            "--configfile",
            "benchmark.json",
            "--",
            *targets,
        ]
        begun = time.perf_counter()
        code, said = _run(command, copy, limit)
        seconds = time.perf_counter() - begun
        failed = {} if code == 0 else {"failed": "not finished in time" if code is None else said[-2000:]}
        return {"seconds": seconds, "cores": cores, **failed, "rules": _rules(copy), "compute": _compute(copy)}


def _run(command: list[str], folder: Path, limit: float) -> tuple[int | None, str]:
    """Exit code, None if it was ended at its time limit, and all that it said."""
    log = folder / "benchmark.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
    return code, log.read_text(encoding="utf-8", errors="replace")


def _rules(folder: Path) -> dict[str, dict[str, float]]:
    """Jobs and seconds of each rule, from Snakemake's benchmark files."""
    times = defaultdict(list)
    for file in sorted((folder / "results/benchmarks").rglob("*.tsv")):
        rule = file.relative_to(folder / "results/benchmarks").parts[0].removesuffix(".tsv")
        times[rule].append(float(np.mean(pd.read_csv(file, sep="\t")["s"])))
    return {rule: {"jobs": len(each), "seconds": sum(each)} for rule, each in sorted(times.items())}


def _compute(folder: Path) -> dict[str, Any]:
    """Of each program that computed with a network, the line that tells where."""
    found = {}
    for file in sorted((folder / "results/logs").rglob("*.log")):
        rule = file.relative_to(folder / "results/logs").parts[0]
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("compute: "):
                found[rule] = json.loads(line.removeprefix("compute: "))
    return found

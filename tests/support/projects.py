"""Copies of the project in folders of their own, and whole runs of the real Snakefile in them, on tiny data."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ("cats", "dogs", "owls")

PHOTOS = {
    "data": {"reader": "image_folder", "path": "pictures"},
    "split": {"generator": 40, "train": 30, "validation": 15, "test": 15},
    "generator": {"channels": [8], "timesteps": 20, "steps": 40, "batch_size": 16},
    "sampling": {"solver_steps": 5, "images": 30, "qualities": ["steps=10"]},
    "classifier": {"channels": [4, 8], "dense": 16, "batch_size": 16, "horizontal_flip": False},
    "experiments": {
        "in_domain": {
            "budget": {"unit": "steps", "steps": 8, "evaluate_every": 4},
            "n_real": 20,
            "ratios": [0.5],
            "seeds": 2,
            "more_real": False,
            "pilot": {"runs": 1},
        }
    },
    "measure": {"replicates": 20, "components": 4, "projections": 5},
    "selection": {
        "n_real": 12,
        "n": 9,
        "rules": ["covariance", "random", "all"],
        "pools": {"collapsed": {"parts": {"steps=10": 18}, "hidden_real": 6}},
        "paradigms": ["scratch", "pretrained"],
        "budget": {"unit": "steps", "steps": 6, "evaluate_every": 3},
        "seeds": 2,
    },
}
VOLUMES = copy.deepcopy(PHOTOS) | {
    "data": {"reader": "arrays", "images": "images.npy", "labels": "labels.npy", "value_range": [0, 255]},
}
VOLUMES["sampling"]["qualities"] = ["noise=0", "noise=1"]
VOLUMES["selection"] = None
# The training part has room for 0.5 times 20 more real images, but not for as many again.
VOLUMES["experiments"]["in_domain"]["more_real"] = True
FIRST = {
    "tasks": {"photos": PHOTOS},
    "kernel_regression": {
        "n_real": 20,
        "draws": 4,
        "terms": 120,
        "lambdas": {"min": 0.01, "max": 10, "points": 5},
        "grid_points": 20,
        "rows": {"row_2": {"s": 0.8, "s_prime": 1.5, "figure": 1}},
        "signal_to_noise": {"values": {"min": 0.1, "max": 10, "points": 3}, "simulated": 2, "draws": 2},
    },
    "joint_training": {"draws": 2},
}
GROWN = FIRST | {"tasks": {"photos": PHOTOS, "volumes": VOLUMES}}


@dataclass(frozen=True)
class Job:
    """A job as Snakemake announces it."""

    rule: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Run:
    """What one call of Snakemake said."""

    code: int
    text: str

    @property
    def jobs(self) -> list[Job]:
        """The jobs that it ran or, in a dry run, would run; without `all`, which makes nothing."""
        found = []
        for rule, body in re.findall(r"^(?:local)?rule (\w+):\n((?: {4}.*\n)+)", self.text, re.MULTILINE):
            fields = {"input": ""} | dict(re.findall(r"^ {4}(\w+): (.*)$", body, re.MULTILINE))
            if rule != "all":
                files = (tuple(filter(None, fields[each].split(", "))) for each in ("input", "output"))
                found.append(Job(rule, *files, fields["reason"]))
        return found

    @property
    def rules(self) -> set[str]:
        return {job.rule for job in self.jobs}

    def outputs(self, rule: str) -> set[str]:
        """The results of the jobs of a rule, without the times that some write beside them."""
        outputs = {output for job in self.jobs if job.rule == rule for output in job.outputs}
        return {output for output in outputs if not output.startswith("results/benchmarks/")}


class Project:
    """A copy of the project in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self, config: dict[str, Any], *arguments: str) -> list[str]:
        (self.folder / "tiny.yaml").write_text(json.dumps(config), encoding="utf-8")
        return [sys.executable, "-m", "snakemake", *arguments, "--cores", "2", "--configfile", "tiny.yaml"]

    @staticmethod
    def environment() -> dict[str, str]:
        """One thread and no GPU, so that bytes can be compared; none of the caller's Snakemake settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SNAKEMAKE")}
        return kept | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}

    def run(self, config: dict[str, Any], *arguments: str) -> Run:
        done = subprocess.run(
            self.command(config, *arguments),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=3600,
            check=False,
        )
        return Run(done.returncode, done.stdout)

    def dry_run(self, config: dict[str, Any], *arguments: str) -> Run:
        planned = self.run(config, "--dry-run", *arguments)
        assert planned.code == 0, planned.text
        return planned

    @contextlib.contextmanager
    def edited(self, path: str, addition: str = "\nEDITED = True\n") -> Iterator[None]:
        """A line more in a file, for a while."""
        file = self.folder / path
        before = file.read_text(encoding="utf-8")
        file.write_text(before + addition, encoding="utf-8")
        try:
            yield
        finally:
            file.write_text(before, encoding="utf-8")

    def results(self) -> dict[str, Path]:
        """All finished results; neither logs and times, which differ, nor what a killed program left."""
        files = sorted(each for each in (self.folder / "results").rglob("*") if each.is_file())
        named = {file.relative_to(self.folder).as_posix(): file for file in files}
        return {
            name: file
            for name, file in named.items()
            if not re.search(r"^results/(logs|benchmarks|checkpoints)/|/\.partial-|\.provenance\.json$", name)
        }

    def hashes(self) -> dict[str, str]:
        return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in self.results().items()}


def write_data(folder: Path) -> None:
    """120 grey pictures in three classes of their own brightness, as image files and as two arrays."""
    stream = np.random.default_rng(0)
    labels = np.arange(120) % len(CLASSES)
    images = stream.integers(0, 100, (120, 8, 8)) + 70 * labels[:, np.newaxis, np.newaxis]
    np.save(folder / "images.npy", images.astype(np.uint8))
    np.save(folder / "labels.npy", labels)
    for number, (pixels, label) in enumerate(zip(images.astype(np.uint8), labels, strict=True)):
        file = folder / "pictures" / CLASSES[label] / f"{number:03}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - pixels).save(file)


def copy_project(folder: Path) -> Project:
    """The project as it is in the working tree, without its results and tests, and the data of the tiny tasks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    write_data(folder)
    return Project(folder)

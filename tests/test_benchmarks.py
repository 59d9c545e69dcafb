"""The benchmark of a GPU runs, tiny and on whatever there is, and says what it promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gpu_workflow import config
from stopwatch import Enough, StepClock

from sweetspot.load_config import load_workflow

PROGRAM = Path(__file__).parents[1] / "benchmarks/gpu.py"


@pytest.mark.parametrize("quick", [True, False])
def test_the_config_of_the_workflow_is_one(quick, tmp_path):
    images, labels = np.zeros((6000, 3, 32, 32), np.uint8), np.arange(6000) % 10
    images[:, 0, 0] = np.arange(6000).astype("<u4").view(np.uint8).reshape(6000, 4).repeat(8, axis=1)
    np.save(tmp_path / "images.npy", images)
    np.save(tmp_path / "labels.npy", labels)
    files = {"images": str(tmp_path / "images.npy"), "labels": str(tmp_path / "labels.npy")}
    checked = load_workflow(config({"reader": "arrays", "value_range": [0, 255], **files}, len(images), quick))
    assert checked.tasks["benchmark"].experiments["in_domain"].ratios == (1, 9)


def test_a_clock_leaves_out_the_first_steps():
    clock = StepClock(warm_up=2, seconds=1e9, steps=3)
    for done in range(1, 5):
        clock.after(done)
    with pytest.raises(Enough):
        clock.after(5)
    assert clock.steps == 3
    assert clock.seconds > 0


def test_the_benchmark_of_a_gpu_measures_each_section(tmp_path):
    sections = ["training", "phases", "operators", "classifiers", "segmenters"]
    command = [sys.executable, str(PROGRAM), "--quick", "--out", str(tmp_path / "gpu.json"), "--sections", *sections]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "gpu.json").read_text())
    loops = [(row["loop"], row["precision"]) for row in found["training"]]
    assert {("sweetspot", "bf16"), ("diffusers", "bf16"), ("sweetspot", "full"), ("diffusers", "full")} == set(loops)
    assert all(speed > 0 for row in found["training"] for speed in row["images_per_second"])
    phases = found["phases"]
    assert phases["forward"] > 0
    assert sum(phases.values()) == pytest.approx(2 * phases["whole step"])
    assert sum(row["share"] for row in found["operators"]) <= 1
    for section in ("classifiers", "segmenters"):
        assert [row["runs"] for row in found[section]] == [1, 2]
        assert all(row["seconds"] > 0 for row in found[section])
    assert all(f"\n{section} (" in done.stdout for section in sections)


def _environment() -> dict[str, str]:
    root = PROGRAM.parents[1]
    return os.environ | {"PYTHONPATH": str(root / "scripts"), "OMP_NUM_THREADS": "1"}

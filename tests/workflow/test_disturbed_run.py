"""A run in which a program was killed leaves nothing half-written, and the next one ends with the same bytes."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil

DEADLINE = 300  # seconds


def kill_while_it_trains(snakemake: subprocess.Popen, log: Path) -> bool:
    """Kill the program that trains the generator once its log shows that it is at work; False if it never did."""
    end = time.monotonic() + DEADLINE
    while snakemake.poll() is None and time.monotonic() < end:
        if log.is_file() and "0%|" in log.read_text(encoding="utf-8"):
            for process in psutil.Process(snakemake.pid).children(recursive=True):
                if "scripts/train_generator.py" in process.cmdline() and "python" in Path(process.exe()).name:
                    process.kill()
                    return True
        time.sleep(0.005)
    return False


def test_a_killed_program_changes_no_byte_of_the_results(first, new_project, first_config):
    project = new_project()
    command = project.command(first_config)
    with (project.folder / "output.txt").open("w", encoding="utf-8") as output:
        snakemake = subprocess.Popen(
            command, cwd=project.folder, env=project.environment(), stdout=output, stderr=subprocess.STDOUT
        )
        killed = kill_while_it_trains(snakemake, project.folder / "results/logs/train_generator/photos.log")
        assert snakemake.wait(timeout=DEADLINE) != 0
    assert killed
    text = (project.folder / "output.txt").read_text(encoding="utf-8")
    assert "Error in rule train_generator" in text

    left = project.hashes()
    assert left.items() <= first.hashes.items()
    assert not [name for name in left if name.startswith("results/generator/")]

    completed = project.run(first_config)
    assert completed.code == 0, completed.text
    assert "prepare_data" not in completed.rules
    assert completed.rules >= {"train_generator", "sample_generator", "train_classifier", "collect_runs"}
    assert project.hashes() == first.hashes
    assert [name for name in first.hashes if name.startswith(("results/tables/", "results/figures/"))]
    assert not list((project.folder / "results").rglob(".partial-*"))

"""A run in which a program was killed leaves nothing half-written, and the next one ends with the same bytes."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import psutil

DEADLINE = 1800  # seconds; a slow machine is no failure
# Figures of the theory use nothing that was disturbed, and take their time.
OMITTED = ("--omit-from", "figure_1", "signal_to_noise", "traditional_bound", "selection_1", "selection_3")
OF_THEORY = re.compile(r"/(figure_1[01]?|signal_to_noise|traditional_bound|selection_[13])[./]")


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
    expected = {name: content for name, content in first.hashes.items() if not OF_THEORY.search(name)}
    command = project.command(first_config, *OMITTED)
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
    assert left.items() <= expected.items()
    assert not [name for name in left if name.startswith("results/generator/")]

    completed = project.run(first_config, *OMITTED)
    assert completed.code == 0, completed.text
    assert "prepare_data" not in completed.rules
    assert completed.rules >= {"train_generator", "sample_generator", "train_classifier", "collect_runs"}
    assert project.hashes() == expected
    made = ("distances/photos.csv", "pilot/photos/in_domain/1of1.csv", "tables/predictions.csv", "figures/figure_8.pdf")
    assert expected.keys() >= {f"results/{name}" for name in made}
    assert not list((project.folder / "results").rglob(".partial-*"))

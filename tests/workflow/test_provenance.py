"""Every figure and table of a run leads back to raw data; what was changed is found, and commands make it again."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pdf_metadata import pdf_title
from PIL import Image
from projects import FIRST, Project

from sweetspot.audit.audit import Part, all_results, audit
from sweetspot.audit.record import read_record, record_path
from sweetspot.audit.remake import commands

CHANGES = 60


@pytest.fixture(scope="module")
def audited(first, tmp_path_factory):
    """The first run, to be disturbed."""
    folder = tmp_path_factory.mktemp("audited") / "project"
    shutil.copytree(first.kept, folder, symlinks=True)
    return folder


def published(folder: Path) -> list[str]:
    files = [file for name in ("figures", "tables") for file in (folder / "results" / name).iterdir()]
    return sorted(file.relative_to(folder).as_posix() for file in files if not file.name.endswith(".provenance.json"))


def test_every_figure_and_table_reaches_raw_data_without_a_gap(audited):
    for path in published(audited):
        found = audit(audited, [path])
        assert found.problems() == [], path
        ends = [node for node in found.nodes.values() if not node.inputs]
        # Raw data, or a program that needs none, such as a simulation.
        assert ends
        for node in ends:
            assert node.part in (Part.RAW, Part.CODE) or (node.record and node.record.code and node.record.libraries)
    whole = audit(audited, ["results/tables/runs.csv"])
    raw = {path for path, node in whole.nodes.items() if node.part == Part.RAW}
    assert {path for path in raw if path.startswith("pictures/")} == {
        file.relative_to(audited).as_posix() for file in (audited / "pictures").rglob("*.png")
    }


def test_every_result_has_a_record_with_the_config_of_the_run(audited):
    for path in all_results(audited):
        record = read_record(audited / path)
        assert record is not None, path
        (config,) = record.workflow_config
        assert json.loads((audited / config).read_text(encoding="utf-8")) == FIRST


def test_changed_bytes_of_a_real_run_are_reported_where_they_are_and_nothing_else(audited):
    found = audit(audited, all_results(audited))
    folders = [path for path, node in found.nodes.items() if (audited / path).is_dir()]
    files = sorted({each.path for each in found.findings()} - set(folders))
    files += [
        file.relative_to(audited).as_posix() for folder in folders for file in (audited / folder).rglob("[!.]*.*")
    ]
    chosen = random.Random(0)
    for name in chosen.sample(files, CHANGES):
        file = audited / name
        before = file.read_bytes()
        changed = bytearray(before or b"?")
        changed[chosen.randrange(len(changed))] ^= chosen.randrange(1, 256)
        file.write_bytes(changed)
        problems = audit(audited, all_results(audited)).problems()
        file.write_bytes(before)
        assert [each.path for each in problems] == [
            next((each for each in folders if name.startswith(f"{each}/")), name)
        ]


def test_figures_carry_the_id_of_their_record(audited):
    for path in published(audited):
        name = read_record(audited / path).id
        if path.endswith(".png"):
            assert Image.open(audited / path).text["Title"] == f"sweetspot record {name}"
        elif path.endswith(".pdf"):
            assert pdf_title(audited / path) == f"sweetspot record {name}"


def test_two_equal_runs_have_equal_ids(audited, new_project):
    again = new_project()
    assert again.run(FIRST, "results/tables/table_2.csv", "figure_1").code == 0
    paths = all_results(again.folder)
    assert "results/figures/figure_1.png" in paths
    for path in paths:
        assert read_record(again.folder / path).id == read_record(audited / path).id


def git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=test", "-c", "user.email=test", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def test_the_commands_of_an_audit_make_a_table_again_byte_for_byte(new_project, tmp_path):
    project = new_project()
    git(project.folder, "init", "--quiet")
    git(project.folder, "add", "--all")
    git(project.folder, "commit", "--quiet", "--message", "all")
    table = "results/tables/runs.csv"
    assert project.run(FIRST, table).code == 0

    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(project.folder), str(clone))
    environment = clone / ".venv"
    environment.mkdir()
    (environment / "bin").symlink_to(Path(sys.executable).parent)
    (environment / "ready").touch()
    script = "\n".join(commands(project.folder, audit(project.folder, [table])))
    done = subprocess.run(
        ["bash", "-euc", script], cwd=clone, env=Project.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / table).read_bytes() == (project.folder / table).read_bytes()


def test_the_command_says_what_is_wrong_and_exits_with_1(audited):
    def sweetspot(*words):
        return subprocess.run(
            [sys.executable, "-c", "from sweetspot.cli import main; main()", "audit", *words],
            cwd=audited, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(audited / "scripts")},
        )  # fmt: skip

    table = audited / "results/tables/runs.csv"
    good = sweetspot("results/tables/runs.csv")
    assert (good.returncode, good.stderr) == (0, "")
    assert "snakemake --cores all --configfile remake.json -- results/tables/runs.csv" in good.stdout
    before = table.read_bytes()
    table.write_bytes(before + b"\n")
    bad = sweetspot("--all", "--json")
    table.write_bytes(before)
    assert bad.returncode == 1
    assert [each["path"] for each in json.loads(bad.stdout)["problems"]] == ["results/tables/runs.csv"]


def test_a_record_that_is_gone_is_missed(audited):
    record = record_path(audited / "results/figures/figure_1.png")
    before = record.read_bytes()
    record.unlink()
    assert [each.path for each in audit(audited, all_results(audited)).problems()] == [
        "results/figures/figure_1.png.provenance.json"
    ]
    record.write_bytes(before)

"""Whole runs of the real Snakefile, in copies of the project, on data sets of a few hundred 8 x 8 images.

One copy is run once with a single task (`first`), then once more with a second task (`grown`); most tests ask that
copy by a dry run what an edit would run again. Another copy is disturbed and must end with the same bytes.
"""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from projects import FIRST, GROWN, Project, Run, copy_project


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder in one process, where tests run in several: they share two long runs."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("workflow"))


@pytest.fixture(scope="session")
def original(tmp_path_factory) -> Project:
    """The project without results; not to be changed."""
    return copy_project(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="session")
def new_project(original, tmp_path_factory):
    """Makes a fresh copy of the project."""

    def make() -> Project:
        folder = tmp_path_factory.mktemp("project")
        shutil.copytree(original.folder, folder, dirs_exist_ok=True)
        return Project(folder)

    return make


@dataclass(frozen=True)
class FirstRun:
    """The first run in a project; `kept` is a copy of it all as it was right after."""

    project: Project
    run: Run
    hashes: dict[str, str]
    changed_ns: dict[str, int]
    kept: Path


@pytest.fixture(scope="session")
def first(new_project, tmp_path_factory) -> FirstRun:
    project = new_project()
    run = project.run(FIRST)
    assert run.code == 0, run.text
    # With Snakemake's own notes, so that a run there finds nothing to do, whatever `project` has become.
    kept = tmp_path_factory.mktemp("kept") / "project"
    shutil.copytree(project.folder, kept, symlinks=True)
    changed = {name: file.stat().st_mtime_ns for name, file in project.results().items()}
    return FirstRun(project, run, project.hashes(), changed, kept)


@dataclass(frozen=True)
class GrownRun:
    """The same project after a second run, with one more task in the config."""

    project: Project
    run: Run


@pytest.fixture(scope="session")
def grown(first) -> GrownRun:
    run = first.project.run(GROWN)
    assert run.code == 0, run.text
    return GrownRun(first.project, run)


@pytest.fixture
def config() -> dict[str, Any]:
    """The config of `grown`, to be changed at will."""
    return copy.deepcopy(GROWN)


@pytest.fixture
def first_config() -> dict[str, Any]:
    """The config of `first`, to be changed at will."""
    return copy.deepcopy(FIRST)

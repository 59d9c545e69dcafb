"""The workflow on a real SLURM cluster, which these tests start and stop; see `tests/support/slurm_cluster.py`.

An undisturbed local run is the reference: whatever happens to the jobs on the cluster, the results have its bytes.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from projects import PHOTOS, Project, copy_project
from slurm_cluster import SlurmCluster, slurm_cluster, why_not
from slurm_projects import SlurmProject

CPU = {"device": "cpu"}  # also where the cluster's nodes happen to have a GPU


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder in one process, where tests run in several: they share the cluster and the reference."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("slurm"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[SlurmCluster]:
    if reason := why_not():
        pytest.skip(reason)
    with slurm_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """Training that takes long enough to be stopped in the middle, and two cells that make an array."""
    photos = copy.deepcopy(PHOTOS)
    photos["generator"] |= {"steps": 200, "compute": CPU}
    photos["classifier"]["compute"] = CPU
    photos["experiments"]["in_domain"] |= {"ratios": [0.5, 1], "budget": {"unit": "steps", "steps": 300}}
    return {"tasks": {"photos": photos}}


@dataclass(frozen=True)
class Reference:
    """The project after an undisturbed local run."""

    project: Project
    hashes: dict[str, str]


@pytest.fixture(scope="session")
def reference(cluster, config, tmp_path_factory) -> Reference:
    project = copy_project(tmp_path_factory.mktemp("reference"))
    done = project.run(config, "results/tables/runs.csv")
    assert done.code == 0, done.text
    return Reference(project, project.hashes())


@pytest.fixture
def project_without(cluster, reference, config, tmp_path) -> Callable[..., SlurmProject]:
    """Makes a copy of the reference in which some folders of results have to be made again."""

    def make(*missing: str) -> SlurmProject:
        shutil.copytree(reference.project.folder, tmp_path / "project")
        for folder in missing:
            shutil.rmtree(tmp_path / "project" / folder)
        return SlurmProject(tmp_path / "project", cluster, config)

    return make

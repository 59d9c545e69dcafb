"""A limit on the jobs of a cluster keeps an array waiting for ever, so the two together are refused at once."""

from __future__ import annotations

import pytest
from projects import FIRST, Project, copy_project

CLUSTER = ("--profile", "slurm")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return copy_project(tmp_path_factory.mktemp("limits"))


@pytest.mark.parametrize("limit", ["--jobs 3", "--resources gpu=2", "--resources mem_mb=8000"])
def test_a_limit_is_refused_beside_arrays(limit, project):
    refused = project.run(FIRST, *CLUSTER, *limit.split())
    assert refused.code != 0
    assert refused.jobs == []
    assert "Traceback" not in refused.text
    assert refused.text.count("WorkflowError") == 1
    assert refused.text.count(f"{limit}: job arrays and a limit do not go together; leave it out") == 1
    assert not (project.folder / "results").exists()

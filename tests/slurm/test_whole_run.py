"""The documented command on a cluster makes the same results as a local run."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from projects import copy_project
from slurm_projects import SlurmProject

CONFIG = Path(__file__).parents[1] / "support/whole_run.yaml"


def test_a_whole_run_on_a_cluster_has_the_bytes_of_a_local_one(cluster, tmp_path):
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    local, remote = (copy_project(tmp_path / place) for place in ("local", "cluster"))
    done = local.run(config)
    assert done.code == 0, done.text

    project = SlurmProject(remote.folder, cluster, config)
    with project.started():
        project.end()
    assert project.hashes() == local.hashes()
    # The figures and tables are made in two jobs; logs of jobs that went well are kept.
    assert len(project.jobs("COMPLETED")) == len(project.slurm_logs())
    assert not re.search("Trying to restart|WARNING", project.output())

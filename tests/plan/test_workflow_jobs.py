"""The jobs of a plan are those that Snakemake would run, and they wait for each other alike."""

from __future__ import annotations

import re

import pytest
from plans import jobs_of
from projects import GROWN, copy_project

from sweetspot.errors import InputError


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("planned"))


def announced(project, content):
    """What a dry run says: rule, needs and GPU of each job; its name is that of its benchmark file."""
    text = project.dry_run(content).text
    jobs, made_by = {}, {}
    for rule, body in re.findall(r"^(?:local)?rule (\w+):\n((?: {4}.*\n)+)", text, re.MULTILINE):
        fields = {"input": "", "output": ""} | dict(re.findall(r"^ {4}(\w+): (.*)$", body, re.MULTILINE))
        if rule == "all":
            continue
        named = fields.get("benchmark", f"results/benchmarks/{rule}.tsv")
        name = named.removeprefix("results/benchmarks/").removesuffix(".tsv")
        gpus = re.search(r"\bgpu=(\d+)", fields["resources"])
        jobs[name] = (rule, fields["input"].split(", "), int(gpus[1]) if gpus else 0)
        made_by |= dict.fromkeys(fields["output"].split(", "), name)
    return {
        name: (rule, {made_by[file] for file in inputs if file in made_by}, gpus)
        for name, (rule, inputs, gpus) in jobs.items()
    }


def planned(content):
    return {job.name: (job.rule, set(job.needs), job.workers if job.gpu else 0) for job in jobs_of(content)}


def test_the_default_config(project, content):
    assert planned(content) == announced(project, content)


def test_curves_single_runs_dealt_pilots_and_processes(project, content):
    digits = content["tasks"]["digits"]
    digits["experiments"]["in_domain"] |= {"runs_per_job": "curve", "pilot": {"runs": 2, "jobs": 3}}
    digits["generator"]["processes"] = 2
    digits["selection"] |= {"architectures": ["cnn", "transformer"], "rules": ["random", "all"], "n": 500}
    phantom = content["tasks"]["phantom"]
    phantom["experiments"]["in_domain"]["runs_per_job"] = 1
    phantom["experiments"]["domain_shift"]["runs_per_job"] = 3
    phantom["generator"]["modalities"] = "apart"
    phantom["sampling"]["qualities"] += ["steps=100"]
    assert planned(content) == announced(project, content)


def test_tasks_of_pictures_and_of_arrays(project, monkeypatch):
    monkeypatch.chdir(project.folder)
    assert planned(GROWN) == announced(project, GROWN)


def test_scans_that_are_not_there(content):
    phantom = content["tasks"]["phantom"]
    phantom["data"] = {"reader": "bids", "path": "nowhere", "modalities": ["T1w", "T2w", "PDw"]}
    jobs = planned(content)
    assert "write_phantom/phantom" not in jobs
    assert jobs["prepare_slices/phantom"][1] == set()


def test_pictures_that_are_not_there_are_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"`tasks.photos.data`: pictures is not here"):
        jobs_of(GROWN)

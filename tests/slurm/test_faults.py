"""What happens to jobs on clusters, done to them for real: the run ends, with the same bytes and without lost work."""

from __future__ import annotations

import contextlib
import re

import pytest

MODEL = "results/generator/photos/model.safetensors"
LOG = "train_generator/photos.log"
CHECKPOINTS = "generator/photos"
STOPPED = "saved and stopped"


@pytest.fixture
def project(project_without):
    """Only the generator is to be trained."""
    return project_without("results/generator")


def requeue(project, job):
    project.cluster.command("scontrol", "requeue", job)


def warn(project, job):
    """SLURM warns a job of which less than two minutes are left; afterwards it may take its time."""
    project.cluster.command("scontrol", "update", f"JobId={job}", "TimeLimit=2")
    project.wait_until(lambda: project.warned() or STOPPED in project.log(LOG), "SLURM warns the program")
    project.go_on()
    project.wait_until(lambda: project.jobs("PENDING"), "the job puts itself back into the queue")
    assert "SLURM warned" in project.log(LOG) or "nearly over" in project.log(LOG)
    project.cluster.command("scontrol", "update", f"JobId={job}", "TimeLimit=60")


def set_node_down(project, job):
    node = project.cluster.command("squeue", "--noheader", "--format=%N", f"--jobs={job}")
    # Drained first, or it is back at once and gets the same job again while that is still ending there.
    project.cluster.command("scontrol", "update", f"NodeName={node}", "State=DRAIN", "Reason=test")
    project.cluster.command("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")
    project.wait_until(lambda: project.jobs("PENDING"), "the job is back in the queue")
    project.wait_until(lambda: project.jobs("RUNNING"), "the job runs on the other node")
    with contextlib.suppress(RuntimeError):  # a node that answers may be back by itself
        project.cluster.command("scontrol", "update", f"NodeName={node}", "State=RESUME")


def lose_node(project, job):
    """The node loses its power: nothing on it can save anything."""
    node = project.cluster.command("squeue", "--noheader", "--format=%N", f"--jobs={job}")
    project.cluster.kill_node(node)
    project.wait_until(lambda: project.jobs("PENDING"), "the job is back in the queue")
    project.cluster.start_node(node)


@pytest.mark.parametrize("fault", [requeue, warn, set_node_down, lose_node])
def test_a_job_that_is_stopped_goes_on_from_its_checkpoint(fault, project, reference):
    with project.started(MODEL):
        fault(project, project.at_work(CHECKPOINTS))
        project.end()
    assert project.resumed_after(LOG) > 0
    assert project.hashes() == reference.hashes


def test_tasks_of_an_array_that_are_stopped_go_on_from_their_checkpoints(project_without, reference):
    project = project_without("results/downstream/photos/in_domain/synthetic", "results/tables")
    with project.started("results/tables/runs.csv"):
        project.at_work("results/downstream")
        tasks = project.jobs("RUNNING")
        for task in tasks:
            assert "_" in task, f"not of an array: {task}"
            requeue(project, task)
        project.end()
    logs = (project.folder / "results/logs/train_classifier/photos/in_domain/synthetic").rglob("*.log")
    assert any("resumed after step" in log.read_text(encoding="utf-8") for log in logs)
    assert project.hashes() == reference.hashes


def test_a_task_of_an_array_waits_for_no_other(project_without, reference):
    """With one second for late files, a task that looked for the results of another would fail."""
    project = project_without("results/downstream/photos/in_domain", "results/tables")
    with project.started("results/tables/runs.csv", "--latency-wait", "1"):
        project.end()
    assert any("_" in task for task in project.jobs("COMPLETED"))
    assert not project.jobs("FAILED")
    assert "Trying to restart" not in project.output()
    assert project.hashes() == reference.hashes


def test_the_same_command_goes_on_after_snakemake_was_killed(project, reference):
    with project.started(MODEL):
        job = project.at_work(CHECKPOINTS)
        project.kill()
    with project.started(MODEL):
        project.end()
    assert f"Cancelling the SLURM jobs {job} of an earlier run" in project.output()
    assert project.jobs("CANCELLED") == [job]
    assert project.resumed_after(LOG) > 0
    assert project.hashes() == reference.hashes


def test_a_job_over_its_memory_is_submitted_again_with_twice_as_much(project, reference):
    rules = project.folder / "rules/generate.smk"
    text = rules.read_text(encoding="utf-8")
    assert "mem_mb=grows(4000)" in text
    rules.write_text(text.replace("mem_mb=grows(4000)", "mem_mb=grows(400)"), encoding="utf-8")
    with project.started(MODEL):
        project.end()
    requests = [int(each) for each in re.findall(r"\bmem_mb=(\d+)", project.output())]
    assert requests[:2] == [400, 800]
    assert len(requests) == 1 + len(project.jobs("FAILED", "OUT_OF_MEMORY", "CANCELLED"))
    assert any("memory limit" in log.read_text(encoding="utf-8") for log in project.slurm_logs())
    assert project.hashes() == reference.hashes

"""Jobs of a config to plan, their benchmark files, and a cost model that is easy to reckon with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sweetspot.load_config import load_workflow
from sweetspot.plan.cost_model import CostModel, Rate
from sweetspot.plan.job import Job
from sweetspot.plan.workflow_jobs import task_sizes, workflow_jobs

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def jobs_of(content: dict[str, Any]) -> list[Job]:
    """The jobs of a config."""
    workflow = load_workflow(content, data_needed=False)
    return workflow_jobs(workflow, task_sizes(workflow))


def simple_model(jobs: Sequence[Job], factor: float = 2.0) -> CostModel:
    """One second for 10^9 operations of a network and for each job without one; no start and no waiting."""
    kinds = {kind: (units, job) for job in jobs for kind, units in job.work.items()}
    rates = {kind: Rate(1e-9 if kind.flops else 1 / units, factor, "a test") for kind, (units, _) in kinds.items()}
    return CostModel(rates, {}, 1.0, 0.0)


def write_benchmark(folder: Path, name: str, seconds: float) -> None:
    """The benchmark file of a job."""
    file = folder / f"{name}.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{HEADER}{seconds}\t0:00:01\t1\t1\t1\t1\t0\t0\t99\t1\n")

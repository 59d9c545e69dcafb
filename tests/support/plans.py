"""Jobs of a config to plan, and a cost model that is easy to reckon with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sweetspot.load_config import load_workflow
from sweetspot.plan.cost_model import CostModel, Rate
from sweetspot.plan.job import Job
from sweetspot.plan.workflow_jobs import task_sizes, workflow_jobs


def jobs_of(content: dict[str, Any]) -> list[Job]:
    """The jobs of a config."""
    workflow = load_workflow(content, data_needed=False)
    return workflow_jobs(workflow, task_sizes(workflow))


def simple_model(jobs: Sequence[Job], factor: float = 2.0) -> CostModel:
    """One second for 10^9 operations of a network and for each job without one; no start and no waiting."""
    kinds = {kind: (units, job) for job in jobs for kind, units in job.work.items()}
    rates = {kind: Rate(1e-9 if kind.flops else 1 / units, factor, "a test") for kind, (units, _) in kinds.items()}
    return CostModel(rates, {}, 1.0, 0.0)

"""The plan of a workflow: what each stage costs, the whole, and one predicted ratio instead of the sweep."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from sweetspot.config.workflow import Workflow
from sweetspot.plan.cost_model import CostModel, Estimate, total
from sweetspot.plan.job import STAGES, Job
from sweetspot.plan.schedule import makespan
from sweetspot.plan.sizes import DataSizes
from sweetspot.plan.workflow_jobs import workflow_jobs

# What a prediction needs; the other stages judge it, or show it.
BEFORE_A_SWEEP = ("data", "generator", "samples", "predictions")


@dataclass(frozen=True)
class Workers:
    """What jobs run on: each holds a core, those with a network a GPU as well if there are any."""

    cores: int
    gpus: int | None = None


@dataclass(frozen=True)
class Cost:
    """Of some jobs: seconds of all of them, by what they hold, from the first start to the last end, and the bytes that
    they write.

    gpu, cpu : seconds of the jobs that ask for a GPU, and of the others.
    """

    jobs: int
    gpu: Estimate
    cpu: Estimate
    wall: Estimate
    bytes_written: float

    @property
    def seconds(self) -> Estimate:
        """Of all jobs, whatever they hold."""
        return self.gpu + self.cpu


@dataclass(frozen=True)
class Plan:
    """Costs by stage, each as if those before were done; of the whole; and of one predicted ratio.

    predicted : of the generator, its samples, the pilots with their predictions, and runs at one ratio only, the median
        of each experiment's; the interval reaches from the smallest ratio to the largest.
    """

    stages: dict[str, Cost]
    whole: Cost
    predicted: Cost


def make_plan(workflow: Workflow, sizes: dict[str, DataSizes], model: CostModel, workers: Workers) -> Plan:
    """The plan of a whole run."""
    jobs = workflow_jobs(workflow, sizes)
    stages = {stage: [job for job in jobs if job.stage == stage] for stage in STAGES}
    return Plan(
        {stage: cost(alone, model, workers) for stage, alone in stages.items() if alone},
        cost(jobs, model, workers),
        _predicted(workflow, sizes, model, workers),
    )


def cost(jobs: Sequence[Job], model: CostModel, workers: Workers) -> Cost:
    """Of some jobs; what they need of others is there."""
    names = {job.name for job in jobs}
    jobs = [dataclasses.replace(job, needs=tuple(name for name in job.needs if name in names)) for job in jobs]
    estimates = {job.name: model.estimate(job) for job in jobs}

    def wall(end: str) -> float:
        taken = {name: getattr(each, end) + model.waiting for name, each in estimates.items()}
        return makespan(jobs, taken, workers.cores, workers.gpus)

    def held(gpu: bool) -> Estimate:
        return total(estimates[job.name] * job.workers for job in jobs if job.gpu == gpu)

    ends = Estimate(wall("seconds"), wall("low"), wall("high"))
    return Cost(len(jobs), held(True), held(False), ends, sum(job.bytes_written for job in jobs))


def _predicted(workflow: Workflow, sizes: dict[str, DataSizes], model: CostModel, workers: Workers) -> Cost:
    """With the median ratio; ends of intervals from the smallest and the largest one."""
    needed = [job for job in workflow_jobs(workflow, sizes) if job.stage in BEFORE_A_SWEEP]
    smallest, median, largest = (
        cost([*needed, *_runs(at_one_ratio(workflow, position), sizes)], model, workers) for position in (0.0, 0.5, 1.0)
    )

    def between(name: str) -> Estimate:
        return Estimate(getattr(median, name).seconds, getattr(smallest, name).low, getattr(largest, name).high)

    return dataclasses.replace(median, gpu=between("gpu"), cpu=between("cpu"), wall=between("wall"))


def _runs(workflow: Workflow, sizes: dict[str, DataSizes]) -> list[Job]:
    return [job for job in workflow_jobs(workflow, sizes) if job.stage == "downstream"]


def at_one_ratio(workflow: Workflow, position: float) -> Workflow:
    """The same workflow with one ratio beside 0 in each experiment, and no real samples added.

    `position` is that of the ratio in the list of them: 0 for the smallest, 1 for the largest.
    """
    tasks = {}
    for name, task in workflow.tasks.items():
        experiments = {}
        for experiment, settings in task.experiments.items():
            one = settings.ratios[round(position * (len(settings.ratios) - 1))]
            experiments[experiment] = settings.model_copy(update={"ratios": (one,), "more_real": False})
        tasks[name] = task.model_copy(update={"experiments": experiments})
    return workflow.model_copy(update={"tasks": tasks})

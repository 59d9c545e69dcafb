"""A job of the workflow, as far as its cost goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The stages of a plan, in the order in which data flow.
STAGES = (
    "data",
    "generator",
    "samples",
    "distances",
    "downstream",
    "predictions",
    "selection",
    "theory",
    "figures and tables",
)


@dataclass(frozen=True, order=True)
class Kind:
    """A kind of work that takes a fixed time for each unit.

    rule : the rule whose program does it first; pilots do the work of a rule that trains.
    flops : floating point operations of the network for one image, which tell one network from another; 0 for work
        that is no network's. A network's unit of work is one operation, other work has units of its own.
    """

    rule: str
    flops: float = 0.0


Work = Mapping[Kind, float]


@dataclass(frozen=True)
class Job:
    """One job.

    name : path of its log under `results/logs` and of its benchmark file under `results/benchmarks`, without their
        endings; table_4 and prediction_costs are not benchmarked.
    needs : names of the jobs whose files it reads.
    work : at most, where early stopping may end it sooner.
    least : the work if every run stops as early as it may; None if it does not depend on that.
    gpu : whether its rule asks for a GPU.
    workers : cores that it holds, and GPUs if it asks for them; its work is what each of them does.
    bytes_written : bytes of its files, but for logs and small tables.
    """

    name: str
    rule: str
    stage: str
    needs: tuple[str, ...] = ()
    work: Work = field(default_factory=dict)
    least: Work | None = None
    gpu: bool = False
    workers: int = 1
    bytes_written: float = 0.0

"""The whole config: all tasks together.

Only the Snakefile and the command `sweetspot` read this module; a program reads its own block.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.fan_out import AllRuns
from sweetspot.config.hyperparameters import Hyperparameters
from sweetspot.config.joint_training import JointTraining
from sweetspot.config.kernel import KernelRegression
from sweetspot.config.segmentation_task import SegmentationTask
from sweetspot.config.segmenter_search import SegmenterSearches
from sweetspot.config.selection import PAPERS_POOLS, Selection
from sweetspot.config.task import check_names

AnyTask = Annotated[ClassificationTask | SegmentationTask, Field(discriminator="kind")]


class Workflow(Block):
    """The config file."""

    tasks: dict[str, AnyTask] = key(REQUIRED, "tasks by name; the name is part of every path and table", min_length=1)
    only: tuple[str, ...] = key(
        (), "names of the tasks to run, the others are left out; empty means all; a single name needs no brackets"
    )
    kernel_regression: KernelRegression = key(
        KernelRegression(), "kernel ridge regression with a generator: figures 1, 5, 6 and table 1"
    )
    joint_training: JointTraining = key(
        JointTraining(), "least squares on real and synthetic data: figures selection_1 and selection_3"
    )

    @field_validator("tasks")
    @classmethod
    def _task_names(cls, tasks: dict[str, AnyTask]) -> dict[str, AnyTask]:
        check_names(tasks)
        return tasks

    @field_validator("only", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, only: Any) -> Any:
        return (only,) if isinstance(only, str) else tuple(only) if isinstance(only, list) else only

    @model_validator(mode="after")
    def _only_names_tasks(self) -> Self:
        for name in self.only:
            if name not in self.tasks:
                raise ValueError(f"`only`: {name!r} is not a task; there are {', '.join(self.tasks)}")
        return self

    def chosen(self) -> Workflow:
        """The same with the tasks that `only` names, in the order of `tasks`."""
        tasks = {name: task for name, task in self.tasks.items() if name in self.only}
        return self.model_copy(update={"tasks": tasks}) if self.only else self

    def tasks_of_kind(self, kind: str) -> list[str]:
        """Names of the tasks of one kind: classification or segmentation."""
        return [name for name, task in self.tasks.items() if task.kind == kind]

    def figures(self) -> list[int]:
        """Numbers of the figures that the tasks have runs for; those of kernel regression are not among them."""
        segmentation = [task for task in self.tasks.values() if task.kind == "segmentation"]
        numbers = [2, 9] if segmentation else []
        if any("domain_shift" in task.experiments for task in segmentation):
            numbers.append(3)
        return sorted(numbers + ([7] if self.tasks_of_kind("classification") else []))

    def selections(self) -> dict[str, Selection]:
        """The comparison of selection rules of each task that has one."""
        found = {name: self.tasks[name].selection for name in self.tasks_of_kind("classification")}
        return {name: selection for name, selection in found.items() if selection}

    def selection_tables(self) -> list[int]:
        """Numbers of the second paper's tables that there are pools for."""
        pools = {pool for settings in self.selections().values() for pool in settings.pools}
        return [number for number, pool in PAPERS_POOLS.items() if pool in pools]

    def all_runs(self, kind: str | None = None) -> AllRuns:
        """The runs of all experiments of all tasks, or of those of one kind, and which of them share a job."""
        return AllRuns(
            experiments={
                name: {experiment: task.fan_out(experiment) for experiment in task.experiments}
                for name, task in self.tasks.items()
                if kind in (None, task.kind)
            }
        )

    def runs_of_figure(self, number: int) -> AllRuns:
        """The runs of the tasks that one of `figures` shows; all of them, as a quality looks alike in all figures."""
        return self.all_runs("classification" if number == 7 else "segmentation")

    def searches(self) -> SegmenterSearches:
        """What table 3 shows."""
        return SegmenterSearches(
            tasks={name: self.tasks[name].searched_segmenter() for name in self.tasks_of_kind("segmentation")}
        )

    def hyperparameters(self) -> Hyperparameters:
        """What table 2 shows."""
        return Hyperparameters(tasks={name: task.hyperparameters() for name, task in self.tasks.items()})


def schema_text() -> str:
    """The JSON schema of the config, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Workflow.model_json_schema()}
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"

"""The whole config: all blocks together, and what must fit between them.

Only the Snakefile and the command `sweetspot` read this module; a program reads its own block.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.classifier import Classifier, ClassifierRuns
from sweetspot.config.data import DataSource, PreparedData, Split
from sweetspot.config.experiment import Experiment
from sweetspot.config.generator import Generator, GeneratorTraining
from sweetspot.config.hyperparameters import Hyperparameters, TaskHyperparameters
from sweetspot.config.kernel import KernelRegression
from sweetspot.config.sampling import Sampling, parse_quality

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


class Task(Block):
    """A data set, its split, a generator, qualities, a downstream model, and experiments."""

    kind: Literal["classification"] = key("classification", "what the downstream model does")
    data: DataSource = key(REQUIRED, "where the images come from")
    split: Split = key(REQUIRED, "sizes of the disjoint parts")
    generator: Generator = key(REQUIRED, "the diffusion model")
    sampling: Sampling = key(REQUIRED, "how synthetic images are drawn")
    classifier: Classifier = key(REQUIRED, "the downstream network")
    experiments: dict[str, Experiment] = key(
        REQUIRED, "sweeps by name; `in_domain` is the one that figure 7 shows", min_length=1
    )

    @field_validator("experiments")
    @classmethod
    def _in_domain_is_there(cls, experiments: dict[str, Experiment]) -> dict[str, Experiment]:
        _check_names(experiments)
        if "in_domain" not in experiments:
            raise ValueError("one experiment must be named `in_domain`: figure 7 shows it")
        return experiments

    @model_validator(mode="after")
    def _blocks_fit(self) -> Task:
        self._check_qualities()
        for name, experiment in self.experiments.items():
            where = f"`experiments.{name}"
            if experiment.n_real > self.split.train:
                raise ValueError(
                    f"{where}.n_real`: {experiment.n_real} real images are asked for, and `split.train` has "
                    f"{self.split.train}"
                )
            needed = round(experiment.ratios[-1] * experiment.n_real)
            if needed > self.sampling.images:
                raise ValueError(
                    f"{where}.ratios`: ratio {experiment.ratios[-1]:g} needs {needed} synthetic images, and "
                    f"`sampling.images` is {self.sampling.images}"
                )
            unknown = sorted(set(experiment.qualities) - set(self.sampling.qualities))
            if unknown:
                raise ValueError(
                    f"{where}.qualities`: `{unknown[0]}` is not in `sampling.qualities`, which has "
                    f"{', '.join(self.sampling.qualities)}"
                )
        return self

    def _check_qualities(self) -> None:
        timesteps, solver_steps = self.generator.timesteps, self.sampling.solver_steps
        if timesteps % solver_steps:
            raise ValueError(
                f"`sampling.solver_steps`: {solver_steps} does not divide `generator.timesteps`, which is {timesteps}"
            )
        stride = timesteps // solver_steps
        for name in self.sampling.qualities:
            quality = parse_quality(name)
            if quality.t % stride or quality.t >= timesteps:
                raise ValueError(
                    f"`sampling.qualities`: `{name}` stops at t={quality.t}; with {solver_steps} solver steps of "
                    f"{timesteps} timesteps the chain can stop at multiples of {stride} below {timesteps}"
                )
            if quality.steps and quality.steps > self.generator.steps:
                raise ValueError(
                    f"`sampling.qualities`: `{name}` asks for a checkpoint after {quality.steps} steps, and "
                    f"`generator.steps` is {self.generator.steps}"
                )

    def generator_training(self) -> GeneratorTraining:
        """The training stage's own part: the generator and the steps whose weights are kept."""
        asked = {parse_quality(name).steps or self.generator.steps for name in self.sampling.qualities}
        return GeneratorTraining(generator=self.generator, snapshots=tuple(sorted(asked | {self.generator.steps})))

    def prepared_data(self) -> PreparedData:
        """The data stage's own part."""
        return PreparedData(data=self.data, split=self.split)

    def classifier_runs(self, experiment: str) -> ClassifierRuns:
        """What each cell of an experiment depends on."""
        chosen = self.experiments[experiment]
        return ClassifierRuns(
            classifier=self.classifier, budget=chosen.budget, n_real=chosen.n_real, seeds=chosen.seeds
        )

    def more_real_ratios(self, experiment: str) -> list[float]:
        """The ratios at which the training part still has enough real images."""
        settings = self.experiments[experiment]
        if not settings.more_real:
            return []
        room = self.split.train - settings.n_real
        return [ratio for ratio in settings.ratios if round(ratio * settings.n_real) <= room]

    def cells(self, experiment: str) -> list[tuple[str, str, float]]:
        """The cells of an experiment: (arm, quality, ratio); the quality is empty for real data."""
        settings = self.experiments[experiment]
        qualities = settings.qualities or self.sampling.qualities
        return [
            ("real_only", "", 0.0),
            *(("more_real", "", ratio) for ratio in self.more_real_ratios(experiment)),
            *(("synthetic", quality, ratio) for quality in qualities for ratio in settings.ratios),
        ]


class Workflow(Block):
    """The config file."""

    tasks: dict[str, Task] = key(REQUIRED, "tasks by name; the name is part of every path and table", min_length=1)
    kernel_regression: KernelRegression = key(
        KernelRegression(), "kernel ridge regression with a generator: figures 1, 5, 6 and table 1"
    )

    def hyperparameters(self) -> Hyperparameters:
        """What table 2 shows."""
        blocks = TaskHyperparameters.model_fields
        return Hyperparameters(
            tasks={
                name: TaskHyperparameters(**{block: getattr(task, block) for block in blocks})
                for name, task in self.tasks.items()
            }
        )

    @field_validator("tasks")
    @classmethod
    def _task_names(cls, tasks: dict[str, Task]) -> dict[str, Task]:
        _check_names(tasks)
        return tasks


def _check_names(names: dict[str, Any]) -> None:
    for name in names:
        if not re.fullmatch(NAME, name):
            raise ValueError(f"`{name}` cannot be a name: use letters, digits, `_` and `-`, as it becomes a path")


def schema_text() -> str:
    """The JSON schema of the config, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Workflow.model_json_schema()}
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"

"""What tasks of all kinds share: a generator with its qualities, experiments, and what must fit between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.diffusion import Diffusion
from sweetspot.config.experiment import Experiment
from sweetspot.config.fan_out import Curve, FanOut, parse_share
from sweetspot.config.measure import Measure
from sweetspot.config.pilot import PredictionInputs
from sweetspot.config.sampling import Sampling, parse_quality

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


def check_names(names: Mapping[str, Any]) -> None:
    """Refuse names that cannot be part of a path."""
    for name in names:
        if not re.fullmatch(NAME, name):
            raise ValueError(f"`{name}` cannot be a name: use letters, digits, `_` and `-`, as it becomes a path")


class Task(Block):
    """A generator, qualities and experiments; each kind of task adds its data and its downstream model."""

    generator: Diffusion = key(REQUIRED, "the diffusion model")
    sampling: Sampling = key(REQUIRED, "how synthetic images are drawn")
    measure: Measure = key(Measure(), "how distances between real and synthetic images are measured")
    experiments: Mapping[str, Experiment] = key(
        REQUIRED, "sweeps by name; `in_domain` is the one that figures 2 and 7 show", min_length=1
    )

    @field_validator("experiments")
    @classmethod
    def _in_domain_is_there(cls, experiments: Mapping[str, Experiment]) -> Mapping[str, Experiment]:
        check_names(experiments)
        if "in_domain" not in experiments:
            raise ValueError("one experiment must be named `in_domain`: figures 2 and 7 show it")
        return experiments

    @model_validator(mode="after")
    def _blocks_fit(self) -> Task:
        self.check_sizes()
        self._check_qualities()
        for name, experiment in self.experiments.items():
            where = f"`experiments.{name}"
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

    def check_sizes(self) -> None:
        """Refuse experiments that the data of this kind of task cannot fill."""

    def _check_qualities(self) -> None:
        timesteps, solver_steps = self.generator.timesteps, self.sampling.solver_steps
        if timesteps % solver_steps:
            raise ValueError(
                f"`sampling.solver_steps`: {solver_steps} does not divide `generator.timesteps`, which is {timesteps}"
            )
        stride = timesteps // solver_steps
        for name, asked in self.sampled_qualities().items():
            quality = parse_quality(name)
            if quality.t % stride or quality.t >= timesteps:
                raise ValueError(
                    f"`{asked}`: `{name}` stops at t={quality.t}; with {solver_steps} solver steps of "
                    f"{timesteps} timesteps the chain can stop at multiples of {stride} below {timesteps}"
                )
            if quality.steps and quality.steps > self.generator.steps:
                raise ValueError(
                    f"`{asked}`: `{name}` asks for a checkpoint after {quality.steps} steps, and "
                    f"`generator.steps` is {self.generator.steps}"
                )

    def sampled_qualities(self) -> dict[str, str]:
        """The qualities to sample, each with the key that asks for it."""
        return dict.fromkeys(self.sampling.qualities, "sampling.qualities")

    def chains(self) -> dict[str, Sampling]:
        """The reverse chains of all qualities to sample; `sampling.chains()` are those of `sampling.qualities`."""
        return self.sampling.model_copy(update={"qualities": tuple(self.sampled_qualities())}).chains()

    def snapshots(self) -> tuple[int, ...]:
        """The optimiser steps of the generator whose weights are kept."""
        asked = {parse_quality(name).steps or self.generator.steps for name in self.sampled_qualities()}
        return tuple(sorted(asked | {self.generator.steps}))

    def real_curves(self, experiment: str) -> dict[str, list[float]]:
        """The arms that add real samples, each with the ratios at which it is run."""
        return {}

    def fan_out(self, experiment: str) -> FanOut:
        """All runs of an experiment, and which of them share a job."""
        settings = self.experiments[experiment]
        qualities = settings.qualities or self.sampling.qualities
        real = {"real_only": [0.0], **self.real_curves(experiment)}
        curves = [
            *(Curve(arm=arm, quality="", ratios=tuple(ratios)) for arm, ratios in real.items() if ratios),
            *(Curve(arm="synthetic", quality=quality, ratios=settings.ratios) for quality in qualities),
        ]
        return FanOut(curves=tuple(curves), seeds=settings.seeds, runs_per_job=settings.runs_per_job)

    def shared_runs(self, experiment: str, share: str) -> dict[str, object]:
        """What the jobs of an experiment depend on in all kinds of tasks; `share` is the name of one of them."""
        settings = self.experiments[experiment]
        seeds = parse_share(share)[1] or range(settings.seeds)
        return {"budget": settings.budget, "n_real": settings.n_real, "first_seed": seeds[0], "seeds": len(seeds)}

    def pilot_runs(self, experiment: str) -> dict[str, object]:
        """What the pilots of all kinds of tasks depend on: the keys of `PilotRuns`."""
        settings = self.experiments[experiment]
        return {
            "budget": settings.budget,
            "n_real": settings.n_real,
            "qualities": settings.qualities or self.sampling.qualities,
            "ratios": settings.pilot.ratios or settings.ratios,
            "runs": settings.pilot.runs,
            "first_seed": settings.seeds,
        }

    def prediction(self, experiment: str) -> PredictionInputs:
        """What the prediction of the ratios of an experiment depends on, beside its pilot."""
        settings = self.experiments[experiment]
        return PredictionInputs(
            n_real=settings.n_real,
            qualities=settings.qualities or self.sampling.qualities,
            largest_ratio=settings.ratios[-1],
            real=getattr(settings, "real", "target"),
        )

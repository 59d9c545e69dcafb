"""The `experiments` block: which runs to make."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.fan_out import RUNS_PER_JOB_HELP, RunsPerJob
from sweetspot.config.pilot import Pilot

PAPER = "paper 1, Section 6 (CIFAR-10 classification)"
PAPER_LESIONS = "paper 1, Section 6 (MS lesion segmentation)"


class Experiment(Block):
    """One sweep over ratios and qualities."""

    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(
        REQUIRED,
        "real images in the training set at ratio 0",
        unit="images",
        ge=4,  # fewer leave the predictions nothing to fit
        source=PAPER,
        paper=500,
    )
    ratios: tuple[float, ...] = key(
        REQUIRED,
        "added images per real image; 0, real data only, is always run",
        min_length=1,
        source=PAPER,
        paper=[0.5, 1, 3, 9],
    )
    seeds: int = key(REQUIRED, "runs of each cell, with seeds 0, 1, ...", unit="runs", ge=2, le=10_000)
    qualities: tuple[str, ...] = key((), "qualities to run, of those in `sampling`; empty means all of them")
    more_real: bool = key(True, "also add real images instead of synthetic ones, as far as the training part goes")
    runs_per_job: RunsPerJob = key("cell", RUNS_PER_JOB_HELP)
    pilot: Pilot = key(Pilot(), "the few runs from which the best ratio is predicted")

    @field_validator("ratios")
    @classmethod
    def _usable(cls, ratios: tuple[float, ...]) -> tuple[float, ...]:
        if min(ratios) < 0:
            raise ValueError(f"a ratio must be 0 or more, and {min(ratios):g} is not")
        if max(ratios) > 1e6:
            raise ValueError(f"a ratio must be at most 1000000, and {max(ratios):g} is not")
        if len(set(ratios)) < len(ratios):
            raise ValueError("a ratio stands twice; list each once")
        for ratio in ratios:
            if float(f"{ratio:g}") != ratio:
                raise ValueError(f"{ratio!r} has too many digits for the name of a file; write {ratio:g}")
        added = tuple(sorted(ratio for ratio in ratios if ratio > 0))
        if not added:
            raise ValueError("at least one ratio must be greater than 0")
        return added

    @field_validator("qualities")
    @classmethod
    def _distinct(cls, qualities: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(qualities)) < len(qualities):
            raise ValueError("a quality stands twice; list each once")
        return qualities

    @model_validator(mode="after")
    def _ratios_add_something(self) -> Experiment:
        if round(self.ratios[0] * self.n_real) < 1:
            raise ValueError(
                f"`ratios`: {self.ratios[0]:g} times `n_real` {self.n_real} rounds to no image; use a larger ratio"
            )
        return self

    @model_validator(mode="after")
    def _pilot_stays_within(self) -> Experiment:
        if self.pilot.ratios and self.pilot.ratios[-1] > self.ratios[-1]:
            raise ValueError(
                f"`pilot.ratios`: {self.pilot.ratios[-1]:g} is above the largest of `ratios`, {self.ratios[-1]:g}"
            )
        if self.pilot.ratios and round(self.pilot.ratios[0] * self.n_real) < 1:
            raise ValueError(
                f"`pilot.ratios`: {self.pilot.ratios[0]:g} times `n_real` {self.n_real} rounds to no sample; use a "
                "larger ratio"
            )
        return self

    def real_ratios(self, room: int | None) -> list[float]:
        """The ratios at which real images are added too: those for which `room` more suffice, all if None."""
        if not self.more_real:
            return []
        return [ratio for ratio in self.ratios if room is None or round(ratio * self.n_real) <= room]


class SegmentationExperiment(Experiment):
    """One sweep over ratios and qualities with slices of brain scans."""

    real: Literal["target", "source"] = key(
        "target",
        "domain of the real slices at ratio 0: the one that is tested on, or, for domain shift, the other one; either "
        "way, weights are chosen on the target's labelled validation part, for every arm",
        source=PAPER_LESIONS,
    )
    n_real: int = key(REQUIRED, "real slices in the training set at ratio 0", unit="slices", ge=4)
    ratios: tuple[float, ...] = key(
        REQUIRED,
        "added slices per real slice; 0, real data only, is always run",
        min_length=1,
        source=PAPER_LESIONS,
        paper="0.25 to 8",
    )
    more_real: bool = key(
        True,
        "also add real slices instead of synthetic ones; under domain shift, of the source and of the target. The "
        "parts must have enough of them at every ratio",
    )

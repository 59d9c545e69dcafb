"""The `sampling` block: how images are drawn from the generator, and at which qualities.

A **quality** is a named way of making the samples worse. Its name is its definition: settings joined by `+`, such as
`noise=0.5`, `t=50`, `steps=80` or `steps=80+noise=0.5`. `noise=0` leaves the samples as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key

QUALITY_HELP = (
    "a quality is one or more of noise=VARIANCE (added Gaussian noise, 0 or more), t=TIMESTEP (stop of the reverse "
    "chain, 0 or more), steps=STEPS (an earlier checkpoint of the generator, 1 or more), truncation=BOUND (starting "
    "noise cut off at this many standard deviations, more than 0), joined by `+`"
)


class Quality(Block):
    """One setting of the generator, parsed from its name by `parse_quality`."""

    noise: float = key(0.0, "variance of the Gaussian noise added to the samples", ge=0, source="paper 1, Section 6")
    t: int = key(0, "diffusion timestep at which the reverse chain stops", ge=0, source="paper 1, Section 6")
    steps: int | None = key(None, "optimiser steps of the generator's checkpoint; all of them if absent", ge=1)
    truncation: float | None = key(
        None,
        "the starting noise is a normal truncated to [-truncation, truncation]; not truncated if absent",
        gt=0,
    )

    @property
    def chain(self) -> str:
        """Name of the reverse chain that the quality is taken from; qualities with equal names share it."""
        parts = [f"steps={self.steps}"] if self.steps else []
        parts += [f"truncation={self.truncation:g}"] if self.truncation else []
        return "+".join(parts) or "full"


def parse_quality(name: str) -> Quality:
    """The settings that a quality's name spells out.

    Raises
    ------
    ValueError : the name is not a quality, or not its canonical spelling; the message says what is allowed.
    """
    types = {"noise": float, "t": int, "steps": int, "truncation": float}
    settings: dict[str, float | int] = {}
    try:
        for part in name.split("+"):
            setting, value = part.split("=")
            if setting in settings:
                raise ValueError
            number = settings[setting] = types[setting](value)
            if (f"{number:g}" if types[setting] is float else f"{number}") != value:
                raise ValueError
        return Quality(**settings)
    except (ValueError, KeyError):
        raise ValueError(f"`{name}` is not a quality: {QUALITY_HELP}; numbers in their shortest form") from None


def mechanisms(names: Iterable[str]) -> dict[str, list[str]]:
    """The qualities of each single way of making samples worse, from the best to the worst.

    A quality that leaves the samples as they are stands first in each; one that mixes two ways stands in none.
    """
    badness = {
        "noise": lambda quality: quality.noise,
        "t": lambda quality: quality.t,
        "steps": lambda quality: -(quality.steps or math.inf),
        "truncation": lambda quality: -(quality.truncation or math.inf),
    }
    members = {name: parse_quality(name) for name in names}
    groups = {}
    for setting, order in badness.items():
        alone = {
            name: quality
            for name, quality in members.items()
            if quality.model_copy(update={setting: Quality.model_fields[setting].default}) == Quality()
        }
        if any(quality != Quality() for quality in alone.values()):
            groups[setting] = sorted(alone, key=lambda name: order(alone[name]))
    return groups


class Sampling(Block):
    """Drawing the synthetic pool."""

    solver: Literal["ddpm", "ddim", "dpmsolver++"] = key(
        "ddim", "how the reverse process is integrated: ancestral (ddpm), DDIM, or DPM-Solver++"
    )
    solver_steps: int = key(
        20, "network evaluations for one image; a divisor of the generator's `timesteps`", unit="steps", ge=1
    )
    eta: float = key(1.0, "DDIM only: 0 is deterministic, 1 adds as much noise as ancestral sampling", ge=0, le=1)
    images: int = key(
        REQUIRED,
        "size of the synthetic pool of each quality, balanced over the classes",
        unit="images",
        ge=1,
        le=100_000_000,
    )
    batch_size: int = key(500, "images sampled together", unit="images", ge=1)
    seed: int = key(0, "names the streams of the starting noise and of the noise inside the chain", ge=0)
    qualities: tuple[str, ...] = key(
        REQUIRED,
        QUALITY_HELP,
        min_length=1,
        source="paper 1, Section 6",
        paper=["noise=0", "noise=0.5", "noise=1"],
    )

    @field_validator("qualities")
    @classmethod
    def _known_and_distinct(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(map(parse_quality, names))) < len(names):
            raise ValueError("two qualities are the same setting; list each once")
        return names

    @model_validator(mode="after")
    def _eta_has_meaning(self) -> Sampling:
        if self.solver != "ddim" and self.eta != 1.0:
            raise ValueError(f"`eta` belongs to the solver `ddim`; leave it out for `{self.solver}`")
        return self

    def chains(self) -> dict[str, Sampling]:
        """The reverse chains: for each, these settings with only the qualities that are taken from it."""
        members: dict[str, list[str]] = {}
        for name in self.qualities:
            members.setdefault(parse_quality(name).chain, []).append(name)
        return {chain: self.model_copy(update={"qualities": tuple(names)}) for chain, names in members.items()}

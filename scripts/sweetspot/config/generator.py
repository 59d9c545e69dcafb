"""The `generator` block of a classification task: the class-conditional diffusion model and its training."""

from __future__ import annotations

from pydantic import model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.diffusion import Diffusion


class Generator(Diffusion):
    """A denoising diffusion model (DDPM) with the class as condition."""

    channels: tuple[int, ...] = key(
        (16, 32),
        "feature channels at each resolution, from full size down",
        unit="channels",
        min_length=1,
    )
    layers_per_block: int = key(1, "ResNet blocks at each resolution", unit="blocks", ge=1)
    attention: tuple[bool, ...] = key(
        (), "self-attention at each resolution, one entry per entry of `channels`; empty means nowhere"
    )

    @model_validator(mode="after")
    def _widths_fit(self) -> Generator:
        self.check_widths(self.channels)
        if self.attention and len(self.attention) != len(self.channels):
            raise ValueError(
                f"`attention`: it has {len(self.attention)} entries and needs none, or one for each of the "
                f"{len(self.channels)} entries of `channels`"
            )
        return self


class GeneratorTraining(Block):
    """What the training stage depends on: the generator, and the steps whose weights are kept."""

    generator: Generator = key(REQUIRED, "the model and its training")
    snapshots: tuple[int, ...] = key(REQUIRED, "optimiser steps at which the weights are kept, ascending")

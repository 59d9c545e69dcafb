"""The `compute` block of each network: the device it computes on, in which precision, and how reproducibly."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sweetspot.config.block import Block, key

PRECISION_HELP = (
    "autocast type; `auto` is bf16 on a CUDA GPU that has it and full precision elsewhere; fp16 needs a GPU, and the "
    "loss is scaled"
)


class Compute(Block):
    """Device, precision and compilation of a network, in training and wherever it is used."""

    device: Literal["auto", "cpu", "cuda", "mps"] = key(
        "auto", "`auto` is a CUDA GPU where there is one, else Apple's (mps), else the CPU"
    )
    precision: Literal["auto", "full", "bf16", "fp16"] = key("full", PRECISION_HELP)
    compile: bool = key(False, "compile the network with torch.compile: minutes at the start, faster steps on a GPU")
    deterministic: bool = key(
        True, "on a GPU: only algorithms that give the same bytes again; false allows faster ones, chosen by timing"
    )

    @model_validator(mode="after")
    def _there_is_a_scaler(self) -> Compute:
        if self.precision == "fp16" and self.device == "cpu":
            raise ValueError("`precision`: fp16 needs a GPU; use `auto`, `bf16` or `full` on the CPU")
        return self


class GeneratorCompute(Compute):
    """The same of a generator, whose samples need no more than bf16."""

    precision: Literal["auto", "full", "bf16", "fp16"] = key("auto", PRECISION_HELP)

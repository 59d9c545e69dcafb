"""The `compute` block of each network: the device it computes on, in which precision, and how reproducibly."""

from __future__ import annotations

from typing import Literal

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


class GeneratorCompute(Compute):
    """The same of a generator, whose samples need no more than bf16."""

    precision: Literal["auto", "full", "bf16", "fp16"] = key("auto", PRECISION_HELP)

"""The `generator` block of a segmentation task: the mask-conditional diffusion model and its training."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.diffusion import Diffusion

PAPER = "paper 1, Section 6 (MS lesion segmentation)"


class MaskGenerator(Diffusion):
    """A diffusion model (DDPM) of slices, with the mask of tissues and lesions as condition."""

    modalities: Literal["apart", "together"] = key(
        "apart", "one network for each modality, or one for all as channels of one image", source=PAPER
    )
    channels: tuple[int, ...] = key(
        (64, 128, 256, 512), "feature channels of each stage, from full size down", min_length=1, source=PAPER
    )
    blocks_per_stage: int = key(2, "ResNet blocks of each stage and of the bottleneck", ge=1, source=PAPER)
    input_kernel: Literal[3, 7] = key(7, "size of the first convolution", unit="pixels", source=PAPER)
    linear_attention: tuple[bool, ...] = key(
        (), "linear attention at the end of each stage, one entry per entry of `channels`; empty means everywhere"
    )
    attention_heads: int = key(4, "heads of the linear attention", ge=1)
    attention_head_channels: int = key(32, "channels of each head", unit="channels", ge=1)
    patch: int = key(
        1,
        "the network sees patch x patch pixels as channels of one pixel; 1 for full resolution, 2 for several times "
        "the speed",
        unit="pixels",
        ge=1,
    )
    timesteps: int = key(600, "diffusion steps T of the forward process", unit="steps", ge=2, source=PAPER)
    prediction: Literal["v_prediction", "epsilon"] = key(
        "epsilon", "what the network predicts: the velocity v or the noise epsilon", source=PAPER
    )
    batch_size: int = key(16, "slices in a batch", unit="slices", ge=1)
    learning_rate: float = key(1e-4, "peak learning rate of AdamW", gt=0)
    steps: int = key(REQUIRED, "optimiser steps", unit="steps", ge=1)
    horizontal_flip: bool = key(True, "mirror each slice with its mask, left to right, with probability 1/2")

    @model_validator(mode="after")
    def _network_fits(self) -> MaskGenerator:
        self.check_widths(self.channels)
        if self.linear_attention and len(self.linear_attention) != len(self.channels):
            raise ValueError(
                f"`linear_attention`: it has {len(self.linear_attention)} entries and needs none, or one for each of "
                f"the {len(self.channels)} entries of `channels`"
            )
        return self

    def networks(self, modalities: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
        """The networks to train: for each its name, which is part of paths, and the image channels that it makes."""
        if self.modalities == "apart":
            return {name: (channel,) for channel, name in enumerate(modalities)}
        return {"+".join(modalities): tuple(range(len(modalities)))}


class MaskGeneratorTraining(Block):
    """What the training of one network depends on."""

    generator: MaskGenerator = key(REQUIRED, "the model and its training")
    snapshots: tuple[int, ...] = key(REQUIRED, "optimiser steps at which the weights are kept, ascending")
    network: str = key(REQUIRED, "name of the network, as in `MaskGenerator.networks`")
    image_channels: tuple[int, ...] = key(REQUIRED, "channels of the stored images that it makes", min_length=1)

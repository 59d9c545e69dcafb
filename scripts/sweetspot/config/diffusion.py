"""What the `generator` blocks of all tasks share: the diffusion process and the training of its network."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sweetspot.config.block import Block, key
from sweetspot.config.compute import GeneratorCompute


class Diffusion(Block):
    """A denoising diffusion model (DDPM) and its training."""

    norm_groups: int = key(8, "groups of the group normalisation; divides every entry of `channels`", ge=1)
    timesteps: int = key(200, "diffusion steps T of the forward process", unit="steps", ge=2)
    noise_schedule: Literal["squaredcos_cap_v2", "linear"] = key("squaredcos_cap_v2", "the schedule of beta_t")
    prediction: Literal["v_prediction", "epsilon"] = key(
        "v_prediction", "what the network predicts: the velocity v or the noise epsilon"
    )
    steps: int = key(1000, "optimiser steps", unit="steps", ge=1)
    batch_size: int = key(64, "images in a batch", unit="images", ge=1)
    learning_rate: float = key(3e-3, "peak learning rate of AdamW", gt=0)
    weight_decay: float = key(0.01, "decoupled weight decay of AdamW", ge=0)
    gradient_clip: float = key(1.0, "largest L2 norm of the gradient; a larger one is scaled down to it", gt=0)
    warmup_steps: int = key(50, "steps of linear warm-up before the cosine decay to 0", unit="steps", ge=0)
    ema_decay: float = key(
        0.99,
        "largest decay of the exponential moving average of the weights; at step s it is at most (1+s)/(10+s)",
        ge=0,
        lt=1,
    )
    horizontal_flip: bool = key(False, "mirror each training image with probability 1/2")
    processes: int = key(
        1,
        "processes that train together, on a GPU each; each takes an equal share of every batch",
        unit="processes",
        ge=1,
    )
    compute: GeneratorCompute = key(GeneratorCompute(), "device and precision, of sampling too")
    log_every: int = key(10, "steps averaged into one row of the loss curve", unit="steps", ge=1)
    seed: int = key(0, "names the streams of initial weights, batches and noise", ge=0)

    @model_validator(mode="after")
    def _batch_can_be_shared(self) -> Diffusion:
        if self.batch_size % self.processes:
            raise ValueError(
                f"`processes`: `batch_size`, which is {self.batch_size}, must be a multiple of it, and it is "
                f"{self.processes}"
            )
        return self

    def check_widths(self, channels: tuple[int, ...]) -> None:
        """Refuse channels that the group normalisation cannot divide."""
        if any(width < 1 or width % self.norm_groups for width in channels):
            raise ValueError(
                f"`channels`: each entry of {list(channels)} must be a positive multiple of `norm_groups`, "
                f"which is {self.norm_groups}"
            )

"""In which precision a diffusion model computes, in training and in sampling alike."""

from __future__ import annotations

from typing import Literal

import torch

from sweetspot.config.diffusion import Diffusion


def precision(config: Diffusion) -> Literal["no", "bf16"]:
    """The autocast type on this machine, in the words of accelerate; "no" is full precision."""
    if config.mixed_precision != "auto":
        return {"full": "no", "bf16": "bf16"}[config.mixed_precision]
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "no"


def autocast(config: Diffusion, device: torch.device) -> torch.autocast:
    """A context in which networks on `device` compute in that precision; what they return may be of it."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision(config) == "bf16")

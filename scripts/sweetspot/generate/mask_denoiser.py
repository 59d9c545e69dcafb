"""The mask-conditional denoising network of one or more modalities, built and read back."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from sweetspot.config.mask_generator import MaskGeneratorTraining
from sweetspot.errors import InputError
from sweetspot.generate.unet import MaskUNet
from sweetspot.snapshots import load_snapshot
from sweetspot.streams import stream_seed


def stream_name(network: str) -> str:
    """First part of the names of all random streams of a network, so that networks of a task differ."""
    return f"generator/{network}"


def build_mask_denoiser(training: MaskGeneratorTraining, mask_channels: int, size: tuple[int, int]) -> MaskUNet:
    """The network; initial weights from the seed's own stream.

    Parameters
    ----------
    size : (height, width) of the images.

    Raises
    ------
    InputError : height or width cannot be divided as often as the network does.
    """
    config = training.generator
    divisor = config.patch * 2 ** (len(config.channels) - 1)
    if size[0] % divisor or size[1] % divisor:
        raise InputError(
            f"config keys `generator.channels`, with {len(config.channels)} stages, and `generator.patch`, which is "
            f"{config.patch}, need slices whose height and width are multiples of {divisor}, and `slices.size` is "
            f"{size[0]} x {size[1]}; change one of them"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(f"{stream_name(training.network)}/initial weights", config.seed))
        denoiser = MaskUNet(config, len(training.image_channels), mask_channels)
    return denoiser.to(memory_format=torch.channels_last)


def load_mask_denoiser(path: str | Path, step: int | None = None) -> tuple[MaskUNet, MaskGeneratorTraining]:
    """Read the network with the weights kept at `step` (the last ones if None), in evaluation mode.

    Raises
    ------
    InputError : see `load_snapshot`.
    """
    weights, description = load_snapshot(path, step)
    training = MaskGeneratorTraining.model_validate_json(json.dumps(description["training"]))
    denoiser = build_mask_denoiser(training, description["mask_channels"], tuple(description["size"]))
    denoiser.load_state_dict(weights)
    return denoiser.eval().requires_grad_(False), training

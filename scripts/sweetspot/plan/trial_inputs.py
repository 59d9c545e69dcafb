"""What the networks of trials are called on: random images, conditions, and untrained generators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweetspot.config.diffusion import Diffusion
from sweetspot.config.generator import Generator
from sweetspot.config.mask_generator import MaskGenerator, MaskGeneratorTraining
from sweetspot.data.slice_set import LESION, MASK_CHANNELS, SliceSet
from sweetspot.streams import numpy_stream

if TYPE_CHECKING:
    import torch


def random_images(shape: tuple[int, ...]) -> np.ndarray:
    """Images of standard normal numbers."""
    return numpy_stream("trial", 0).standard_normal(shape, dtype=np.float32)


def balanced_conditions(n: int, shape: tuple[int, int, int], classes: int) -> np.ndarray:
    """Of `n` images: every class in turn, or empty masks where there are no classes."""
    return np.arange(n) % classes if classes else np.zeros((n, len(MASK_CHANNELS), *shape[1:]), np.uint8)


def untrained_denoiser(config: Diffusion, shape: tuple[int, int, int], classes: int) -> torch.nn.Module:
    """The network of a generator with a class as its condition, or with masks where there are no classes."""
    if isinstance(config, MaskGenerator):
        from sweetspot.generate.mask_denoiser import build_mask_denoiser

        channels = tuple(range(shape[0]))
        training = MaskGeneratorTraining(generator=config, snapshots=(1,), network="trial", image_channels=channels)
        return build_mask_denoiser(training, len(MASK_CHANNELS), shape[1:])
    from sweetspot.generate.denoiser import build_denoiser

    assert isinstance(config, Generator)
    return build_denoiser(config, shape, classes)


def lesion_slices(n: int, shape: tuple[int, int, int]) -> SliceSet:
    """Random slices, each with a small lesion."""
    masks = np.zeros((n, LESION + 1, *shape[1:]), np.uint8)
    masks[:, LESION, :2, :2] = 1
    return SliceSet(random_images((n, *shape)), masks, np.full(n, ""))

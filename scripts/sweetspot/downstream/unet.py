"""The downstream segmenter of the first paper: a vanilla U-Net with one output, the logit of a lesion."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn.functional import max_pool2d

from sweetspot.config.segmenter import Segmenter
from sweetspot.errors import InputError
from sweetspot.streams import torch_stream


class UNet(nn.Module):
    """U-Net of Ronneberger et al. (MICCAI 2015) with padded convolutions (paper 1, Section 6).

    Each level has two 3 x 3 convolutions with ReLU; between levels 2 x 2 max pooling on the way down and a 2 x 2
    transposed convolution on the way up, whose result is joined to the level's own features from the way down. A 1 x 1
    convolution gives the logit.

    Weights are Kaiming uniform, U(-b, b) with b = sqrt(6 / fan in), drawn from the seed's own stream; fan in is the
    number of inputs of one output, which for the transposed convolutions is their channels, since their windows do not
    overlap. Biases are 0, but for the last: log(p / (1 - p)) with p the config's `prior`.
    """

    def __init__(self, config: Segmenter, modalities: int, size: tuple[int, int], seed: int) -> None:
        """`size` is (height, width) of the slices.

        Raises
        ------
        InputError : a slice cannot be halved once for each level below the first.
        """
        super().__init__()
        widths = config.channels
        step = 2 ** (len(widths) - 1)
        if size[0] % step or size[1] % step:
            raise InputError(
                f"slices of {size[0]} x {size[1]} pixels cannot be halved {len(widths) - 1} times, as the "
                f"{len(widths)} levels of `segmenter.channels` need: make both numbers of `slices.size` multiples of "
                f"{step}, or use fewer levels"
            )
        self.down = nn.ModuleList(
            _level(config, before, width) for before, width in itertools.pairwise((modalities, *widths))
        )
        falling = list(reversed(widths))
        self.rise = nn.ModuleList(
            nn.ConvTranspose2d(below, width, 2, 2) for below, width in itertools.pairwise(falling)
        )
        self.up = nn.ModuleList(_level(config, 2 * width, width) for width in falling[1:])
        self.head = nn.Conv2d(widths[0], 1, 1)
        self._draw_weights(seed)
        nn.init.constant_(self.head.bias, math.log(config.prior / (1 - config.prior)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 1, height, width) of images (batch, modalities, height, width)."""
        *skipped, features = self.encode(images)
        for rise, level in zip(self.rise, self.up, strict=True):
            features = level(torch.cat([skipped.pop(), rise(features)], dim=1))
        return self.head(features)

    def encode(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Features (batch, width, height / 2^level, width / 2^level) of each level on the way down."""
        features = [self.down[0](images)]
        for level in self.down[1:]:
            features.append(level(max_pool2d(features[-1], 2)))
        return features

    @torch.no_grad()
    def _draw_weights(self, seed: int) -> None:
        stream = torch_stream("segmenter/initial weights", seed)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                overlapping = math.prod(layer.kernel_size) if isinstance(layer, nn.Conv2d) else 1
                bound = math.sqrt(6 / (layer.in_channels * overlapping))
                layer.weight.uniform_(-bound, bound, generator=stream)
                layer.bias.zero_()


def _level(config: Segmenter, before: int, width: int) -> nn.Sequential:
    return nn.Sequential(*_convolution(config, before, width), *_convolution(config, width, width))


def _convolution(config: Segmenter, before: int, width: int) -> Iterator[nn.Module]:
    yield nn.Conv2d(before, width, 3, padding=1)
    if config.normalisation == "group":
        yield nn.GroupNorm(config.norm_groups, width)
    yield nn.ReLU(inplace=True)

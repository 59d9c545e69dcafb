"""The networks of a task: floating point operations for one image, counted on the very networks, and their weights.

Operations are counted without computing any, on tensors that have shapes and no values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.utils.flop_counter import FlopCounterMode

from sweetspot.config.classifier import Classifier
from sweetspot.config.generator import Generator
from sweetspot.config.mask_generator import MaskGenerator
from sweetspot.config.segmenter import Segmenter
from sweetspot.config.selected_runs import Transformer
from sweetspot.data.slice_set import MASK_CHANNELS

META = torch.device("meta")


@dataclass(frozen=True)
class Network:
    """What a network costs.

    forward : floating point operations of one image's way through it; a multiply-add is two.
    training : of the way there and back.
    weights : number of its parameters.
    """

    forward: float
    training: float
    weights: int


def count(network: torch.nn.Module, call: Callable[[torch.nn.Module], torch.Tensor]) -> Network:
    """Count the operations of `call`, which gives the output of a network on the device `meta` for one image."""
    network = network.to(META)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        call(network)
    forward = counter.get_total_flops()
    with FlopCounterMode(display=False) as counter:
        call(network).sum().backward()
    weights = sum(each.numel() for each in network.parameters())
    return Network(float(forward), float(counter.get_total_flops()), weights)


@functools.cache
def class_denoiser(config: Generator, shape: tuple[int, int, int], classes: int) -> Network:
    """The generator of a classification task."""
    from sweetspot.generate.denoiser import build_denoiser

    image, one = torch.empty(1, *shape, device=META), torch.zeros(1, dtype=torch.int64, device=META)
    with META:
        network = build_denoiser(config, shape, classes)
    return count(network, lambda network: network(image, one, one).sample)


@functools.cache
def mask_denoiser(config: MaskGenerator, image_channels: int, size: tuple[int, int]) -> Network:
    """One network of the generator of a segmentation task, which makes so many channels of an image."""
    from sweetspot.generate.unet import MaskUNet

    image = torch.empty(1, image_channels, *size, device=META)
    masks = torch.empty(1, len(MASK_CHANNELS), *size, device=META)
    one = torch.zeros(1, dtype=torch.int64, device=META)
    with META:
        network = MaskUNet(config, image_channels, len(MASK_CHANNELS))
    return count(network, lambda network: network(image, one, masks).sample)


@functools.cache
def classifier(config: Classifier, shape: tuple[int, int, int], classes: int) -> Network:
    """One replica of the classifier."""
    from sweetspot.downstream.classifier import ReplicatedClassifier

    image = torch.empty(1, 1, *shape, device=META)
    return count(ReplicatedClassifier(config, shape, classes, [0]), lambda network: network(image))


@functools.cache
def transformer(settings: Transformer, config: Classifier, shape: tuple[int, int, int], classes: int) -> Network:
    """One replica of the transformer that is trained on selected samples."""
    from sweetspot.downstream.transformer import ReplicatedTransformer

    image = torch.empty(1, 1, *shape, device=META)
    return count(ReplicatedTransformer(settings, config, shape, classes, [0]), lambda network: network(image))


@functools.cache
def segmenter(config: Segmenter, modalities: int, size: tuple[int, int]) -> Network:
    """The segmenter."""
    from sweetspot.downstream.unet import UNet

    image = torch.empty(1, modalities, *size, device=META)
    return count(UNet(config, modalities, size, 0), lambda network: network(image))

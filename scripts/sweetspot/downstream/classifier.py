"""The downstream classifier of the first paper, for several runs at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn.functional import conv2d, max_pool2d, relu

from sweetspot.config.classifier import Classifier
from sweetspot.downstream.replicated_layers import ReplicatedNetwork, dense, draw_layers, weight_streams
from sweetspot.errors import InputError


class ReplicatedClassifier(ReplicatedNetwork):
    """R independent copies of the paper's network, computed together (paper 1, Section 6).

    Each copy: convolution 3 x 3, ReLU, 2 x 2 max pooling, twice; a dense layer with ReLU; dropout; the classes. Every
    parameter has a leading dimension of R. The R convolutions are one grouped convolution and the R dense layers one
    batched matrix product, so small networks fill the processor.
    """

    def __init__(self, config: Classifier, image_shape: tuple[int, ...], classes: int, seeds: Sequence[int]) -> None:
        """`image_shape` is (channels, height, width); each seed names the stream of one copy's initial weights.

        Raises
        ------
        InputError : the images are smaller than 4 x 4 pixels.
        """
        super().__init__()
        channels, height, width = image_shape
        if min(height, width) < 4:
            raise InputError(
                f"the classifier halves images twice, so they must have 4 x 4 pixels or more, not {height} x {width}"
            )
        first, second = config.channels
        flat = second * (height // 4) * (width // 4)
        self.replicas = len(seeds)
        layers = {
            "convolution_1": (first, channels, 3, 3),
            "convolution_2": (second, first, 3, 3),
            "dense": (config.dense, flat),
            "classes": (classes, config.dense),
        }
        self.weights = draw_layers(layers, weight_streams(seeds))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """The hidden dense layer's output (R, batch, dense); `images` as in `forward`."""
        shared = images.ndim == 4
        hidden = images if shared else images.transpose(0, 1).flatten(1, 2)
        # Pooling is several times faster on a CPU, and so is the first convolution, with channels last in memory.
        hidden = hidden.contiguous(memory_format=torch.channels_last)
        hidden = self._convolution("convolution_1", hidden, groups=1 if shared else self.replicas)
        hidden = self._convolution("convolution_2", hidden, groups=self.replicas)
        hidden = hidden.unflatten(1, (self.replicas, -1)).flatten(2).transpose(0, 1)
        return relu(dense(self.weights, "dense", hidden))

    def _convolution(self, name: str, images: torch.Tensor, groups: int) -> torch.Tensor:
        weight, bias = self.weights[f"{name}_weight"], self.weights[f"{name}_bias"]
        filtered = conv2d(images, weight.flatten(0, 1), bias.flatten(), padding=1, groups=groups)
        # The maximum commutes with ReLU, and a quarter of the numbers is left for it.
        return relu(max_pool2d(filtered, 2))

"""R independent copies of a network, computed together: every weight of their layers has a leading dimension of R."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import nn

from sweetspot.streams import torch_stream

Streams = Sequence[torch.Generator]


def weight_streams(seeds: Sequence[int]) -> list[torch.Generator]:
    """The stream of the initial weights of each copy."""
    return [torch_stream("classifier/initial weights", seed) for seed in seeds]


def draw_layers(layers: Mapping[str, tuple[int, ...]], streams: Streams) -> nn.ParameterDict:
    """Weights `NAME_weight` and biases `NAME_bias` of layers, given the shape of each one's weight, outputs first.

    PyTorch's own rule for linear layers and convolutions: U(-1/sqrt(fan in), 1/sqrt(fan in)).
    """
    drawn = nn.ParameterDict()
    for name, shape in layers.items():
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        for part, size in (("weight", shape), ("bias", shape[:1])):
            copies = [torch.empty(size).uniform_(-bound, bound, generator=stream) for stream in streams]
            drawn[f"{name}_{part}"] = nn.Parameter(torch.stack(copies))
    return drawn


def dense(weights: nn.ParameterDict, name: str, hidden: torch.Tensor) -> torch.Tensor:
    """A dense layer of every copy: (R, n, inputs) to (R, n, outputs)."""
    weight, bias = weights[f"{name}_weight"], weights[f"{name}_bias"]
    return torch.baddbmm(bias[:, None], hidden, weight.transpose(1, 2))


class ReplicatedNetwork(nn.Module):
    """R independent copies of a network that ends in a hidden dense layer, dropout, and the classes.

    A subclass has `weights`, among them those of the layer `classes`, and computes `features`.
    """

    weights: nn.ParameterDict

    def forward(self, images: torch.Tensor, dropout_masks: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (R, batch, classes).

        Parameters
        ----------
        images : (batch, channels, height, width) seen by every copy, or (R, batch, ...) with one batch for each.
        dropout_masks : factors on the hidden dense layer, (R, batch, dense); None when not training.
        """
        hidden = self.features(images)
        if dropout_masks is not None:
            hidden = hidden * dropout_masks
        return self.decide(hidden)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """The hidden dense layer's output (R, batch, dense); `images` as in `forward`."""
        raise NotImplementedError

    def decide(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits (R, batch, classes) of the hidden dense layer's output."""
        return dense(self.weights, "classes", hidden)

"""A vision transformer in the place of the classifier's convolutions, for several runs at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn.functional import gelu, layer_norm, relu, scaled_dot_product_attention

from sweetspot.config.classifier import Classifier
from sweetspot.config.selected_runs import Transformer
from sweetspot.downstream.replicated_layers import ReplicatedNetwork, dense, draw_layers, weight_streams
from sweetspot.errors import InputError

WIDENING = 4  # of the two-layer networks between attentions
POSITION_SCALE = 0.02  # standard deviation of the initial positions


class ReplicatedTransformer(ReplicatedNetwork):
    """R independent copies of a small vision transformer, computed together.

    Each copy, after Dosovitskiy et al., "An image is worth 16x16 words" (ICLR 2021): patches become tokens by one
    linear map, to which learned positions are added; `depth` blocks of layer norm, self-attention, layer norm and a
    two-layer network with GELU, with a way around each pair; layer norm; the mean of the tokens. Then what the
    classifier has: a dense layer with ReLU; dropout; the classes. Every parameter has a leading dimension of R.
    """

    def __init__(
        self,
        transformer: Transformer,
        config: Classifier,
        image_shape: tuple[int, ...],
        classes: int,
        seeds: Sequence[int],
    ) -> None:
        """`image_shape` is (channels, height, width); each seed names the stream of one copy's initial weights.

        Raises
        ------
        InputError : the patch does not divide height and width.
        """
        super().__init__()
        channels, height, width = image_shape
        self.settings, self.replicas = transformer, len(seeds)
        patch, features = transformer.patch, transformer.width
        if height % patch or width % patch:
            raise InputError(
                f"`selection.transformer.patch`: {patch} does not divide images of {height} x {width} pixels; use a "
                "divisor of both"
            )
        layers = {"patches": (features, channels * patch**2)}
        for block in range(transformer.depth):
            layers[f"block_{block}_projections"] = (3 * features, features)
            layers[f"block_{block}_attended"] = (features, features)
            layers[f"block_{block}_widened"] = (WIDENING * features, features)
            layers[f"block_{block}_narrowed"] = (features, WIDENING * features)
        layers |= {"dense": (config.dense, features), "classes": (classes, config.dense)}
        streams = weight_streams(seeds)
        self.weights = draw_layers(layers, streams)
        tokens = (height // patch) * (width // patch)
        positions = [torch.empty(tokens, features).normal_(0, POSITION_SCALE, generator=stream) for stream in streams]
        self.weights["positions"] = nn.Parameter(torch.stack(positions))
        norms = [f"block_{block}_{of}" for block in range(transformer.depth) for of in ("attention", "network")]
        for name in (*norms, "final"):
            self.weights[f"{name}_scale"] = nn.Parameter(torch.ones(len(seeds), features))
            self.weights[f"{name}_shift"] = nn.Parameter(torch.zeros(len(seeds), features))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """The hidden dense layer's output (R, batch, dense); `images` as in `forward`."""
        if images.ndim == 4:
            images = images.expand(self.replicas, *images.shape)
        tokens = self._on_tokens("patches", _patches(images, self.settings.patch))
        return self.pooled(tokens + self.weights["positions"][:, None])

    def pooled(self, tokens: torch.Tensor) -> torch.Tensor:
        """The hidden dense layer's output (R, batch, dense) of tokens (R, batch, tokens, width), in whatever order."""
        for block in range(self.settings.depth):
            tokens = tokens + self._attention(f"block_{block}", self._norm(f"block_{block}_attention", tokens))
            widened = self._on_tokens(f"block_{block}_widened", self._norm(f"block_{block}_network", tokens))
            tokens = tokens + self._on_tokens(f"block_{block}_narrowed", gelu(widened))
        return relu(dense(self.weights, "dense", self._norm("final", tokens).mean(2)))

    def _attention(self, block: str, tokens: torch.Tensor) -> torch.Tensor:
        heads = self._on_tokens(f"{block}_projections", tokens).unflatten(-1, (3, self.settings.heads, -1))
        # (3, R, batch, heads, tokens, width of a head)
        queries, keys, values = heads.permute(3, 0, 1, 4, 2, 5).flatten(1, 2)
        attended = scaled_dot_product_attention(queries, keys, values)
        attended = attended.transpose(1, 2).flatten(2).unflatten(0, tokens.shape[:2])
        return self._on_tokens(f"{block}_attended", attended)

    def _on_tokens(self, name: str, tokens: torch.Tensor) -> torch.Tensor:
        """A dense layer on each token."""
        return dense(self.weights, name, tokens.flatten(1, 2)).unflatten(1, tokens.shape[1:3])

    def _norm(self, name: str, tokens: torch.Tensor) -> torch.Tensor:
        scale, shift = (self.weights[f"{name}_{part}"][:, None, None] for part in ("scale", "shift"))
        return layer_norm(tokens, tokens.shape[-1:]) * scale + shift


def _patches(images: torch.Tensor, patch: int) -> torch.Tensor:
    """(R, batch, channels, height, width) to (R, batch, tokens, channels patch patch)."""
    rows = images.unflatten(4, (-1, patch)).unflatten(3, (-1, patch))
    return rows.permute(0, 1, 3, 5, 2, 4, 6).flatten(4).flatten(2, 3)

"""Copies of the transformer computed together are torch's own encoder, each with its own weights and runs."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
from torch import nn

from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.selected_runs import Transformer
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.downstream.transformer import ReplicatedTransformer
from sweetspot.errors import InputError

CONFIG = Classifier(dense=6, learning_rate=5e-3, batch_size=16, horizontal_flip=False)
TRANSFORMER = Transformer(patch=2, width=8, depth=2, heads=2)
SHAPE, CLASSES, SEEDS = (2, 4, 6), 3, (5, 9)


@pytest.fixture
def network() -> ReplicatedTransformer:
    made = ReplicatedTransformer(TRANSFORMER, CONFIG, SHAPE, CLASSES, SEEDS)
    with torch.no_grad():  # so that a scale, shift or position that is passed over shows
        for name, weight in made.weights.items():
            if name == "positions" or name.endswith(("scale", "shift")):
                weight += 0.5 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(name)))
    return made


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(2, 7, *SHAPE, generator=torch.Generator().manual_seed(0))


def plain_logits(network: ReplicatedTransformer, copy: int, images: torch.Tensor) -> torch.Tensor:
    """One copy with torch's layers: a convolution over patches, and encoder layers with the norm first."""
    weights = {name: weight[copy].detach() for name, weight in network.weights.items()}
    width, patch = TRANSFORMER.width, TRANSFORMER.patch
    kernel = weights["patches_weight"].view(width, SHAPE[0], patch, patch)
    tokens = nn.functional.conv2d(images, kernel, weights["patches_bias"], stride=patch)
    tokens = tokens.flatten(2).transpose(1, 2) + weights["positions"]
    names = {
        "self_attn.in_proj": "projections",
        "self_attn.out_proj.": "attended",
        "linear1.": "widened",
        "linear2.": "narrowed",
    }
    for block in range(TRANSFORMER.depth):
        layer = nn.TransformerEncoderLayer(
            width, TRANSFORMER.heads, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True
        )
        state = {}
        for theirs, ours in names.items():
            joint = "_" if theirs.endswith("proj") else ""
            for part in ("weight", "bias"):
                state[f"{theirs}{joint}{part}"] = weights[f"block_{block}_{ours}_{part}"]
        for theirs, ours in (("norm1", "attention"), ("norm2", "network")):
            for part, called in (("weight", "scale"), ("bias", "shift")):
                state[f"{theirs}.{part}"] = weights[f"block_{block}_{ours}_{called}"]
        layer.load_state_dict(state)
        tokens = layer(tokens)
    mean = nn.functional.layer_norm(tokens, (width,), weights["final_scale"], weights["final_shift"]).mean(1)
    hidden = torch.relu(nn.functional.linear(mean, weights["dense_weight"], weights["dense_bias"]))
    return nn.functional.linear(hidden, weights["classes_weight"], weights["classes_bias"])


def test_each_copy_computes_what_torch_s_encoder_computes(network, images):
    for given in (images, images[0]):
        found = network(given)
        for copy in range(len(SEEDS)):
            own = given if given.ndim == 4 else given[copy]
            torch.testing.assert_close(found[copy], plain_logits(network, copy, own), rtol=1e-4, atol=1e-5)


def test_gradients_stay_within_a_copy(network, images):
    network(images)[0].square().sum().backward()
    for name, weight in network.weights.items():
        assert weight.grad[0].abs().sum() > 0, name
        assert not weight.grad[1].any(), name


def test_the_order_of_tokens_is_known_by_their_positions_alone(network):
    tokens = torch.randn(2, 3, 6, TRANSFORMER.width, generator=torch.Generator().manual_seed(1))
    order = torch.tensor([4, 0, 5, 2, 1, 3])
    torch.testing.assert_close(network.pooled(tokens[:, :, order]), network.pooled(tokens))


def test_patches_that_change_places_look_different(network, images):
    assert not torch.allclose(network(images), network(images.flip(-2)), rtol=1e-2)


def test_the_seed_of_a_copy_names_its_weights():
    alone = ReplicatedTransformer(TRANSFORMER, CONFIG, SHAPE, CLASSES, [9])
    both = ReplicatedTransformer(TRANSFORMER, CONFIG, SHAPE, CLASSES, SEEDS)
    for name, weight in alone.weights.items():
        assert torch.equal(weight[0], both.weights[name][1])


def test_a_patch_must_divide_the_images():
    with pytest.raises(InputError, match=r"`selection.transformer.patch`: 2 does not divide images of 4 x 5"):
        ReplicatedTransformer(TRANSFORMER, CONFIG, (1, 4, 5), CLASSES, SEEDS)


def blobs(n: int, seed: int) -> LabelledSet:
    stream = np.random.default_rng(seed)
    labels = stream.integers(0, CLASSES, n)
    return LabelledSet(stream.normal(labels[:, None, None, None] - 1, 1.0, (n, *SHAPE)).astype(np.float32), labels)


def train(seeds):
    pool, validation, test = (blobs(n, seed) for n, seed in ((90, 0), (30, 1), (90, 2)))
    budget = StepBudget(unit="steps", steps=60, evaluate_every=20)
    rows = np.stack([np.random.default_rng(seed).permutation(90)[:48] for seed in seeds])
    architecture = functools.partial(ReplicatedTransformer, TRANSFORMER)
    return train_replicas(CONFIG, budget, pool, rows, seeds, validation, test, CLASSES, None, architecture=architecture)


def test_it_learns_and_a_run_does_not_depend_on_its_companions():
    together = train([0, 5, 9])
    assert all(result.error < 0.3 for result in together)  # chance is 2/3
    assert train([5])[0] == together[1]
    assert train([5, 9]) == together[1:]

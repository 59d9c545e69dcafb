"""The plain way to make the runs: one network after the other, written with torch's own layers.

The benchmark and the tests hold the training of many runs together against it.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from sweetspot.batches import BatchOrder
from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.streams import torch_stream


def plain_network(config: Classifier, image_shape: tuple[int, ...], classes: int, seed: int) -> nn.Sequential:
    """The paper's network with the initial weights of `seed`."""
    channels, height, width = image_shape
    first, second = config.channels
    network = nn.Sequential(
        nn.Conv2d(channels, first, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(second * (height // 4) * (width // 4), config.dense),
        nn.ReLU(),
        nn.Linear(config.dense, classes),
    )
    stream = torch_stream("classifier/initial weights", seed)
    with torch.no_grad():
        for layer in network:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                bound = layer.weight[0].numel() ** -0.5
                layer.weight.uniform_(-bound, bound, generator=stream)
                layer.bias.uniform_(-bound, bound, generator=stream)
    return network


def plain_run(
    config: Classifier,
    budget: StepBudget,
    pool: LabelledSet,
    subset: np.ndarray,
    seed: int,
    validation: LabelledSet,
    test: LabelledSet,
    classes: int,
) -> tuple[float, float]:
    """Train one network on the rows `subset` of `pool`; its test loss and error."""
    images, labels = torch.from_numpy(pool.images), torch.from_numpy(pool.labels)
    held_out = torch.from_numpy(validation.images), torch.from_numpy(validation.labels)
    network = plain_network(config, pool.images.shape[1:], classes, seed)
    optimiser = torch.optim.Adam(network.parameters(), lr=config.learning_rate, fused=True)
    order = BatchOrder(len(subset), config.batch_size, "classifier", seed)
    lowest, best = float("inf"), network.state_dict()
    for step in range(budget.steps):
        rows = torch.from_numpy(subset[order(step)])
        stream = torch_stream(f"classifier/step={step}", seed)
        keep = torch.rand(len(rows), config.dense, generator=stream) >= config.dropout
        batch = images[rows]
        if config.horizontal_flip:
            mirrored = torch.rand(len(rows), generator=stream) < 0.5
            batch = torch.where(mirrored[:, None, None, None], batch.flip(-1), batch)
        hidden = network[:-1](batch) * keep / (1 - config.dropout)
        loss = cross_entropy(network[-1](hidden), labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % budget.evaluate_every == 0 or step + 1 == budget.steps:
            with torch.no_grad():
                loss = cross_entropy(network(held_out[0]), held_out[1]).item()
            if loss < lowest:
                lowest, best = loss, copy.deepcopy(network.state_dict())
    network.load_state_dict(best)
    with torch.no_grad():
        scores = network(torch.from_numpy(test.images))
    truth = torch.from_numpy(test.labels)
    return cross_entropy(scores, truth).item(), (scores.argmax(1) != truth).double().mean().item()

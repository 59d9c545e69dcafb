"""Many runs trained together: replicas of one network with equal shapes, each on data and streams of its own.

Each replica draws its initial weights, batches, dropout masks and flips from streams named by its own seed, so a
replica is the run that a plain loop would make, up to rounding.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from sweetspot.batches import BatchOrder
from sweetspot.checkpoints import NO_CHECKPOINTS, Part, state_dicts
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.device import autocast, compile_network, grad_scaler, select_device
from sweetspot.downstream.adam import Adam
from sweetspot.downstream.classifier import ReplicatedClassifier
from sweetspot.downstream.early_stopping import BestWeights, Schedule
from sweetspot.downstream.replicated_layers import ReplicatedNetwork
from sweetspot.errors import InputError
from sweetspot.streams import torch_stream

EVALUATION_BATCH = 1000


@dataclass(frozen=True)
class LabelledSet:
    """Images, float32 (n, channels, height, width), with labels, int64 (n,).

    Networks are trained on the labels or, where there are `targets`, on these: probabilities of the classes, float32
    (n, classes). They are judged by the labels in any case.
    """

    images: np.ndarray
    labels: np.ndarray
    targets: np.ndarray | None = None


# Makes a network of copies, such as `ReplicatedClassifier`, of config, image shape, classes and the seed of each copy.
Architecture = Callable[[Classifier, tuple[int, ...], int, Sequence[int]], ReplicatedNetwork]


@dataclass(frozen=True)
class RunResult:
    """One finished run, judged on the test set with the weights of the lowest validation loss."""

    seed: int
    steps: int  # optimiser steps taken
    loss: float  # mean cross-entropy, nats
    error: float  # share of wrong classes
    class_errors: tuple[float, ...]  # share of wrong classes among the test images of each class
    validation_loss: float


def train_replicas(
    config: Classifier,
    budget: StepBudget | EpochBudget,
    pool: LabelledSet,
    subsets: np.ndarray,
    seeds: Sequence[int],
    validation: LabelledSet,
    test: LabelledSet,
    classes: int,
    checkpoints: Part | None = None,
    architecture: Architecture = ReplicatedClassifier,
) -> list[RunResult]:
    """Train one classifier for each seed on its own subset of `pool`, all together.

    A run is the same, to the last bit on a CPU, whichever others it is trained with; for that, one that is alone gets a
    twin, since libraries compute one network in another order than several.

    Parameters
    ----------
    subsets : int64 (replicas, n), rows of `pool` in each replica's training set.
    seeds : one for each replica; names its streams.
    classes : number of classes.
    checkpoints : to resume from, and to keep what a later call resumes from.
    architecture : makes the network that holds all replicas.

    Returns
    -------
    One result for each seed, in their order.
    """
    if len(seeds) == 1:
        twins = (np.concatenate([subsets, subsets]), [*seeds, *seeds])
        return train_replicas(config, budget, pool, *twins, validation, test, classes, checkpoints, architecture)[:1]
    trained = train_networks(config, budget, pool, subsets, seeds, validation, classes, checkpoints, architecture)
    return _results(config, trained, test, seeds, classes)


@dataclass(frozen=True)
class TrainedReplicas:
    """One network that holds all replicas, each with the weights of its lowest validation loss, shapes (replicas,)."""

    network: ReplicatedNetwork
    steps: np.ndarray  # optimiser steps taken
    validation_loss: np.ndarray


def train_networks(
    config: Classifier,
    budget: StepBudget | EpochBudget,
    pool: LabelledSet,
    subsets: np.ndarray,
    seeds: Sequence[int],
    validation: LabelledSet,
    classes: int,
    checkpoints: Part | None = None,
    architecture: Architecture = ReplicatedClassifier,
) -> TrainedReplicas:
    """The training of `train_replicas`, without the test.

    Raises
    ------
    InputError : a replica never had a finite validation loss.
    """
    checkpoints = checkpoints or NO_CHECKPOINTS.part("")
    device = select_device(config.compute)
    network = architecture(config, pool.images.shape[1:], classes, seeds).to(device)
    compile_network(network, config.compute)
    optimiser, scaler = Adam(network.parameters(), config.learning_rate), grad_scaler(config.compute)
    aims = pool.labels if pool.targets is None else pool.targets
    images, targets = torch.from_numpy(pool.images).to(device), torch.from_numpy(aims).to(device)
    rows = torch.from_numpy(subsets).to(device)
    orders = [BatchOrder(subsets.shape[1], config.batch_size, "classifier", seed) for seed in seeds]
    schedule = Schedule(budget, orders[0].steps_per_epoch)
    best = BestWeights(network.parameters(), (len(seeds),))
    kept = {"optimiser": optimiser, "best": best, "scaler": scaler}
    first = checkpoints.resume(kept)

    for step in range(first, schedule.steps):
        batches = torch.from_numpy(np.stack([order(step) for order in orders])).to(device)
        chosen = rows.gather(1, batches)
        masks, mirrored = _random_numbers(config, step, seeds, chosen.shape[1])
        batch = images[chosen]
        if mirrored is not None:
            batch = torch.where(mirrored.to(device)[..., None, None, None], batch.flip(-1), batch)
        with autocast(config.compute):
            scores = network(batch, masks.to(device)).float()
        losses = cross_entropy(scores.flatten(0, 1), targets[chosen].flatten(0, 1), reduction="none")
        optimiser.zero_grad()
        # The sum over replicas has, for each of them, the gradient of its own mean loss.
        scaler.scale(losses.view(chosen.shape).mean(1).sum()).backward()
        scaler.step(optimiser)
        scaler.update()
        if schedule.evaluate_after(step):
            best.update(step + 1, _evaluate(config, network, validation)[0].mean(1))
            if schedule.all_stopped(best, step + 1):
                break
        checkpoints.after(step + 1, functools.partial(state_dicts, kept))
    diverged = [seed for seed, finite in zip(seeds, best.loss.isfinite().tolist(), strict=True) if not finite]
    if diverged:
        raise InputError(
            f"the classifier of seed {diverged[0]} never had a finite validation loss: lower the config key "
            "`classifier.learning_rate`"
        )
    best.restore()
    return TrainedReplicas(network, schedule.stops_at(best.step).cpu().numpy(), best.loss.cpu().numpy())


def _random_numbers(
    config: Classifier, step: int, seeds: Sequence[int], batch_size: int
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Dropout masks (replicas, batch, dense), scaled by 1/(1-p), and which images to mirror (replicas, batch)."""
    masks, mirrored = [], []
    for seed in seeds:
        stream = torch_stream(f"classifier/step={step}", seed)
        keep = torch.rand(batch_size, config.dense, generator=stream) >= config.dropout
        masks.append(keep.float() / (1 - config.dropout))
        if config.horizontal_flip:
            mirrored.append(torch.rand(batch_size, generator=stream) < 0.5)
    return torch.stack(masks), torch.stack(mirrored) if mirrored else None


@torch.no_grad()
def _evaluate(config: Classifier, network: ReplicatedNetwork, data: LabelledSet) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss and wrongness of every replica on every image, both (replicas, n)."""
    device = next(network.parameters()).device
    losses, wrong = [], []
    for first in range(0, len(data.labels), EVALUATION_BATCH):
        images = torch.from_numpy(data.images[first : first + EVALUATION_BATCH]).to(device)
        labels = torch.from_numpy(data.labels[first : first + EVALUATION_BATCH]).to(device)
        with autocast(config.compute):
            scores = network(images).float()
        every = labels.expand(network.replicas, -1)
        losses.append(cross_entropy(scores.flatten(0, 1), every.flatten(), reduction="none").view(every.shape))
        wrong.append(scores.argmax(-1) != labels)
    return torch.cat(losses, 1), torch.cat(wrong, 1)


def _results(
    config: Classifier, trained: TrainedReplicas, test: LabelledSet, seeds: Sequence[int], classes: int
) -> list[RunResult]:
    losses, wrong = (each.cpu().double() for each in _evaluate(config, trained.network, test))
    labels = torch.from_numpy(test.labels)
    class_errors = torch.stack([wrong[:, labels == label].mean(1) for label in range(classes)], 1)
    return [
        RunResult(
            seed=seed,
            steps=int(trained.steps[replica]),
            loss=float(losses[replica].mean()),
            error=float(wrong[replica].mean()),
            class_errors=tuple(class_errors[replica].tolist()),
            validation_loss=float(trained.validation_loss[replica]),
        )
        for replica, seed in enumerate(seeds)
    ]

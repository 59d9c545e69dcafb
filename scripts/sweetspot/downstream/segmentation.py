"""One run of the segmenter: training on slices, the choice of weights on a validation set, the test."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from sweetspot.batches import BatchOrder
from sweetspot.checkpoints import NO_CHECKPOINTS, Part, state_dicts
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import LESION, SliceSet
from sweetspot.device import autocast, compile_network, grad_scaler, select_device
from sweetspot.downstream.adam import Adam
from sweetspot.downstream.early_stopping import BestWeights, Schedule
from sweetspot.downstream.segmentation_loss import BatchLoss, PooledLoss
from sweetspot.downstream.segmentation_metrics import lesion_counts, lesion_f1, overlap_counts, scan_dice
from sweetspot.downstream.unet import UNet

EVALUATION_BATCH = 64


class TrainingSlices:
    """Chosen rows of several slice sets, as one training set; only a batch at a time is in memory."""

    def __init__(self, parts: Sequence[tuple[SliceSet, np.ndarray]]) -> None:
        """`parts` are slice sets, each with the rows, int64 (k,), that belong to the training set."""
        self.parts = [(data, rows) for data, rows in parts if len(rows)]
        self.ends = np.cumsum([len(rows) for _, rows in self.parts])

    def __len__(self) -> int:
        return int(self.ends[-1])

    @property
    def shape(self) -> tuple[int, ...]:
        """(modalities, height, width) of a slice."""
        return tuple(self.parts[0][0].images.shape[1:])

    def batch(self, positions: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Images (batch, modalities, height, width) and lesions (batch, 1, height, width), both float32."""
        images = np.empty((len(positions), *self.shape), np.float32)
        lesions = np.empty((len(positions), 1, *self.shape[1:]), np.float32)
        part_of = np.searchsorted(self.ends, positions, side="right")
        for part in np.unique(part_of):
            data, rows = self.parts[part]
            here = part_of == part
            chosen = rows[positions[here] - (self.ends[part] - len(rows))]
            images[here] = data.images[chosen]
            lesions[here, 0] = data.masks[chosen, LESION]
        return torch.from_numpy(images), torch.from_numpy(lesions)


@dataclass(frozen=True)
class TrainedSegmenter:
    """A network with the weights of its lowest validation loss; that is infinite if training diverged."""

    network: UNet
    steps: int  # optimiser steps taken
    validation_loss: float


@dataclass(frozen=True)
class Evaluation:
    """What a network reaches on the test set; see `PooledLoss`, `scan_dice` and `lesion_f1`."""

    loss: float
    dice: float
    lesion_f1: float


def train_segmenter(
    config: Segmenter,
    budget: StepBudget | EpochBudget,
    training: TrainingSlices,
    seed: int,
    validation: SliceSet,
    checkpoints: Part | None = None,
) -> TrainedSegmenter:
    """Train one U-Net; initial weights depend on the seed alone, batches also on the size of the training set.

    Adam's learning rate at step s of S is `learning_rate * decay**(s / S)`, with S the budget's most steps.
    Resumes from `checkpoints`, and keeps there what a later call resumes from.
    """
    checkpoints = checkpoints or NO_CHECKPOINTS.part("")
    device = select_device(config.compute)
    modalities, height, width = training.shape
    # Channels last in memory is faster for few channels on a CPU, and for tensor cores.
    network = UNet(config, modalities, (height, width), seed).to(device, memory_format=torch.channels_last)
    compile_network(network, config.compute)
    optimiser, scaler = Adam(network.parameters(), config.learning_rate), grad_scaler(config.compute)
    batch_loss = BatchLoss(config)
    order = BatchOrder(len(training), config.batch_size, "segmenter", seed)
    schedule = Schedule(budget, order.steps_per_epoch)
    best = BestWeights(network.parameters())
    kept = {"optimiser": optimiser, "best": best, "scaler": scaler}
    first = checkpoints.resume(kept)

    for step in range(first, schedule.steps):
        images, lesions = training.batch(order(step))
        with autocast(config.compute):
            logits = network(_to(device, images)).float()
        optimiser.zero_grad()
        scaler.scale(batch_loss(logits, lesions.to(device))).backward()
        optimiser.learning_rate = config.learning_rate * config.decay ** (step / schedule.steps)
        scaler.step(optimiser)
        scaler.update()
        if schedule.evaluate_after(step):
            best.update(step + 1, torch.tensor(_pooled_loss(config, network, validation), device=device))
            if schedule.all_stopped(best, step + 1):
                break
        checkpoints.after(step + 1, functools.partial(state_dicts, kept))
    best.restore()
    return TrainedSegmenter(network, int(schedule.stops_at(best.step)), float(best.loss))


def evaluate_segmenter(config: Segmenter, network: UNet, test: SliceSet) -> Evaluation:
    """Judge a network on `test`; a pixel is lesion where its probability is above 1/2."""
    loss, overlaps, lesions_found = PooledLoss(config), [], []
    for logits, lesions in _predictions(config, network, test):
        loss.add(logits, lesions)
        predicted, true = (logits[:, 0] > 0).cpu().numpy(), (lesions[:, 0] > 0).cpu().numpy()
        overlaps.append(overlap_counts(predicted, true))
        lesions_found.append(lesion_counts(predicted, true))
    return Evaluation(
        loss=loss.value(),
        dice=scan_dice(np.concatenate(overlaps), test.scans),
        lesion_f1=lesion_f1(np.concatenate(lesions_found)),
    )


def _pooled_loss(config: Segmenter, network: UNet, data: SliceSet) -> float:
    loss = PooledLoss(config)
    for logits, lesions in _predictions(config, network, data):
        loss.add(logits, lesions)
    return loss.value()


@torch.no_grad()
def _predictions(config: Segmenter, network: UNet, data: SliceSet) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Logits and lesions of all slices, a part at a time, on the network's device."""
    device = next(network.parameters()).device
    everything = TrainingSlices([(data, np.arange(len(data.masks)))])
    for first in range(0, len(everything), EVALUATION_BATCH):
        positions = np.arange(first, min(first + EVALUATION_BATCH, len(everything)))
        images, lesions = everything.batch(positions)
        with autocast(config.compute):
            logits = network(_to(device, images)).float()
        yield logits, lesions.to(device)


def _to(device: torch.device, images: torch.Tensor) -> torch.Tensor:
    return images.to(device, memory_format=torch.channels_last)

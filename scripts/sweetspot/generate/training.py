"""Training of a diffusion model: denoising score matching with a condition (Ho et al. 2020).

    x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps,   loss = |network(x_t, t, condition) - target|^2,

where the condition is a class or a mask, and target is eps, or the velocity v = sqrt(abar_t) eps - sqrt(1 - abar_t) x_0
(Salimans & Ho 2022).

Every random number of a step is drawn from a stream named by that step. So no generator state needs saving, and a
training that was killed at any point and resumed gives the same bytes as one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from accelerate import Accelerator
from tqdm import tqdm

from sweetspot.batches import BatchOrder
from sweetspot.checkpoints import NO_CHECKPOINTS, Part
from sweetspot.config.diffusion import Diffusion
from sweetspot.device import select_device
from sweetspot.errors import InputError
from sweetspot.generate.training_state import TrainingState
from sweetspot.snapshots import Weights

LOSS_COLUMNS = ["step", "loss", "learning_rate"]
_KEPT: list[object] = []  # until the process ends


@dataclass
class Trained:
    """Result of a training: averaged weights by step, and the loss curve as rows of `LOSS_COLUMNS`."""

    snapshots: dict[int, Weights]
    loss_curve: list[tuple[int, float, float]]


def train_generator(
    denoiser: torch.nn.Module,
    config: Diffusion,
    snapshots: tuple[int, ...],
    images: np.ndarray,
    conditions: np.ndarray,
    checkpoints: Part | None = None,
    name: str = "generator",
) -> Trained:
    """Train `denoiser`, which maps (x_t, t, condition) to an output with `sample`, as networks of diffusers do.

    In several processes (`processes.run_together`) each takes its share of every batch, and gradients are averaged, so
    that the training is that of one process up to rounding. The first process saves, for all.

    Parameters
    ----------
    snapshots : optimiser steps at which the averaged weights are kept.
    images : float32 (n, channels, height, width) in [-1, 1].
    conditions : class labels, int64 (n,), or masks, uint8 (n, mask channels, height, width).
    checkpoints : continued from, and saved to; by default nothing is kept.
    name : of the random streams.

    Raises
    ------
    InputError : the loss is not finite, there are fewer images than processes can share, or see `sweetspot.device`.
    """
    checkpoints = checkpoints or NO_CHECKPOINTS.part(name)
    accelerator = Accelerator(mixed_precision="no", cpu=select_device(config.compute).type == "cpu")
    order = BatchOrder(len(images), config.batch_size, name, config.seed)
    if order.batch_size % accelerator.num_processes:
        raise InputError(
            f"a batch of the generator holds all its {order.batch_size} images, which {accelerator.num_processes} "
            "processes cannot share equally: lower the config key `generator.batch_size` to a multiple of "
            "`generator.processes`"
        )
    state = TrainingState(denoiser, config, accelerator, name)
    first, content = checkpoints.load() or (0, None)
    if content:
        state.load(content)
    image_tensor, condition_tensor = torch.from_numpy(images), torch.from_numpy(conditions)
    main = accelerator.is_main_process
    progress = tqdm(
        range(first, config.steps), initial=first, total=config.steps, unit="step", mininterval=5, disable=not main
    )
    for step in progress:
        indices = torch.from_numpy(order(step))
        state.step(step, image_tensor[indices], condition_tensor[indices])
        done = step + 1
        if done in snapshots:
            state.snapshots[done] = state.averaged_weights()
        if done % config.log_every == 0:
            progress.set_postfix(loss=f"{state.loss_curve[-1][1]:.4f}", refresh=False)
        # After a step the states of all processes are equal, so the first needs no word of the others to leave.
        if main:
            checkpoints.after(done, state.content)
    accelerator.end_training()
    if accelerator.num_processes > 1:
        # Its destructor holds Python's lock while it waits for the thread of gloo, which may need the lock to finish
        # its last work: both would wait for ever. When the process ends, that thread has long been done.
        _KEPT.append(state)
    return Trained(state.snapshots, state.loss_curve)

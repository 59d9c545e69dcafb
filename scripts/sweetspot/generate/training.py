"""Training of a diffusion model: denoising score matching with a condition (Ho et al. 2020).

    x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps,   loss = |network(x_t, t, condition) - target|^2,

where the condition is a class or a mask, and target is eps, or the velocity v = sqrt(abar_t) eps - sqrt(1 - abar_t) x_0
(Salimans & Ho 2022).

Every random number of a step is drawn from a stream named by that step. So no generator state needs saving, and a
training that was killed at any point and resumed gives the same bytes as one that was not.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from diffusers import DDPMScheduler
from diffusers.optimization import get_cosine_schedule_with_warmup
from tqdm import tqdm

from sweetspot.batches import BatchOrder
from sweetspot.config.block import Block
from sweetspot.config.diffusion import Diffusion
from sweetspot.device import compile_network, facts_of_bytes, precision, select_device
from sweetspot.errors import InputError
from sweetspot.generate.checkpoint import load_checkpoint, save_checkpoint
from sweetspot.generate.schedule import schedule
from sweetspot.generate.snapshots import Weights
from sweetspot.streams import torch_stream

HASHED_TOGETHER = 1024  # images at a time, since they may be a memory map larger than memory


@dataclass
class Trained:
    """Result of a training: averaged weights by step, and the loss curve as (step, loss, learning rate)."""

    snapshots: dict[int, Weights]
    loss_curve: list[tuple[int, float, float]]


def train_generator(
    denoiser: torch.nn.Module,
    config: Diffusion,
    snapshots: tuple[int, ...],
    images: np.ndarray,
    conditions: np.ndarray,
    checkpoints: Path,
    checkpoint_seconds: float,
    name: str = "generator",
) -> Trained:
    """Train `denoiser`, which maps (x_t, t, condition) to an output with `sample`, as networks of diffusers do.

    Continues from the newest checkpoint in the folder `checkpoints`, which must be this training's own (`identity`),
    and writes one whenever the last is `checkpoint_seconds` old.

    Parameters
    ----------
    snapshots : optimiser steps at which the averaged weights are kept.
    images : float32 (n, channels, height, width) in [-1, 1].
    conditions : class labels, int64 (n,), or masks, uint8 (n, mask channels, height, width).
    name : of the random streams.
    """
    chosen = precision(config.compute)
    accelerator = Accelerator(
        mixed_precision="no" if chosen == "full" else chosen, cpu=select_device(config.compute).type == "cpu"
    )
    compile_network(denoiser, config.compute)
    state = _TrainingState(denoiser, config, accelerator, name)
    resumed = load_checkpoint(checkpoints)
    first = 0
    if resumed:
        first, content = resumed
        state.load(content)
        print(f"resumed after step {first}")

    order = BatchOrder(len(images), config.batch_size, name, config.seed)
    image_tensor, condition_tensor = torch.from_numpy(images), torch.from_numpy(conditions)
    saved = time.monotonic()
    progress = tqdm(range(first, config.steps), initial=first, total=config.steps, unit="step", mininterval=5)
    for step in progress:
        indices = torch.from_numpy(order(step))
        loss = state.step(step, image_tensor[indices], condition_tensor[indices])
        done = step + 1
        if done in snapshots:
            state.snapshots[done] = state.averaged_weights()
        if done % config.log_every == 0:
            progress.set_postfix(loss=f"{loss:.4f}", refresh=False)
        if time.monotonic() - saved >= checkpoint_seconds:
            save_checkpoint(checkpoints, done, state.content())
            saved = time.monotonic()
    return Trained(state.snapshots, state.loss_curve)


class _TrainingState:
    """Everything that changes from step to step, and that a checkpoint holds."""

    def __init__(self, denoiser: torch.nn.Module, config: Diffusion, accelerator: Accelerator, name: str) -> None:
        self.config = config
        self.accelerator = accelerator
        self.name = name
        self.scheduler = DDPMScheduler(**schedule(config))
        optimiser = torch.optim.AdamW(
            denoiser.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.denoiser, self.optimiser = accelerator.prepare(denoiser, optimiser)
        self.learning_rate = get_cosine_schedule_with_warmup(optimiser, config.warmup_steps, config.steps)
        self.average = {name: value.detach().clone() for name, value in self._network().state_dict().items()}
        self.snapshots: dict[int, Weights] = {}
        self.loss_curve: list[tuple[int, float, float]] = []
        self.recent_losses: list[float] = []

    def step(self, step: int, images: torch.Tensor, conditions: torch.Tensor) -> float:
        """One optimiser step on a batch; returns its loss."""
        device = self.accelerator.device
        stream = torch_stream(f"{self.name}/step={step}", self.config.seed)
        if self.config.horizontal_flip:
            mirrored = torch.rand(len(images), generator=stream) < 0.5
            images = torch.where(mirrored[:, None, None, None], images.flip(-1), images)
            if conditions.ndim == 4:
                conditions = torch.where(mirrored[:, None, None, None], conditions.flip(-1), conditions)
        noise = torch.randn(images.shape, generator=stream)
        timesteps = torch.randint(self.config.timesteps, (len(images),), generator=stream)
        noisy = self.scheduler.add_noise(images, noise, timesteps)
        target = noise
        if self.config.prediction == "v_prediction":
            target = self.scheduler.get_velocity(images, noise, timesteps)
        with self.accelerator.autocast():
            predicted = self.denoiser(noisy.to(device), timesteps.to(device), conditions.to(device)).sample
        loss = torch.nn.functional.mse_loss(predicted.float(), target.to(device))
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.denoiser.parameters(), self.config.gradient_clip)
        self.optimiser.step()
        self.optimiser.zero_grad()
        rate = self.learning_rate.get_last_lr()[0]
        self.learning_rate.step()
        self._update_average(step)
        value = loss.item()
        if not math.isfinite(value):
            raise InputError(
                f"the generator's loss is {value} after {step + 1} steps: lower the config key "
                "`generator.learning_rate` or lengthen `generator.warmup_steps`"
            )
        self._log(step + 1, value, rate)
        return value

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        # A fixed decay would keep the initial weights in the average for long; this is the usual warm-up.
        decay = min(self.config.ema_decay, (1 + step) / (10 + step))
        for name, value in self._network().state_dict().items():
            self.average[name].lerp_(value, 1 - decay)

    def _log(self, done: int, loss: float, rate: float) -> None:
        self.recent_losses.append(loss)
        if done % self.config.log_every == 0:
            self.loss_curve.append((done, sum(self.recent_losses) / len(self.recent_losses), rate))
            self.recent_losses = []

    def averaged_weights(self) -> Weights:
        return {name: value.cpu().clone() for name, value in self.average.items()}

    def content(self) -> dict[str, Any]:
        return {
            "weights": self._network().state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "learning_rate": self.learning_rate.state_dict(),
            "snapshots": self.snapshots,
            "loss_curve": self.loss_curve,
            "recent_losses": self.recent_losses,
        }

    def load(self, content: dict[str, Any]) -> None:
        self._network().load_state_dict(content["weights"])
        device = self.accelerator.device
        self.average = {name: value.to(device) for name, value in content["average"].items()}
        self.optimiser.load_state_dict(content["optimiser"])
        self.learning_rate.load_state_dict(content["learning_rate"])
        self.snapshots = content["snapshots"]
        self.loss_curve = content["loss_curve"]
        self.recent_losses = content["recent_losses"]

    def _network(self) -> torch.nn.Module:
        return self.accelerator.unwrap_model(self.denoiser)


def identity(
    training: Block, config: Diffusion, images: np.ndarray, conditions: np.ndarray, code: Iterable[Path]
) -> str:
    """SHA-256 of everything that determines a training: its config, data, code files, and device."""
    digest = hashlib.sha256(f"{training.to_json()} {facts_of_bytes(config.compute)}".encode())
    for array in (images, conditions):
        for first in range(0, len(array), HASHED_TOGETHER):
            digest.update(np.ascontiguousarray(array[first : first + HASHED_TOGETHER]))
    for file in code:
        digest.update(file.read_bytes())
    return digest.hexdigest()

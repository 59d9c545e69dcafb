"""Training of a diffusion model: denoising score matching with a condition (Ho et al. 2020).

    x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps,   loss = |network(x_t, t, condition) - target|^2,

where the condition is a class or a mask, and target is eps, or the velocity v = sqrt(abar_t) eps - sqrt(1 - abar_t) x_0
(Salimans & Ho 2022).

Every random number of a step is drawn from a stream named by that step. So no generator state needs saving, and a
training that was killed at any point and resumed gives the same bytes as one that was not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from diffusers import DDPMScheduler
from diffusers.optimization import get_cosine_schedule_with_warmup
from tqdm import tqdm

from sweetspot.batches import BatchOrder
from sweetspot.checkpoints import NO_CHECKPOINTS, Part
from sweetspot.config.diffusion import Diffusion
from sweetspot.device import autocast, compile_network, grad_scaler, select_device
from sweetspot.errors import InputError
from sweetspot.generate.schedule import schedule
from sweetspot.generate.snapshots import Weights
from sweetspot.streams import torch_stream

LOSS_COLUMNS = ["step", "loss", "learning_rate"]


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
    state = _TrainingState(denoiser, config, accelerator, name)
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
        loss = state.step(step, image_tensor[indices], condition_tensor[indices])
        done = step + 1
        if done in snapshots:
            state.snapshots[done] = state.averaged_weights()
        if done % config.log_every == 0:
            progress.set_postfix(loss=f"{loss:.4f}", refresh=False)
        # After a step the states of all processes are equal, so the first needs no word of the others to leave.
        if main:
            checkpoints.after(done, state.content)
    accelerator.end_training()
    return Trained(state.snapshots, state.loss_curve)


class _TrainingState:
    """Everything that changes from step to step, and that a checkpoint holds."""

    def __init__(self, denoiser: torch.nn.Module, config: Diffusion, accelerator: Accelerator, name: str) -> None:
        self.config = config
        self.accelerator = accelerator
        self.name = name
        self.scheduler = DDPMScheduler(**schedule(config))
        self.scaler = grad_scaler(config.compute)
        self.optimiser = torch.optim.AdamW(
            denoiser.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        compile_network(denoiser, config.compute)
        self.denoiser = accelerator.prepare(denoiser)
        self.learning_rate = get_cosine_schedule_with_warmup(self.optimiser, config.warmup_steps, config.steps)
        self.average = {name: value.detach().clone() for name, value in self._network().state_dict().items()}
        self.snapshots: dict[int, Weights] = {}
        self.loss_curve: list[tuple[int, float, float]] = []
        self.recent_losses: list[float] = []

    def step(self, step: int, images: torch.Tensor, conditions: torch.Tensor) -> float:
        """One optimiser step on a batch; returns its loss, over all processes."""
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
        mine = self._share(len(images))
        with autocast(self.config.compute):
            predicted = self.denoiser(
                noisy[mine].to(device), timesteps[mine].to(device), conditions[mine].to(device)
            ).sample
        loss = torch.nn.functional.mse_loss(predicted.float(), target[mine].to(device))
        self.accelerator.backward(self.scaler.scale(loss))
        self.scaler.unscale_(self.optimiser)
        torch.nn.utils.clip_grad_norm_(self.denoiser.parameters(), self.config.gradient_clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.optimiser.zero_grad()
        rate = self.learning_rate.get_last_lr()[0]
        self.learning_rate.step()
        self._update_average(step)
        value = self.accelerator.reduce(loss.detach(), "mean").item()
        if not math.isfinite(value):
            raise InputError(
                f"the generator's loss is {value} after {step + 1} steps: lower the config key "
                "`generator.learning_rate` or lengthen `generator.warmup_steps`"
            )
        self._log(step + 1, value, rate)
        return value

    def _share(self, batch_size: int) -> slice:
        """The part of each batch that this process computes."""
        size = batch_size // self.accelerator.num_processes
        return slice(self.accelerator.process_index * size, (self.accelerator.process_index + 1) * size)

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
            "scaler": self.scaler.state_dict(),
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
        self.scaler.load_state_dict(content["scaler"])
        self.learning_rate.load_state_dict(content["learning_rate"])
        self.snapshots = content["snapshots"]
        self.loss_curve = content["loss_curve"]
        self.recent_losses = content["recent_losses"]

    def _network(self) -> torch.nn.Module:
        return self.accelerator.unwrap_model(self.denoiser)

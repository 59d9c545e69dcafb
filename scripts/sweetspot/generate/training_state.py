"""What one step of a diffusion model's training does, and all that it changes."""

from __future__ import annotations

import math
from typing import Any

import torch
from accelerate import Accelerator
from diffusers import DDPMScheduler
from diffusers.optimization import get_cosine_schedule_with_warmup

from sweetspot.config.diffusion import Diffusion
from sweetspot.device import autocast, compile_network, grad_scaler
from sweetspot.errors import InputError
from sweetspot.generate.schedule import schedule
from sweetspot.snapshots import Weights
from sweetspot.streams import torch_stream


class TrainingState:
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
        self.recent_losses: list[torch.Tensor] = []

    def step(self, step: int, images: torch.Tensor, conditions: torch.Tensor) -> None:
        """One optimiser step on a batch."""
        stream = torch_stream(f"{self.name}/step={step}", self.config.seed)
        if self.config.horizontal_flip:
            mirrored = torch.rand(len(images), generator=stream) < 0.5
            images = torch.where(mirrored[:, None, None, None], images.flip(-1), images)
            if conditions.ndim == 4:
                conditions = torch.where(mirrored[:, None, None, None], conditions.flip(-1), conditions)
        noise = torch.randn(images.shape, generator=stream)
        timesteps = torch.randint(self.config.timesteps, (len(images),), generator=stream)
        images, conditions, noise, timesteps = map(self._share, (images, conditions, noise, timesteps))
        noisy = self.scheduler.add_noise(images, noise, timesteps)
        target = noise
        if self.config.prediction == "v_prediction":
            target = self.scheduler.get_velocity(images, noise, timesteps)
        with autocast(self.config.compute):
            predicted = self.denoiser(noisy, timesteps, conditions).sample
        loss = torch.nn.functional.mse_loss(predicted.float(), target)
        self.accelerator.backward(self.scaler.scale(loss))
        self.scaler.unscale_(self.optimiser)
        torch.nn.utils.clip_grad_norm_(self.denoiser.parameters(), self.config.gradient_clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.optimiser.zero_grad()
        rate = self.learning_rate.get_last_lr()[0]
        self.learning_rate.step()
        self._update_average(step)
        self.recent_losses.append(self.accelerator.reduce(loss.detach(), "mean"))
        if (step + 1) % self.config.log_every == 0 or step + 1 == self.config.steps:
            self._log(step + 1, rate)

    def _share(self, batch: torch.Tensor) -> torch.Tensor:
        """The part of a batch that this process computes, on its device."""
        size = len(batch) // self.accelerator.num_processes
        mine = batch[self.accelerator.process_index * size :][:size]
        if self.accelerator.device.type != "cuda":
            return mine.to(self.accelerator.device)
        # From pinned memory the copy waits for nothing: the GPU computes one step while the CPU draws the next.
        return mine.pin_memory().to(self.accelerator.device, non_blocking=True)

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        # A fixed decay would keep the initial weights in the average for long; this is the usual warm-up.
        decay = min(self.config.ema_decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(list(self.average.values()), list(self._network().state_dict().values()), 1 - decay)

    def _log(self, done: int, rate: float) -> None:
        """Add a row to the loss curve. Only here are losses read, since to read one is to wait for the GPU."""
        losses = self._read_losses()
        for step, loss in enumerate(losses, done - len(losses) + 1):
            if not math.isfinite(loss):
                raise InputError(
                    f"the generator's loss is {loss} after {step} steps: lower the config key "
                    "`generator.learning_rate` or lengthen `generator.warmup_steps`"
                )
        if done % self.config.log_every == 0:
            self.loss_curve.append((done, sum(losses) / len(losses), rate))
        self.recent_losses = []

    def _read_losses(self) -> list[float]:
        return torch.stack(self.recent_losses).tolist() if self.recent_losses else []

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
            "recent_losses": self._read_losses(),
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
        self.recent_losses = [torch.tensor(loss, device=device) for loss in content["recent_losses"]]

    def _network(self) -> torch.nn.Module:
        return self.accelerator.unwrap_model(self.denoiser)

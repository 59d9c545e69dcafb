"""The training loop of diffusers' own example script for unconditional generation, as it stands there.

https://github.com/huggingface/diffusers/blob/main/examples/unconditional_image_generation/train_unconditional.py

Left out are its trackers, its pictures and its checkpoints. The network is given, with a class as condition and in the
script's layout of memory, and images are ready tensors, so that no time goes into decoding files.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from accelerate import Accelerator
from diffusers import DDPMScheduler
from diffusers.optimization import get_scheduler
from diffusers.training_utils import EMAModel
from torch.nn.functional import mse_loss
from torch.utils.data import DataLoader, TensorDataset

from sweetspot.config.diffusion import Diffusion
from sweetspot.generate.schedule import schedule


def train_as_diffusers_does(
    network: torch.nn.Module,
    config: Diffusion,
    images: np.ndarray,
    labels: np.ndarray,
    precision: str,
    cpu: bool,
    after_step: Callable[[int], None],
) -> None:
    """Train for `config.steps` steps; `precision` is accelerate's, `after_step` gets the number of steps done."""
    accelerator = Accelerator(mixed_precision=precision, cpu=cpu)
    network.to(memory_format=torch.contiguous_format)
    dtype = {"no": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[precision]
    average = EMAModel(network.parameters(), decay=0.9999, use_ema_warmup=True, inv_gamma=1.0, power=3 / 4)
    scheduler = DDPMScheduler(**schedule(config))
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, betas=(0.95, 0.999), weight_decay=1e-6, eps=1e-8
    )
    data = TensorDataset(torch.from_numpy(images), torch.from_numpy(labels))
    loader = DataLoader(data, batch_size=config.batch_size, shuffle=True, drop_last=True)
    rate = get_scheduler(
        "cosine", optimizer=optimiser, num_warmup_steps=config.warmup_steps, num_training_steps=config.steps
    )
    network, optimiser, loader, rate = accelerator.prepare(network, optimiser, loader, rate)
    average.to(accelerator.device)
    done = 0
    while done < config.steps:
        network.train()
        for clean, condition in loader:
            clean = clean.to(dtype)
            noise = torch.randn(clean.shape, dtype=dtype, device=clean.device)
            timesteps = torch.randint(0, config.timesteps, (len(clean),), device=clean.device).long()
            noisy = scheduler.add_noise(clean, noise, timesteps)
            with accelerator.accumulate(network):
                predicted = network(noisy, timesteps, condition).sample
                loss = mse_loss(predicted.float(), noise.float())
                accelerator.backward(loss)
                if accelerator.sync_gradients:
                    accelerator.clip_grad_norm_(network.parameters(), 1.0)
                optimiser.step()
                rate.step()
                optimiser.zero_grad()
            if accelerator.sync_gradients:
                average.step(network.parameters())
            loss.detach().item()  # which it logs after every step
            done += 1
            after_step(done)
            if done == config.steps:
                return

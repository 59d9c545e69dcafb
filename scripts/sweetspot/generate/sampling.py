"""Drawing samples: one reverse chain, looked at wherever a quality asks for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler
from scipy.stats import truncnorm
from tqdm import tqdm

from sweetspot.config.diffusion import Diffusion
from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.device import autocast, compile_network, select_device
from sweetspot.generate.schedule import schedule
from sweetspot.streams import numpy_stream, torch_stream

Scheduler = DDPMScheduler | DDIMScheduler | DPMSolverMultistepScheduler


def balanced_labels(images: int, classes: int) -> np.ndarray:
    """Class labels 0, 1, ..., classes-1, 0, ... of a synthetic pool, int64 (images,)."""
    return np.arange(images, dtype=np.int64) % classes


def reverse_scheduler(sampling: Sampling, generator: Diffusion) -> Scheduler:
    """The solver of the reverse process, set to its timesteps.

    `ddpm` is ancestral sampling (Ho et al. 2020), `ddim` that of Song et al. 2021 with noise eta, `dpmsolver++` the
    second-order multistep solver of Lu et al. 2022.
    """
    common = schedule(generator)
    if sampling.solver == "ddpm":
        scheduler: Scheduler = DDPMScheduler(**common)
    elif sampling.solver == "ddim":
        scheduler = DDIMScheduler(**common)
    else:
        scheduler = DPMSolverMultistepScheduler(algorithm_type="dpmsolver++", **common)
    scheduler.set_timesteps(sampling.solver_steps)
    return scheduler


@torch.no_grad()
def sample_batches(
    denoiser: torch.nn.Module,
    generator: Diffusion,
    sampling: Sampling,
    conditions: np.ndarray,
    image_shape: tuple[int, int, int],
    name: str = "sampling",
    first_batch: int = 0,
    safe_point: Callable[[], None] = lambda: None,
) -> Iterator[dict[str, np.ndarray]]:
    """Sample the synthetic pool of all qualities of `sampling`, which must share one chain, batch by batch.

    Parameters
    ----------
    conditions : class label, int64 (images,), or mask, uint8 (images, mask channels, height, width), of each image.
    image_shape : (channels, height, width).
    name : of the random streams.
    first_batch : the batch to begin with; each has streams of its own, and so is the same whichever came before.
    safe_point : called after every step of a solver; what it raises ends the sampling.

    Yields
    ------
    For each quality the next images, in the order of `conditions`: float32 (batch, channels, height, width). A chain
    that runs to its end is clipped to [-1, 1]; one that stops at t > 0 is x_t as it is; then noise is added. The
    network computes in the generator's `compute.precision`, the chain itself in float32.
    """
    qualities = {quality: parse_quality(quality) for quality in sampling.qualities}
    (truncation,) = {quality.truncation for quality in qualities.values()}
    stops = {quality.t for quality in qualities.values()}
    device = select_device(generator.compute)
    denoiser = denoiser.to(device)
    compile_network(denoiser, generator.compute)
    total = math.ceil(sampling.images / sampling.batch_size)
    progress = tqdm(range(first_batch, total), initial=first_batch, total=total, unit="batch", mininterval=5)
    for batch in progress:
        rows = slice(batch * sampling.batch_size, (batch + 1) * sampling.batch_size)
        condition = torch.from_numpy(conditions[rows])
        start = _starting_noise(
            (len(condition), *image_shape), truncation, f"{name}/start/batch={batch}", sampling.seed
        )
        states = _run_chain(
            denoiser,
            autocast(generator.compute),
            reverse_scheduler(sampling, generator),
            sampling,
            start.to(device),
            condition.to(device),
            torch_stream(f"{name}/chain/batch={batch}", sampling.seed),
            stops,
            safe_point,
        )
        yield {
            quality: _add_noise(
                states[setting.t], setting.noise, f"{name}/noise/{quality}/batch={batch}", sampling.seed
            )
            for quality, setting in qualities.items()
        }


def _run_chain(
    denoiser: torch.nn.Module,
    precision: torch.autocast,
    scheduler: Scheduler,
    sampling: Sampling,
    state: torch.Tensor,
    condition: torch.Tensor,
    stream: torch.Generator,
    stops: set[int],
    safe_point: Callable[[], None],
) -> dict[int, np.ndarray]:
    """The states of one reverse chain at the timesteps `stops`; it runs no further than the smallest of them."""
    extra = {"eta": sampling.eta} if sampling.solver == "ddim" else {}
    timesteps = scheduler.timesteps.tolist()
    # `t` timesteps are left before the network is evaluated at index t - 1.
    left_after = [each + 1 for each in timesteps[1:]] + [0]
    states = {}
    for timestep, left in zip(timesteps, left_after, strict=True):
        with precision:
            predicted = denoiser(state, timestep, condition).sample.float()
        state = scheduler.step(predicted, timestep, state, generator=stream, **extra).prev_sample
        if left in stops:
            states[left] = (state if left else state.clamp(-1, 1)).cpu().numpy()
        safe_point()
        if left == min(stops):
            break
    return states


def _starting_noise(shape: tuple[int, ...], truncation: float | None, name: str, seed: int) -> torch.Tensor:
    if truncation is None:
        return torch.randn(shape, generator=torch_stream(name, seed))
    noise = truncnorm.rvs(-truncation, truncation, size=shape, random_state=numpy_stream(name, seed))
    return torch.from_numpy(noise.astype(np.float32))


def _add_noise(images: np.ndarray, variance: float, name: str, seed: int) -> np.ndarray:
    if not variance:
        return images
    noise = numpy_stream(name, seed).standard_normal(images.shape, dtype=np.float32)
    return images + np.float32(np.sqrt(variance)) * noise

"""The forward process, as training and sampling share it."""

from __future__ import annotations

from typing import Any

from sweetspot.config.diffusion import Diffusion

LINEAR_TIMESTEPS = 1000  # for which Ho et al. 2020 chose beta from 1e-4 to 0.02


def schedule(config: Diffusion) -> dict[str, Any]:
    """Arguments of a diffusers scheduler: x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps, abar_t = prod (1 - beta_s).

    `squaredcos_cap_v2` is the cosine schedule of Nichol & Dhariwal 2021. `linear` is that of Ho et al. 2020 with the
    betas scaled by 1000 / T, so that x_T is nearly pure noise for any number T of timesteps. With trailing spacing a
    solver starts at T and has a whole number of strides T / solver_steps left after each step.
    """
    scale = LINEAR_TIMESTEPS / config.timesteps
    return {
        "num_train_timesteps": config.timesteps,
        "beta_schedule": config.noise_schedule,
        "beta_start": min(1e-4 * scale, 0.999),
        "beta_end": min(0.02 * scale, 0.999),
        "prediction_type": config.prediction,
        "timestep_spacing": "trailing",
    }

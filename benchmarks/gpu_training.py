"""Speed of generator training against diffusers' example loop, and where its time goes."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from diffusers import DDPMScheduler, UNet2DModel
from diffusers_loop import train_as_diffusers_does
from stopwatch import Enough, Phases, StepClock, peak_memory
from torch.profiler import ProfilerActivity, profile

from sweetspot.batches import BatchOrder
from sweetspot.config.compute import GeneratorCompute
from sweetspot.config.generator import Generator
from sweetspot.device import select_device, start
from sweetspot.generate.denoiser import build_denoiser
from sweetspot.generate.training import train_generator
from sweetspot.generate.training_state import TrainingState

WARM_UP = 5  # steps
TOP = 12  # operators


def train(
    loop: str, generator: Generator, images: np.ndarray, labels: np.ndarray, clock: StepClock
) -> dict[str, float | None]:
    """Train until the clock has had enough; the peak memory."""
    # Accelerate keeps the precision of the first one that a process makes.
    AcceleratorState._reset_state(reset_partial_state=True)
    network = build_denoiser(generator, images.shape[1:], int(labels.max()) + 1)
    with peak_memory() as memory, contextlib.suppress(Enough):
        if loop == "sweetspot":
            train_generator(network, generator, (), images, labels, clock)
        else:
            precision = {"full": "no"}.get(generator.compute.precision, generator.compute.precision)
            cpu = select_device(generator.compute).type == "cpu"
            train_as_diffusers_does(network, generator, images, labels, precision, cpu, clock.after)
    return memory


def compare_loops(
    generator: Generator, images: np.ndarray, labels: np.ndarray, seconds: float, compiled: bool, deadline: float
) -> list[dict[str, Any]]:
    """Images per second of both loops by precision, taken in turns; sweetspot's also without determinism."""
    ways = [("sweetspot", "bf16", {}), ("diffusers", "bf16", {}), ("sweetspot", "full", {}), ("diffusers", "full", {})]
    ways.insert(2, ("sweetspot", "bf16", {"deterministic": False}))
    if compiled:
        ways.append(("sweetspot", "bf16", {"compile": True}))
    rows: dict[int, dict[str, Any]] = {}
    for _ in range(2):
        for number, (loop, precision, changes) in enumerate(ways):
            if time.monotonic() + seconds > deadline:
                break
            # diffusers' script leaves torch's defaults, and they hold for a whole process.
            settings = {"precision": precision, "deterministic": loop == "sweetspot", **changes}
            compute = GeneratorCompute(**settings)
            with contextlib.redirect_stdout(None):
                start(compute, torch.get_num_threads())
            if loop == "diffusers":
                torch.backends.cudnn.benchmark = False
            clock = StepClock(WARM_UP, seconds, 100_000)
            memory = train(loop, generator.model_copy(update={"compute": compute}), images, labels, clock)
            speed = clock.steps * generator.batch_size / clock.seconds
            row = rows.setdefault(number, {"loop": loop, **settings, **memory, "images_per_second": []})
            row["images_per_second"].append(speed)
    return list(rows.values())


def phases(generator: Generator, images: np.ndarray, labels: np.ndarray, steps: int) -> dict[str, float]:
    """Milliseconds of a step by phase."""
    watch = Phases()
    functions = {
        "batch order": (BatchOrder, "__call__"),
        "copy to the device": (TrainingState, "_share"),
        "noise added": (DDPMScheduler, "add_noise"),
        "target": (DDPMScheduler, "get_velocity"),
        "forward": (UNet2DModel, "forward"),
        "backward": (Accelerator, "backward"),
        "gradient clip": (torch.nn.utils, "clip_grad_norm_"),
        "optimiser": (torch.optim.AdamW, "step"),
        "moving average": (TrainingState, "_update_average"),
        "whole step": (TrainingState, "step"),
    }
    # The first steps are slower.
    train("sweetspot", generator, images, labels, StepClock(1, 1e9, WARM_UP))
    with watch.watch(functions):
        train("sweetspot", generator, images, labels, StepClock(0, 1e9, steps))
    taken = {name: 1000 * seconds / steps for name, seconds in watch.seconds.items()}
    whole = taken.pop("whole step")
    return taken | {"noise drawn, and the rest": whole - sum(taken.values()), "whole step": whole}


def operators(generator: Generator, images: np.ndarray, labels: np.ndarray, steps: int) -> list[dict[str, Any]]:
    """The operators that take most time of the device, each with its share."""
    on_gpu = select_device(generator.compute).type == "cuda"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])]
    with profile(activities=activities) as profiler:
        train("sweetspot", generator, images, labels, StepClock(0, 1e9, steps))
    name = "self_device_time_total" if on_gpu else "self_cpu_time_total"
    events = sorted(profiler.key_averages(), key=lambda event: -getattr(event, name))
    total = sum(getattr(event, name) for event in events)
    return [
        {
            "operator": event.key,
            "milliseconds": getattr(event, name) / 1000 / steps,
            "share": getattr(event, name) / total,
        }
        for event in events[:TOP]
    ]

"""Where and how a network computes: device, precision, compilation, determinism, and the record of them.

A program calls `start` once, before anything else; the library asks for the rest by the network's own `compute` block.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from typing import Any, Literal

import torch

from sweetspot.config.compute import Compute
from sweetspot.errors import InputError

Precision = Literal["full", "bf16", "fp16"]
TYPES = {"full": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
COMPILERS = ("CC", "CXX")  # environment variables that name one
started: dict[str, Any] = {}  # the facts of this process, once it has called `start`


def start(compute: Compute, threads: int) -> torch.device:
    """Set up this process for `compute` on so many CPU threads, and print the line `compute: {...}`, which is JSON.

    Raises
    ------
    InputError : this machine lacks what the config asks for.
    """
    torch.set_num_threads(threads)
    device = select_device(compute)
    # With a fixed number of threads the CPU repeats itself anyway; this call alone would take two seconds of every job,
    # since it imports torch's compiler.
    if compute.deterministic and device.type != "cpu":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS starts
        torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = not compute.deterministic
    started.update(facts(compute))
    print(f"compute: {json.dumps(started, sort_keys=True)}", flush=True)
    return device


def select_device(compute: Compute) -> torch.device:
    """The device to compute on: the one asked for, or the best there is.

    Raises
    ------
    InputError : the device asked for is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if compute.device == "auto":
        return torch.device(next(name for name, found in there.items() if found))
    if not there[compute.device]:
        found = " and ".join(name for name, is_there in there.items() if is_there)
        raise InputError(f"config key `compute.device` is {compute.device}, and torch finds {found} here; use `auto`")
    return torch.device(compute.device)


def precision(compute: Compute) -> Precision:
    """The precision on this machine, with `auto` decided.

    Raises
    ------
    InputError : fp16 is asked for without a GPU; see `select_device`.
    """
    device = select_device(compute)
    if compute.precision == "auto":
        # Older GPUs only emulate bf16.
        has_bf16 = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16" if has_bf16 else "full"
    if compute.precision == "fp16" and device.type == "cpu":
        raise InputError("config key `compute.precision` is fp16, which needs a GPU; use `auto`, `bf16` or `full`")
    return compute.precision


def autocast(compute: Compute) -> torch.autocast:
    """A context in which networks compute in that precision; what they return may be of it."""
    chosen = precision(compute)
    # Full precision is no type of autocast on a CPU, though it is off.
    dtype = torch.bfloat16 if chosen == "full" else TYPES[chosen]
    return torch.autocast(select_device(compute).type, dtype, enabled=chosen != "full")


def grad_scaler(compute: Compute) -> torch.amp.GradScaler:
    """Scales the loss so that gradients in fp16 do not vanish; passes all through in other precisions."""
    return torch.amp.GradScaler(select_device(compute).type, enabled=precision(compute) == "fp16")


def compile_network(network: torch.nn.Module, compute: Compute) -> None:
    """Compile `network` in place, so that the names of its weights stay, if `compute` asks for it.

    Raises
    ------
    InputError : there is no C compiler, which torch.compile calls.
    """
    if not compute.compile:
        return
    names = [os.environ[each] for each in COMPILERS if os.environ.get(each)] or ["gcc", "g++", "clang", "clang++"]
    if not any(map(shutil.which, names)):
        raise InputError(f"config key `compute.compile` needs a C compiler, and there is no {' or '.join(names)} here")
    network.compile()


def facts(compute: Compute) -> dict[str, Any]:
    """What a record of a result should say about where it was computed; JSON."""
    device = select_device(compute)
    on_cuda = device.type == "cuda"
    return {
        "device": device.type,
        "precision": precision(compute),
        "compile": compute.compile,
        "deterministic": compute.deterministic or device.type == "cpu",
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "host": platform.node(),
        "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "gpu": torch.cuda.get_device_name() if on_cuda else None,
        "cuda": torch.version.cuda if on_cuda else None,
        "cudnn": torch.backends.cudnn.version() if on_cuda else None,
        "driver": _driver_version() if on_cuda else None,
    }


def facts_of_bytes(compute: Compute) -> str:
    """Those facts on which the bytes of a result depend, for the identity of its checkpoints.

    Neither the host nor the model of the GPU: a job that is requeued elsewhere goes on, rather than beginning again.
    """
    everything = facts(compute)
    kept = ("device", "precision", "compile", "deterministic", "torch", "cuda")
    return json.dumps({name: everything[name] for name in kept}, sort_keys=True)


def _driver_version() -> str | None:
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return None
    return found[0] if found else None

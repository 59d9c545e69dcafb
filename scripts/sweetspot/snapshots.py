"""The weights of a network at several steps of its training, in one safetensors file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from sweetspot.errors import InputError
from sweetspot.files import atomic_path

Weights = dict[str, torch.Tensor]


def save_snapshots(path: str | Path, snapshots: dict[int, Weights], description: dict[str, Any]) -> None:
    """Write the weights kept at several steps to one safetensors file, as `step/parameter`.

    `description` (JSON) says how to build the network; it is the file's metadata.
    """
    tensors = {
        f"{step}/{name}": tensor.contiguous() for step, weights in snapshots.items() for name, tensor in weights.items()
    }
    # One metadata key: the library orders several at random, and equal weights must give equal bytes.
    content = save(tensors, metadata={"description": json.dumps(description, sort_keys=True)})
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def load_snapshot(path: str | Path, step: int | None = None) -> tuple[Weights, dict[str, Any]]:
    """The weights kept at `step` (the last ones if None), and the description of their network.

    Raises
    ------
    InputError : the file is not what `save_snapshots` writes, or has no weights of that step.
    """
    try:
        with safe_open(path, framework="pt") as file:
            description = json.loads(file.metadata()["description"])
            names = list(file.keys())
            kept = sorted({int(name.split("/")[0]) for name in names})
            step = kept[-1] if step is None else step
            if step not in kept:
                raise InputError(f"{path}: no weights after {step} steps were kept, only after {kept}")
            prefix = f"{step}/"
            weights = {name.removeprefix(prefix): file.get_tensor(name) for name in names if name.startswith(prefix)}
    except (OSError, SafetensorError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise InputError(
            f"{path}: not a network written by this workflow ({error}); delete it and train again"
        ) from None
    return weights, description

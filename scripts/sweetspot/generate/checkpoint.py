"""Checkpoints of a training: written whole, read back only by the same training.

Each training has a folder of its own, named by a hash of everything that determines it, so that a checkpoint of another
config, other data or other code is never continued.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import torch

from sweetspot.files import atomic_path

KEEP = 2  # the newest, and one before it in case the newest cannot be read


def save_checkpoint(folder: Path, step: int, state: dict[str, Any]) -> None:
    """Write `state` after `step` optimiser steps and delete all but the newest checkpoints in `folder`."""
    content = io.BytesIO()
    torch.save({"step": step, "state": state}, content)
    with atomic_path(folder / f"step_{step:09d}.pt") as temporary:
        # Not by torch itself, whose error does not tell that the disk is full.
        temporary.write_bytes(content.getbuffer())
    for old in _newest_first(folder)[KEEP:]:
        old.unlink()


def load_checkpoint(folder: Path) -> tuple[int, dict[str, Any]] | None:
    """The newest readable checkpoint in `folder`: (step, state), or None if there is none."""
    for path in _newest_first(folder):
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
            return content["step"], content["state"]
        except Exception as error:  # damage shows as whatever the reader stumbles over; the one before will do
            print(f"{path}: unreadable, ignored ({error})", file=sys.stderr)
    return None


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("step_*.pt"), reverse=True)

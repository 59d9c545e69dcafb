"""Random streams, each derived from a name and a seed, never from the order of calls.

A stream for ("initial weights", 3) is the same whatever else was drawn before it, in whichever process. So the
same seed means the same real subset and the same initial weights at every ratio, and differences are paired.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def stream_seed(name: str, seed: int) -> int:
    """First 63 bits of SHA-256("name/seed"), as a non-negative integer."""
    digest = hashlib.sha256(f"{name}/{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def numpy_stream(name: str, seed: int) -> np.random.Generator:
    """A numpy generator for the stream `name` at `seed`."""
    return np.random.default_rng(stream_seed(name, seed))


def torch_stream(name: str, seed: int) -> torch.Generator:
    """A torch generator for the stream `name` at `seed`.

    It lives on the CPU, so that a run draws the same numbers whichever device it computes on.
    """
    import torch

    return torch.Generator().manual_seed(stream_seed(name, seed))

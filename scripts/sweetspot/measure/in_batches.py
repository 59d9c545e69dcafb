"""Features of images by a network, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

# Names the streams of the networks that are trained for their features; experiments have seeds below.
ENCODER_SEED = 1_000_000


@torch.no_grad()
def in_batches(
    network: torch.nn.Module, extract: Callable[[torch.Tensor], torch.Tensor], images: np.ndarray, size: int = 256
) -> np.ndarray:
    """What `extract` makes of images (n, channels, height, width), as float64 (n, d), on the network's device."""
    device = next(network.parameters()).device
    parts = []
    for first in range(0, len(images), size):
        batch = torch.from_numpy(np.array(images[first : first + size], dtype=np.float32))
        parts.append(extract(batch.to(device)).double().cpu().numpy())
    return np.concatenate(parts)

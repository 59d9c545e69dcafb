"""Which samples a training step sees: a function of names, seed and step alone.

So a resumed training continues exactly, and two runs with the same seed and size see the same batches.
"""

from __future__ import annotations

import functools

import numpy as np

from sweetspot.streams import numpy_stream


class BatchOrder:
    """Batches of a fixed size from an endless chain of random permutations of 0..n-1.

    Batch s holds positions s*B .. (s+1)*B-1 of the chain, so every sample is seen once per n positions. A batch is
    never larger than n.
    """

    def __init__(self, n: int, batch_size: int, name: str, seed: int) -> None:
        self.n = n
        self.batch_size = min(batch_size, n)
        self._permutation = functools.lru_cache(maxsize=2)(
            lambda epoch: numpy_stream(f"{name}/batches/epoch={epoch}", seed).permutation(n)
        )

    @property
    def steps_per_epoch(self) -> int:
        """Batches after which every sample was seen at least once."""
        return -(-self.n // self.batch_size)

    def __call__(self, step: int) -> np.ndarray:
        """Indices, shape (batch_size,), of the batch of `step` (from 0)."""
        first = step * self.batch_size
        epoch, offset = divmod(first, self.n)
        indices = self._permutation(epoch)[offset : offset + self.batch_size]
        if len(indices) < self.batch_size:
            rest = self._permutation(epoch + 1)[: self.batch_size - len(indices)]
            indices = np.concatenate([indices, rest])
        return indices

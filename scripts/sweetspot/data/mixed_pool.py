"""The pool of a seed that samples are picked from: a mixture of synthetic qualities and hidden real images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sweetspot.data.subsets import real_order, synthetic_order
from sweetspot.streams import numpy_stream

REAL_PART = "train"  # of the split; real images in a pool are of this part


@dataclass(frozen=True)
class MixedPool:
    """Images by where they are, arrays of shape (n,): `parts` are qualities, or `train` for real ones.

    numbers : int64, rows of the part or of the samples of the quality.
    labels : int64.
    """

    parts: np.ndarray
    numbers: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.parts)


def mixed_pool(
    parts: Mapping[str, int],
    more_real: int,
    n_real: int,
    real_labels: np.ndarray,
    synthetic_labels: np.ndarray,
    seed: int,
) -> MixedPool:
    """The pool of a seed, in random order, so that ties and whoever takes the first prefer no part.

    The qualities take one after the other from the seed's stratified order of the synthetic images, and so share none;
    the real images are the next `more_real` after the first `n_real` of the seed's order, and so none of those.

    Parameters
    ----------
    parts : number of images of each quality.
    real_labels : of the part `train`.
    synthetic_labels : of the samples, the same for all qualities.

    Raises
    ------
    ValueError : more images are asked for than there are.
    """
    ends = np.cumsum([0, *parts.values()])
    if ends[-1] > len(synthetic_labels) or n_real + more_real > len(real_labels):
        raise ValueError(
            f"{ends[-1]} synthetic and {n_real} + {more_real} real images are asked for, and there are "
            f"{len(synthetic_labels)} and {len(real_labels)}"
        )
    synthetic = synthetic_order(synthetic_labels, seed)[: ends[-1]]
    real = real_order(real_labels, seed)[n_real : n_real + more_real]
    pool = MixedPool(
        np.repeat([*parts, REAL_PART], [*parts.values(), more_real]),
        np.concatenate([synthetic, real]),
        np.concatenate([synthetic_labels[synthetic], real_labels[real]]),
    )
    order = numpy_stream("mixed pool", seed).permutation(len(pool))
    return MixedPool(pool.parts[order], pool.numbers[order], pool.labels[order])

"""A set of axial slices with their masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Grey matter, white matter and cerebrospinal fluid.
TISSUES = ("GM", "WM", "CSF")
# Channels of a mask, in this order. At most one of them is 1 in a pixel; all are 0 outside of the brain.
MASK_CHANNELS = (*TISSUES, "lesion")
LESION = MASK_CHANNELS.index("lesion")


@dataclass(frozen=True)
class SliceSet:
    """Slices, in the order of a sample store or of a synthetic pool.

    images : float32, shape (n, modalities, height, width); real slices are in [-1, 1].
    masks : uint8, 0 or 1, shape (n, 4, height, width), channels as in `MASK_CHANNELS`.
    scans : str, shape (n,): the scan that each slice is of, such as "sub-01/ses-02"; empty for synthetic slices.
    """

    images: np.ndarray
    masks: np.ndarray
    scans: np.ndarray

    def has_lesion(self) -> np.ndarray:
        """1 for each slice with a lesion, else 0; int64, shape (n,)."""
        return self.masks[:, LESION].any(axis=(1, 2)).astype(np.int64)

"""Axial slices of a scan: normalised, of one size, centred on the brain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.config.scans import Slices
from sweetspot.data.scan import GriddedScan
from sweetspot.errors import InputError

# Resampling a constant image leaves differences of float32 rounding, which are below this share of its intensity.
SAME_INTENSITY = 1e-5


@dataclass(frozen=True)
class CutScan:
    """The slices of one scan, from below upwards; rows run from back to front, columns from left to right.

    images : float32 in [-1, 1], -1 outside of the brain; shape (n, modalities, height, width).
    masks : uint8, shape (n, 4, height, width), channels as in `MASK_CHANNELS`.
    z : world coordinate of each slice, mm, shape (n,).
    cut_off : share of the scan's brain that is outside of all windows of the configured size.
    """

    images: np.ndarray
    masks: np.ndarray
    z: np.ndarray
    cut_off: float


def cut_slices(scan: GriddedScan, config: Slices, name: str, modalities: tuple[str, ...]) -> CutScan:
    """Normalise a scan and cut it.

    Parameters
    ----------
    name, modalities : of the scan and of its images, for messages.

    Raises
    ------
    InputError : constant intensities inside the brain, or no slice with enough brain.
    """
    images = np.stack(
        [
            normalise(image, scan.brain, config.percentiles, f"{name} {modality}")
            for image, modality in zip(scan.images, modalities, strict=True)
        ]
    )
    window = _window(scan.brain, config.size)
    brain = _crop(scan.brain, window, False)
    chosen = choose_slices(brain.mean(axis=(1, 2)), config.minimum_brain, config.per_scan)
    if not len(chosen):
        raise InputError(
            f"{name}: no slice with {config.minimum_brain:.0%} of brain or more; lower the config key "
            "`slices.minimum_brain` or make `slices.size` smaller"
        )
    return CutScan(
        images=np.stack([_crop(image, window, -1)[chosen] for image in images], axis=1),
        masks=np.stack([_crop(mask, window, 0)[chosen] for mask in scan.masks], axis=1),
        z=scan.z[chosen],
        cut_off=1 - brain.sum() / scan.brain.sum(),
    )


def normalise(image: np.ndarray, brain: np.ndarray, percentiles: tuple[float, float], name: str) -> np.ndarray:
    """Map percentiles of the intensity inside the brain to -1 and 1 and clip; exactly -1 outside; float32.

    Raises
    ------
    InputError : the percentiles are equal, but for rounding.
    """
    low, high = np.percentile(image[brain].astype(np.float64), percentiles)
    if high - low <= SAME_INTENSITY * max(abs(low), abs(high)):
        raise InputError(
            f"{name}: the image has the same intensity, {low:g}, at both percentiles of its brain; is it a mask, or "
            "are the percentiles of the config key `slices.percentiles` too close?"
        )
    scaled = np.clip((image - low) / (high - low) * 2 - 1, -1, 1)
    return np.where(brain, scaled, -1).astype(np.float32)


def choose_slices(shares: np.ndarray, minimum: float, at_most: int | None) -> np.ndarray:
    """Positions of the slices with a share of brain of `minimum` or more; `at_most` of them, evenly spaced."""
    enough = np.flatnonzero(shares >= minimum)
    if at_most is None or len(enough) <= at_most:
        return enough
    # The middle of each of `at_most` equal stretches.
    return enough[((np.arange(at_most) + 0.5) * len(enough) / at_most).astype(int)]


def _window(brain: np.ndarray, size: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Start and length of the window in x and y, centred on the box around the brain; it may stick out."""
    height, width = size
    starts = []
    for length, others in ((width, (1, 2)), (height, (0, 2))):
        filled = np.flatnonzero(brain.any(axis=others))
        starts.append((int(filled[0]) + int(filled[-1]) + 1 - length) // 2)
    return (starts[0], width), (starts[1], height)


def _crop(volume: np.ndarray, window: tuple[tuple[int, int], tuple[int, int]], outside: float) -> np.ndarray:
    """The window of each slice, shape (z, height, width), `outside` where it sticks out of the volume."""
    (left, width), (back, height) = window
    cut = np.full((volume.shape[2], height, width), outside, dtype=volume.dtype)
    x = slice(max(left, 0), min(left + width, volume.shape[0]))
    y = slice(max(back, 0), min(back + height, volume.shape[1]))
    inner = volume[x, y].transpose(2, 1, 0)
    cut[:, y.start - back : y.stop - back, x.start - left : x.stop - left] = inner
    return cut

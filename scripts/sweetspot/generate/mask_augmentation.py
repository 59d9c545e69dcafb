"""The masks that condition synthetic slices: those of the generator's own part, augmented."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from sweetspot.config.mask_sampling import MaskAugmentation, MaskPool
from sweetspot.errors import InputError
from sweetspot.streams import numpy_stream


def augmented_masks(masks: np.ndarray, pool: MaskPool) -> Iterator[np.ndarray]:
    """`pool.images` masks: random permutations of `masks`, one after the other, each mask augmented on its own.

    Every network and every chain of a task gets the same masks, so that modalities fit together and qualities are
    paired.

    Parameters
    ----------
    masks : uint8 (n, mask channels, height, width), at most one channel 1 in a pixel.

    Yields
    ------
    One mask after the other, uint8 (mask channels, height, width), of the same kind.

    Raises
    ------
    InputError : there is no mask to draw from.
    """
    if not len(masks):
        raise InputError("there is no slice in the part generator; give it subjects in the config key `split`")
    order = np.empty(0, dtype=np.int64)
    for number in range(pool.images):
        repeat, place = divmod(number, len(masks))
        if place == 0:
            order = numpy_stream(f"sampling/masks/order={repeat}", pool.seed).permutation(len(masks))
        stream = numpy_stream(f"sampling/masks/augmentation={number}", pool.seed)
        yield augment(masks[order[place]], pool.augmentation, stream)


def augment(mask: np.ndarray, augmentation: MaskAugmentation, stream: np.random.Generator) -> np.ndarray:
    """One mask, (channels, height, width), mirrored, rotated, scaled, shifted and smoothly deformed.

    Each pixel takes the channels of the nearest pixel at its place of origin, so that no two channels overlap; beyond
    the edge there is nothing.
    """
    size = np.array(mask.shape[1:])
    angle = np.deg2rad(stream.uniform(-augmentation.rotation, augmentation.rotation))
    scale = 1 + stream.uniform(-augmentation.scale, augmentation.scale)
    shift = stream.uniform(-augmentation.shift, augmentation.shift, 2) * size
    mirrored = augmentation.flip and stream.random() < 0.5
    field = stream.standard_normal((2, *size))
    if mirrored:
        mask = mask[..., ::-1]
    smoothed = gaussian_filter(field, (0, *(augmentation.smoothness * size[0],) * 2), mode="reflect")
    # Smoothing shrinks the field; it is brought back to the standard deviation that was asked for.
    displacement = smoothed / smoothed.std() * augmentation.deformation * size[:, None, None]
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
    centre = (size - 1)[:, None, None] / 2
    target = np.indices(size) - centre - shift[:, None, None]
    origin = np.tensordot(rotation, target, 1) + centre + displacement
    return np.stack([map_coordinates(channel, origin, order=0, mode="constant", cval=0) for channel in mask])

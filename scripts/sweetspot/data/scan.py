"""One scan on one grid: its images, its brain, and a class for each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sweetspot.data.bids import Scan
from sweetspot.data.tissues import classify_tissues, label_pixels
from sweetspot.data.volumes import (
    Grid,
    Volume,
    check_grid,
    load_mask,
    load_volume,
    nearest,
    resample,
    same_grid,
    world_grid,
)
from sweetspot.errors import InputError

# Tissues are found on the images' own voxels, or on larger ones where those are finer than this.
FINEST = 1.0
# A skull-stripped image has zeros in more than this share of its voxels, and no more brain than this.
LEAST_ZEROS, LARGEST_BRAIN = 0.05, 2.5e6
# Masks of two tissues share no more than this of the voxels of either.
LARGEST_OVERLAP = 0.05


@dataclass(frozen=True)
class GriddedScan:
    """A scan along the world's axes: x from left to right, y from back to front, z upwards.

    images : float32, shape (modalities, x, y, z): mean intensity, as stored, of that part of a pixel which is in the
        brain mask, or in the image's own support without one; 0 where no part is, also if the pixel is in `brain`
        for its lesion.
    brain : bool, shape (x, y, z).
    masks : uint8, shape (4, x, y, z), channels as in `MASK_CHANNELS`.
    z : mm, float64, shape (z,), world coordinates.
    """

    images: np.ndarray
    brain: np.ndarray
    masks: np.ndarray
    z: np.ndarray


def read_scan(scan: Scan, modalities: tuple[str, ...], spacing: tuple[float, float, float]) -> GriddedScan:
    """Read a scan and resample it.

    The grid covers the lesion mask. Images may have other grids; masks must be on the grid of an image.

    Raises
    ------
    InputError : see `sweetspot.data.volumes`; an empty brain; an image without zeros outside of the brain where
        there is no brain mask; masks of tissues that overlap or leave out most of the brain; images or lesions whose
        affines put them elsewhere than the brain.
    """
    images = [load_volume(path) for path in scan.images]
    lesions = load_mask(scan.lesions)
    check_grid(lesions, images)
    parts, insides = _brain_parts(scan, images)
    grid = world_grid(lesions, spacing)
    shares = resample(lesions, grid)
    brain = _brain(parts, grid, lesions, shares)
    tissues = _given_tissues(scan, images, grid)
    if tissues:
        _check_covered(scan, brain, np.stack([*tissues, shares]))
    else:
        t1w = modalities.index("T1w")
        tissues = _found_tissues(images[t1w], insides[t1w], parts, lesions, grid)
    return GriddedScan(
        images=np.stack([_resample_inside(image, inside, grid) for image, inside in zip(images, insides, strict=True)]),
        brain=brain,
        masks=label_pixels(brain, shares, np.stack(tissues)),
        z=grid.affine[2, 3] + grid.spacing[2] * np.arange(grid.shape[2]),
    )


def _brain_parts(scan: Scan, images: list[Volume]) -> tuple[list[Volume], list[Volume]]:
    """Volumes of 0 and 1, all of which must be 1 in the brain; and for each image its own voxels that are brain."""
    if scan.brain is None:
        supports = [_support(image) for image in images]
        return supports, supports
    mask = load_mask(scan.brain)
    check_grid(mask, images)
    if not mask.voxels.any():
        raise InputError(f"{mask.path}: empty brain: the mask is 0 everywhere")
    others = [image for image in images if not same_grid(image, mask)]
    fields_of_view = [Volume(image.path, np.ones_like(image.voxels), image.affine) for image in others]
    return [mask, *fields_of_view], [nearest(mask, image) for image in images]


def _support(image: Volume) -> Volume:
    """Where a skull-stripped image has data: voxels other than 0, and the holes that they enclose."""
    from scipy.ndimage import label

    zero = image.voxels == 0
    if zero.all():
        raise InputError(f"{image.path}: empty brain: all voxels are 0")
    background, _ = label(np.pad(zero, 1, constant_values=True))
    inside = background[1:-1, 1:-1, 1:-1] != background[0, 0, 0]
    voxel = abs(np.linalg.det(image.affine[:3, :3]))
    if 1 - inside.mean() < LEAST_ZEROS or inside.sum() * voxel > LARGEST_BRAIN:
        raise InputError(
            f"{image.path}: it is not skull-stripped: {inside.mean():.0%} of its voxels, "
            f"{inside.sum() * voxel / 1e6:.1f} litres, are not 0; strip it, or name a folder of masks "
            "in the config key `brain_masks`"
        )
    return Volume(image.path, inside.astype(np.float32), image.affine)


def _brain(parts: list[Volume], grid: Grid, lesions: Volume, lesion_shares: np.ndarray) -> np.ndarray:
    """The brain on `grid`, bool: where the smallest share of the parts, or the share of lesion, is half or more."""
    smallest = resample(parts[0], grid)
    for part in parts[1:]:
        share = resample(part, grid)
        both = np.minimum(smallest, share)
        if both.sum() < 0.5 * min(smallest.sum(), share.sum()) or not both.any():
            raise InputError(
                f"{part.path}: its affine does not match that of {parts[0].path.name}: their brains overlap by less "
                "than half; register them, or mend the header"
            )
        smallest = both
    if np.minimum(smallest, lesion_shares).sum() < 0.5 * lesion_shares.sum():
        raise InputError(
            f"{lesions.path}: more than half of its lesions are outside of the brain; is its affine right?"
        )
    brain = np.maximum(smallest, lesion_shares) >= 0.5
    if not brain.any():
        raise InputError(f"{parts[0].path}: empty brain: less than one pixel of the configured spacing is brain")
    return brain


def _resample_inside(image: Volume, inside: Volume, grid: Grid) -> np.ndarray:
    """The mean intensity of that part of each pixel which is brain: its border is not mixed with zeros or skull."""
    share = resample(inside, grid)
    total = resample(Volume(image.path, image.voxels * inside.voxels, image.affine), grid)
    return np.divide(total, share, out=np.zeros_like(total), where=share > 0)


def _given_tissues(scan: Scan, images: list[Volume], grid: Grid) -> list[np.ndarray]:
    """Shares of GM, WM and CSF on `grid` from masks; an empty list without masks."""
    masks = [load_mask(path) for path in scan.tissues or ()]
    for mask in masks:
        check_grid(mask, images)
    for first, second in combinations(masks, 2):
        ours, theirs = first.voxels, (second if same_grid(first, second) else nearest(second, first)).voxels
        both = float((ours * theirs).sum(dtype=np.float64))
        if both > LARGEST_OVERLAP * np.maximum(ours, theirs).sum(dtype=np.float64):
            raise InputError(
                f"{first.path}: it overlaps with {second.path.name} in more than {LARGEST_OVERLAP:.0%} of their "
                "voxels; a voxel is of one tissue, so is one of the masks another's?"
            )
    return [resample(mask, grid) for mask in masks]


def _check_covered(scan: Scan, brain: np.ndarray, shares: np.ndarray) -> None:
    """Refuse given tissues that, with lesions, are less than half of the brain; `shares` of all four."""
    covered = np.minimum(shares.sum(axis=0), 1)[brain].mean(dtype=np.float64)
    if covered < 0.5:
        raise InputError(
            f"{scan.tissues[0]}: this mask, those of the other tissues and lesions cover only {covered:.0%} of the "
            "brain; are they of this scan, and is the brain free of skull?"
        )


def _found_tissues(t1w: Volume, inside: Volume, parts: list[Volume], lesions: Volume, grid: Grid) -> list[np.ndarray]:
    """Shares of GM, WM and CSF on `grid`, found on a T1w image outside of lesions."""
    own = np.linalg.norm(lesions.affine[:3, :3], axis=0)
    fine = world_grid(lesions, np.maximum(own, FINEST))
    shares = resample(lesions, fine)
    brain = _brain(parts, fine, lesions, shares) & (shares < 0.5)
    tissues = classify_tissues(_resample_inside(t1w, inside, fine), brain, t1w.path)
    return [resample(Volume(t1w.path, tissue, fine.affine), grid) for tissue in tissues]

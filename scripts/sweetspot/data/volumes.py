"""NIfTI volumes: read and checked, turned to a common orientation, and resampled onto one grid.

The orientation comes from the affine alone, so the order and direction of the stored axes change nothing, not even
the last bit.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sweetspot.errors import InputError

# Two grids are the same if no corner is further off than this share of a voxel.
SAME = 0.05
# Positions in voxels are rounded to these, so that the rounding of an affine in a header does not show: the first is
# for steps, the second for offsets.
STEP, OFFSET = 2.0**-16, 2.0**-10
# Sizes of voxels in mm, beyond which a header counts in another unit.
SMALLEST_VOXEL, LARGEST_VOXEL = 0.05, 50.0


@dataclass(frozen=True)
class Volume:
    """One 3-D image.

    voxels : float32, contiguous; the axes are those closest to left-right, back-front and down-up, ascending.
    affine : float64 (4, 4), from voxel indices to world coordinates (RAS) in mm.
    """

    path: Path
    voxels: np.ndarray
    affine: np.ndarray


@dataclass(frozen=True)
class Grid:
    """A grid along the world's axes.

    spacing : mm, shape (3,).
    centre : world coordinate of its middle, mm, shape (3,).
    reference : the volume that it covers and is centred on.
    """

    shape: tuple[int, int, int]
    spacing: np.ndarray
    centre: np.ndarray
    reference: Volume

    @property
    def affine(self) -> np.ndarray:
        """From indices to world coordinates in mm, float64 (4, 4)."""
        affine = np.diag([*self.spacing, 1.0])
        affine[:3, 3] = self.centre - self.spacing * (np.array(self.shape) - 1) / 2
        return affine


def load_volume(path: Path) -> Volume:
    """Read a NIfTI file. A fourth axis of length one is dropped.

    Raises
    ------
    InputError : no NIfTI file, broken or cut off, too large for the memory, not three axes, voxels of
        less than 0.05 or more than 50 mm, an affine that is not finite, is singular or is
        absent (codes of sform and qform both 0: left and right would be a guess), voxels that are no real numbers, are
        NaN or are infinite.
    """
    import nibabel
    from nibabel.filebasedimages import ImageFileError
    from nibabel.spatialimages import HeaderDataError

    try:
        image = nibabel.load(path)
        if not isinstance(image, nibabel.Nifti1Image):
            raise ImageFileError("another format")
        _check_header(path, image)
        shape = image.shape
        _check_gzip(path)
        image = nibabel.as_closest_canonical(image)
        voxels = np.ascontiguousarray(image.get_fdata(dtype=np.float32, caching="unchanged").reshape(image.shape[:3]))
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (ImageFileError, HeaderDataError) as error:
        raise InputError(f"{path}: not a readable NIfTI file ({error}); replace it") from None
    except (MemoryError, OverflowError):
        raise InputError(f"{path}: too large for the memory: its shape is {shape}; is its header right?") from None
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(f"{path}: broken or cut off ({error}); copy it again from its source") from None
    bad = voxels.size - int(np.isfinite(voxels).sum())
    if bad:
        raise InputError(f"{path}: {bad:,} voxels are NaN or infinite; replace them, by 0 outside of the brain")
    return Volume(Path(path), voxels, np.asarray(image.affine, dtype=np.float64))


def load_mask(path: Path) -> Volume:
    """Read a mask.

    Raises
    ------
    InputError : see `load_volume`; values other than 0 and 1.
    """
    mask = load_volume(path)
    other = mask.voxels[(mask.voxels != 0) & (mask.voxels != 1)]
    if len(other):
        raise InputError(f"{path}: a mask holds 0 and 1 only, this one also {other[0]:g}; set a threshold")
    return mask


def same_grid(first: Volume, second: Volume) -> bool:
    """Whether voxels of equal index are at one place."""
    return first.voxels.shape == second.voxels.shape and _displacement(first, second) <= SAME


def check_grid(mask: Volume, images: list[Volume]) -> None:
    """Refuse a mask that is on the grid of none of the images.

    Raises
    ------
    InputError : another shape, or an affine that does not match.
    """
    if any(same_grid(mask, image) for image in images):
        return
    equal = [image for image in images if image.voxels.shape == mask.voxels.shape]
    if equal:
        raise InputError(
            f"{mask.path}: its affine does not match that of {equal[0].path.name}, which has the same shape (corners "
            f"are up to {_displacement(mask, equal[0]):.3g} voxels off); give both the affine that is right"
        )
    shapes = ", ".join(f"{image.path.name} {image.voxels.shape}" for image in images)
    raise InputError(
        f"{mask.path}: mask on another grid: {mask.voxels.shape}, but {shapes} (axes turned to RAS); resample it onto "
        "one of the images"
    )


def world_grid(reference: Volume, spacing: tuple[float, float, float] | np.ndarray) -> Grid:
    """The grid along the world's axes that covers `reference` and has the same centre.

    At the reference's own spacing and with its axes along the world's, grid points are voxel centres.
    """
    spacing = np.asarray(spacing, dtype=np.float64)
    shape = np.array(reference.voxels.shape)
    extent = np.abs(reference.affine[:3, :3]) @ shape
    # A little less than the extent, so that its rounding adds no row.
    counts = np.maximum(np.ceil(extent / spacing - 1e-3), 1).astype(int)
    centre = reference.affine[:3, :3] @ ((shape - 1) / 2) + reference.affine[:3, 3]
    return Grid(tuple(counts.tolist()), spacing, centre, reference)


def resample(volume: Volume, grid: Grid) -> np.ndarray:
    """The volume's values at the points of `grid`: linear interpolation, 0 outside of the volume.

    Where the grid is f times as coarse as the voxels, they are smoothed first with a Gaussian of sigma (f - 1) / 2
    voxels. At grid points that are voxel centres, and with f = 1, the values are exactly the stored ones.

    Returns
    -------
    float32, the shape of `grid`.
    """
    from scipy.ndimage import affine_transform, gaussian_filter

    own = grid.reference.affine if same_grid(volume, grid.reference) else volume.affine
    inverse = np.linalg.inv(own[:3, :3])
    steps = np.round(inverse * grid.spacing / STEP) * STEP
    if own is grid.reference.affine:
        middle = (np.array(volume.voxels.shape) - 1) / 2
    else:
        middle = np.round(inverse @ (grid.centre - own[:3, 3]) / OFFSET) * OFFSET
    offset = middle - steps @ ((np.array(grid.shape) - 1) / 2)
    coarser = np.linalg.norm(steps, axis=1)
    smooth = gaussian_filter(volume.voxels, np.maximum(coarser - 1, 0) / 2, mode="constant")
    if np.array_equal(steps, np.eye(3)) and not offset.any() and volume.voxels.shape == grid.shape:
        return smooth
    return affine_transform(smooth, steps, offset, output_shape=grid.shape, order=1, mode="grid-constant")


def nearest(mask: Volume, image: Volume) -> Volume:
    """`mask` at the voxels of `image`: the value of its voxel that holds their centre, 0 outside of it."""
    from scipy.ndimage import affine_transform

    inverse = np.linalg.inv(mask.affine)
    steps = np.round(inverse[:3, :3] @ image.affine[:3, :3] / STEP) * STEP
    offset = np.round((inverse[:3, :3] @ image.affine[:3, 3] + inverse[:3, 3]) / OFFSET) * OFFSET
    # Unlike `constant`, this mode keeps the outer halves of the mask's outermost voxels.
    voxels = affine_transform(
        mask.voxels, steps, offset, output_shape=image.voxels.shape, order=0, mode="grid-constant"
    )
    return Volume(image.path, voxels, image.affine)


def _check_header(path: Path, image) -> None:
    shape = image.shape
    if len(shape) > 3 and max(shape[3:]) == 1:
        shape = shape[:3]
    if len(shape) != 3:
        raise InputError(f"{path}: {len(shape)} axes {shape}; a scan is one 3-D volume, so keep one volume of the file")
    if min(shape) < 1:
        raise InputError(f"{path}: no voxels, its shape is {shape}")
    if image.get_data_dtype().kind not in "iuf":
        raise InputError(f"{path}: its voxels are {image.get_data_dtype()}, not numbers")
    if not int(image.header["sform_code"]) and not int(image.header["qform_code"]):
        raise InputError(
            f"{path}: no orientation, the codes of sform and qform are both 0, so left and right are unknown; set them "
            "if you know them"
        )
    axes = image.affine[:3, :3]
    if not np.isfinite(image.affine).all():
        raise InputError(f"{path}: its affine is not finite; mend the header")
    if abs(np.linalg.det(axes)) <= 1e-6 * np.prod(np.linalg.norm(axes, axis=0)):
        raise InputError(f"{path}: its affine is singular, so voxels have no volume; mend the header")
    sizes = np.linalg.norm(axes, axis=0)
    if sizes.min() < SMALLEST_VOXEL or sizes.max() > LARGEST_VOXEL:
        raise InputError(
            f"{path}: its voxels are {' x '.join(f'{size:.3g}' for size in sizes)} mm; are its units mm? Mend the "
            "header"
        )


def _check_gzip(path: Path) -> None:
    """Read a compressed file to its end, where its checksum is: nibabel stops after the last voxel."""
    with Path(path).open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    if compressed:
        with gzip.open(path) as file:
            while file.read(2**20):
                pass


def _displacement(first: Volume, second: Volume) -> float:
    """The largest distance of equal corners, in voxels of the first; both have one shape."""
    corners = np.array(np.meshgrid(*([-0.5, size - 0.5] for size in first.voxels.shape))).reshape(3, -1)
    difference = second.affine - first.affine
    world = difference[:3, :3] @ corners + difference[:3, 3:]
    return float(np.abs(np.linalg.solve(first.affine[:3, :3], world)).max())

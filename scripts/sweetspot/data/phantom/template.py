"""The mean brain that all subjects are deformed from: MNI152 and its tissue maps, as nilearn ships them."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

# Points in the bodies of the left and right lateral ventricle, and the least depth of ventricles under the surface of
# the brain, which tells them from the cisterns and sulci that they touch. MNI coordinates, mm.
IN_VENTRICLES = ((-6.0, 10.0, 16.0), (6.0, 10.0, 16.0))
VENTRICLE_DEPTH = 22.0
# Room around the brain that a deformation may use, mm.
MARGIN = 12.0


@dataclass(frozen=True)
class Brain:
    """A brain on a grid of voxels, with axes in increasing world (RAS) coordinate.

    axes : coordinates of the voxels' centres along x, y and z, mm.
    fractions : float32, shape (3, nx, ny, nz): shares of a voxel that are grey matter, white matter and CSF, in the
        order of `TISSUES`; they add up to 1 inside of the brain and to 0 outside.
    ventricle_distance : float32, shape (nx, ny, nz): distance from the lateral ventricles, mm.
    """

    axes: tuple[np.ndarray, np.ndarray, np.ndarray]
    fractions: np.ndarray
    ventricle_distance: np.ndarray

    @property
    def voxel(self) -> float:
        """Edge of a voxel, mm."""
        return float(self.axes[0][1] - self.axes[0][0])


@dataclass(frozen=True)
class Template(Brain):
    """The template, with the voxels that a deformed brain may reach.

    near : bool, shape (nx, ny, nz): the brain and `MARGIN` around it.
    """

    near: np.ndarray


@functools.lru_cache(maxsize=1)
def load_template(resolution: int) -> Template:
    """The template at `resolution` mm, cut to the brain and a margin. No network is used.

    Grey and white matter are nilearn's maps of ICBM 2009a (Fonov et al., NeuroImage 2011;54:313); CSF is what they
    leave of the brain.
    """
    from nilearn.datasets import load_mni152_brain_mask, load_mni152_gm_template, load_mni152_wm_template

    grey_image = load_mni152_gm_template(resolution=resolution)
    grey, white = (
        np.clip(image.get_fdata(), 0, 1) for image in (grey_image, load_mni152_wm_template(resolution=resolution))
    )
    inside = load_mni152_brain_mask(resolution=resolution).get_fdata() > 0
    scale = inside / np.maximum(grey + white, 1)
    fractions = np.stack([grey * scale, white * scale, inside - (grey + white) * scale]).astype(np.float32)
    axes = [
        origin + resolution * np.arange(n) for origin, n in zip(grey_image.affine[:3, 3], inside.shape, strict=True)
    ]
    near = ndimage.distance_transform_edt(~inside, sampling=resolution) <= MARGIN
    distance = _ventricle_distance(fractions[2], inside, axes, resolution)

    cut = tuple(slice(at.min(), at.max() + 1) for at in np.nonzero(near))
    x, y, z = (axis[part] for axis, part in zip(axes, cut, strict=True))
    return Template((x, y, z), fractions[(slice(None), *cut)], distance[cut], near[cut])


def _ventricle_distance(csf: np.ndarray, inside: np.ndarray, axes: list[np.ndarray], voxel: float) -> np.ndarray:
    depth = ndimage.distance_transform_edt(inside, sampling=voxel)
    components, _ = ndimage.label((csf > 0.5) & (depth > VENTRICLE_DEPTH))
    of_ventricles = {
        components[tuple(int(np.abs(axis - c).argmin()) for axis, c in zip(axes, point, strict=True))]
        for point in IN_VENTRICLES
    }
    ventricles = np.isin(components, list(of_ventricles - {0}))
    return ndimage.distance_transform_edt(~ventricles, sampling=voxel).astype(np.float32)

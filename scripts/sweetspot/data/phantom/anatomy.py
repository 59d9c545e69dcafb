"""A subject's own brain, before there is a lesion: the template under a smooth random deformation."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from sweetspot.config.phantom import Anatomy
from sweetspot.data.phantom.smooth_field import smooth_field
from sweetspot.data.phantom.template import Brain
from sweetspot.streams import numpy_stream


def deformed_brain(
    template: Brain, settings: Anatomy, field_of_view: tuple[float, float], subject: str, seed: int
) -> Brain:
    """The brain of `subject` between the two heights `field_of_view` [mm].

    b(p) = template(p + u(p)), where each component of u is a `smooth_field`. The stream is named by the subject, so
    one subject's brain does not depend on which others there are.
    """
    half = template.voxel / 2
    z = template.axes[2]
    seen = z[(z + half > field_of_view[0]) & (z - half < field_of_view[1])]
    axes = (template.axes[0], template.axes[1], seen)
    # The field is drawn for the whole template, so that another field of view shows another part of the same brain.
    part = slice(int(np.searchsorted(z, seen[0])), int(np.searchsorted(z, seen[-1])) + 1)
    stream = numpy_stream(f"phantom/{subject}/deformation", seed)
    grid = np.meshgrid(*(np.arange(len(axis)) for axis in template.axes), indexing="ij", sparse=True)
    positions = np.stack(
        [
            (index + sd / template.voxel * smooth_field(stream, template.axes, settings.deformation_spacing))[..., part]
            for index, sd in zip(grid, settings.deformation, strict=True)
        ]
    )

    def at_positions(volume: np.ndarray, mode: str) -> np.ndarray:
        return ndimage.map_coordinates(volume, positions, order=1, mode=mode, output=np.float32)

    fractions = np.stack([at_positions(fraction, "constant") for fraction in template.fractions])
    return Brain(axes, fractions, at_positions(template.ventricle_distance, "nearest"))

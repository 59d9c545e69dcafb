"""A subject's own brain, before there is a lesion: the template under a smooth random deformation."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from sweetspot.config.phantom import Anatomy
from sweetspot.data.phantom.smooth_field import smooth_field
from sweetspot.data.phantom.template import Brain, Template
from sweetspot.streams import numpy_stream


def deformed_brain(
    template: Template, settings: Anatomy, field_of_view: tuple[float, float], subject: str, seed: int
) -> Brain:
    """The brain of `subject` between the two heights `field_of_view` [mm].

    b(p) = template(p + u(p)), where each component of u is a `smooth_field`. The stream is named by the subject, so
    one subject's brain does not depend on which others there are.
    """
    half = template.voxel / 2
    z = template.axes[2]
    seen = (z + half > field_of_view[0]) & (z - half < field_of_view[1])
    near = template.near[..., seen]
    stream = numpy_stream(f"phantom/{subject}/deformation", seed)
    positions = []
    for index, sd in zip(np.nonzero(template.near & seen), settings.deformation, strict=True):
        # Drawn for the whole template, so that another field of view shows another part of the same brain.
        field = smooth_field(stream, template.axes, settings.deformation_spacing)[..., seen]
        positions.append(index + sd / template.voxel * field[near])

    def at_positions(volume: np.ndarray, far: float) -> np.ndarray:
        deformed = np.full(near.shape, far, dtype=np.float32)
        deformed[near] = ndimage.map_coordinates(volume, positions, order=1, mode="nearest", output=np.float32)
        return deformed

    fractions = np.stack([at_positions(fraction, 0) for fraction in template.fractions])
    return Brain((*template.axes[:2], z[seen]), fractions, at_positions(template.ventricle_distance, np.inf))

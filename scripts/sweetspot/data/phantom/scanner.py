"""What a scanner makes of a brain: voxels, partial volume, bias field and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.config.phantom import MODALITIES, Scanner
from sweetspot.data.phantom.contrast import TISSUE_RELAXATION, spin_echo_signal
from sweetspot.data.phantom.lesions import LesionMaps
from sweetspot.data.phantom.smooth_field import smooth_field
from sweetspot.data.phantom.template import Brain
from sweetspot.data.slice_set import MASK_CHANNELS, TISSUES
from sweetspot.streams import numpy_stream

# A coil's sensitivity changes over the size of a head; distance of the control points of the bias field, mm.
BIAS_SPACING = 80.0


@dataclass(frozen=True)
class Scan:
    """One session on a scanner's grid of nx x ny x nz voxels, axes in increasing world (RAS) coordinate.

    images : by modality, float32, shape (nx, ny, nz): signal, exactly 0 outside of the brain.
    labels : uint8, shape (nx, ny, nz): 0 outside of the brain, else 1 + index in `MASK_CHANNELS` of what fills most of
        the voxel, where all of a lesion's region counts as lesion.
    affine : float64, shape (4, 4): from voxels to mm.
    """

    images: dict[str, np.ndarray]
    labels: np.ndarray
    affine: np.ndarray


def scan_brain(
    brain: Brain, lesions: LesionMaps, scanner: Scanner, field_of_view: tuple[float, float], session: str, seed: int
) -> Scan:
    """Scan a brain with its lesions. `session`, such as "sub-01/ses-02", names the streams of bias field and noise.

    The signal of a voxel is S = exp(b) sum_t f_t S_t, where f_t are the shares of the tissues, S_t their spin-echo
    signals and b a `smooth_field`: one coil, so one field for all modalities. Noise makes it Rician.
    """
    axes = _scanner_axes(brain, scanner, field_of_view)
    weights = [
        _overlap(old, brain.voxel, new, size) for old, new, size in zip(brain.axes, axes, scanner.voxel, strict=True)
    ]

    def share(volume: np.ndarray) -> np.ndarray:
        return np.einsum("ai,bj,ck,ijk->abc", *weights, volume, optimize=True)

    inside_brain = [share(fraction * ~lesions.region) for fraction in brain.fractions]
    region = share(lesions.region * brain.fractions.sum(axis=0))
    classes = np.stack([*inside_brain, region])
    filled = classes.sum(axis=0)
    brain_mask = filled > 0.5
    labels = (brain_mask * (1 + classes.argmax(axis=0))).astype(np.uint8)

    lesion_tissue = share(lesions.tissue * brain.fractions.sum(axis=0))
    tissues = np.stack([*inside_brain, lesion_tissue])
    # What a lesion has not destroyed is white matter still.
    tissues[TISSUES.index("WM")] += region - lesion_tissue
    tissues /= np.maximum(filled, 0.5)
    bias = np.exp(scanner.bias * smooth_field(numpy_stream(f"phantom/{session}/bias", seed), axes, BIAS_SPACING))
    images = {}
    for modality in MODALITIES:
        signals = [spin_echo_signal(TISSUE_RELAXATION[label], getattr(scanner, modality)) for label in MASK_CHANNELS]
        noise = scanner.noise * signals[MASK_CHANNELS.index("WM")]
        stream = numpy_stream(f"phantom/{session}/{modality}/noise", seed)
        signal = rician(bias * np.tensordot(signals, tissues, 1), noise, stream)
        images[modality] = np.where(brain_mask, signal, 0).astype(np.float32)
    affine = np.diag([*scanner.voxel, 1.0])
    affine[:3, 3] = [axis[0] for axis in axes]
    return Scan(images, labels, affine)


def rician(signal: np.ndarray, sd: float, stream: np.random.Generator) -> np.ndarray:
    """|signal + n1 + i n2| with n1, n2 ~ N(0, sd²) (Gudbjartsson and Patz, Magn Reson Med 1995;34:910)."""
    real, imaginary = sd * stream.standard_normal((2, *signal.shape))
    return np.hypot(signal + real, imaginary)


def _scanner_axes(brain: Brain, scanner: Scanner, field_of_view: tuple[float, float]) -> list[np.ndarray]:
    """Centres of the scanner's voxels: in the plane they cover all of the brain's grid, in height they stay inside."""
    half = brain.voxel / 2
    extents = [(axis[0] - half, axis[-1] + half) for axis in brain.axes[:2]]
    counts = [int(np.ceil((high - low) / size)) for (low, high), size in zip(extents, scanner.voxel, strict=False)]
    low, high = field_of_view
    counts.append(int((high - low) / scanner.voxel[2] + 1e-6))
    return [
        (low + high) / 2 + size * (np.arange(count) - (count - 1) / 2)
        for (low, high), size, count in zip([*extents, field_of_view], scanner.voxel, counts, strict=True)
    ]


def _overlap(old: Sequence[float], old_size: float, new: Sequence[float], new_size: float) -> np.ndarray:
    """Shape (new, old): the share of each new voxel's width that each old voxel covers."""
    old, new = np.asarray(old)[None, :], np.asarray(new)[:, None]
    upper = np.minimum(old + old_size / 2, new + new_size / 2)
    lower = np.maximum(old - old_size / 2, new - new_size / 2)
    return np.maximum(upper - lower, 0) / new_size

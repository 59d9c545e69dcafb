"""The radially averaged power spectral density (RAPSD) of images, its distance and its decay (paper 1, Section 6).

The paper names the RAPSD without a definition. This project's is free of ambiguity: no window, the mean is not
removed, the Fourier transform is orthonormal, so that the mean power of an image is the mean of its squares.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy import fft

CHUNK_VALUES = 2**21  # pixels transformed at a time: 16 MB of float64


def rapsd(images: np.ndarray) -> np.ndarray:
    """The spectrum of each image: mean power in rings of equal width, (n, min(height, width) // 2).

        P = |fft2(x, orthonormal)|^2,   k = hypot(u, v) min(height, width),   bin q: floor(k + 1/2) = q

    with u, v the frequencies in cycles per pixel and q = 1 ... min(height, width) // 2; the constant part (q = 0) and
    the corners beyond the last ring are dropped. The mean in a ring is averaged over the channels. Units: those of x
    squared. White noise of variance 1 has 1 in every ring; cos(2 pi 3 x / 32) on 32 x 32 pixels has 32 in ring 3.

    Parameters
    ----------
    images : (n, channels, height, width), each side 2 pixels or more; read in chunks, so a memory map will do.

    Raises
    ------
    ValueError : another shape.
    """
    if images.ndim != 4 or min(images.shape[2:]) < 2:
        raise ValueError(f"images must be (n, channels, height, width) with sides of 2 or more, not {images.shape}")
    n, channels, height, width = images.shape
    rings = _ring_means(height, width)
    result = np.empty((n, rings.shape[1]))
    step = max(1, CHUNK_VALUES // (channels * height * width))
    for first in range(0, n, step):
        chunk = np.asarray(images[first : first + step], dtype=float)
        spectrum = fft.rfft2(chunk, norm="ortho")
        power = spectrum.real**2 + spectrum.imag**2
        result[first : first + step] = power.mean(axis=1).reshape(len(chunk), -1) @ rings
    return result


def mean_rapsd(images: np.ndarray) -> np.ndarray:
    """Mean of `rapsd` over the images, (min(height, width) // 2,)."""
    return rapsd(images).mean(axis=0)


def rapsd_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Euclidean distance (not squared) of the mean spectra of two sets, each given by its spectra (n, bins).

    Units: those of the pixels squared. Differs from the others in that it sees no phases: sets with the same spectrum
    have distance 0.

    Raises
    ------
    ValueError : spectra with another number of bins, which belong to images of another size.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise ValueError(f"spectra must be (n, bins) with equal bins, not {a.shape} and {b.shape}")
    return float(np.linalg.norm(a.mean(axis=0) - b.mean(axis=0)))


@dataclass(frozen=True)
class Decay:
    """How fast a spectrum decays: `frequency` is r of power ~ q^-r, `eigenvalue` the r of mu_j ~ j^-r."""

    frequency: float
    eigenvalue: float


def spectral_decay(spectrum: np.ndarray) -> Decay:
    """The decay of a mean spectrum, (bins,): minus the least-squares slope of log power against log q, q = 1, 2, ...

    Paper 1 (Section 6) uses this slope as the r of its theory. There, r belongs to eigenvalues in order of their size,
    mu_j ~ j^-r, and a plane has about pi q^2 frequencies up to q; so a power of q^-r means mu_j ~ j^(-r/2): this
    project's reading, `eigenvalue`. The theory needs r > 1.

    Raises
    ------
    ValueError : fewer than two bins, or a power that is not positive.
    """
    spectrum = np.asarray(spectrum, dtype=float)
    if spectrum.ndim != 1 or len(spectrum) < 2:
        raise ValueError(f"a slope needs a vector of two or more powers, not one of shape {spectrum.shape}")
    if not np.all(np.isfinite(spectrum) & (spectrum > 0)):
        raise ValueError("every power must be finite and above 0")
    slope = np.polyfit(np.log(np.arange(1, len(spectrum) + 1)), np.log(spectrum), 1)[0]
    return Decay(frequency=float(-slope), eigenvalue=float(-slope / 2))


@functools.cache
def _ring_means(height: int, width: int) -> np.ndarray:
    """The matrix (height (width // 2 + 1), bins) that takes the power of half of the plane, flat, to means in rings."""
    side = min(height, width)
    v, u = fft.fftfreq(height)[:, None], fft.rfftfreq(width)[None]
    bins = np.floor(np.hypot(u, v) * side + 0.5).ravel()
    # A real image's spectrum is symmetric: what the transform leaves out equals what it gives.
    twice = np.full(width // 2 + 1, 2.0)
    twice[0] = 1
    if width % 2 == 0:
        twice[-1] = 1
    members = np.tile(twice, height)[:, None] * (bins[:, None] == np.arange(1, side // 2 + 1))
    return members / members.sum(axis=0)

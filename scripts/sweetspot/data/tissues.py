"""Tissues of a brain: found on a T1w image where there are no masks of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.errors import InputError
from sweetspot.streams import numpy_stream

# Weight of a neighbour's class: what DIPY's documentation uses.
BETA = 0.1
ITERATIONS = 30
# The share of the change of energy below which iterations end.
TOLERANCE = 1e-3
# Intensities are scaled by these percentiles, so that one bright vessel does not squeeze the rest.
PERCENTILES = (0.5, 99.5)
BACKGROUND = 1e-3


def classify_tissues(t1w: np.ndarray, brain: np.ndarray, path: Path) -> np.ndarray:
    """GM, WM and CSF by a hidden Markov random field (Zhang, Brady and Smith, IEEE TMI 20:45, 2001), from DIPY.

    The classes are known by their mean intensity, which on T1w is CSF < GM < WM. There is no correction of a bias
    field: correct the images before.

    Parameters
    ----------
    t1w : intensities, shape (x, y, z).
    brain : bool, the same shape: where to classify; lesions should not be in it, since they look like grey matter.
    path : of the image, for messages.

    Returns
    -------
    float32, shape (3, x, y, z), channels GM, WM, CSF: 1 in voxels of the class, else 0.

    Raises
    ------
    InputError : fewer than three classes of intensity.
    """
    from dipy.segment.tissue import TissueClassifierHMRF

    box = _bounding_box(brain)
    inside = brain[box]
    low, high = np.percentile(t1w[brain], PERCENTILES)
    if not low < high:
        raise InputError(f"{path}: intensities inside the brain are constant, so tissues cannot be found on it")
    scaled = np.clip((t1w[box] - low) / (high - low), BACKGROUND, 1)
    # The classifier would replace background of exactly 0 by noise of its own, another one in each run.
    noise = numpy_stream("tissue background", 0).standard_normal(inside.shape)
    image = np.where(inside, scaled, BACKGROUND * (1 + 1e-4 * noise))
    with np.errstate(all="ignore"):
        _, labels, _ = TissueClassifierHMRF(verbose=False).classify(
            image, 3, BETA, tolerance=TOLERANCE, max_iter=ITERATIONS
        )
    # The darkest voxels of the brain may join the class of the background: they are CSF too.
    classes = np.where(inside, np.maximum(labels, 1), 0)
    means = [image[classes == number].mean() if (classes == number).any() else np.nan for number in (1, 2, 3)]
    if not means[0] < means[1] < means[2]:
        raise InputError(
            f"{path}: intensities inside the brain do not fall into three classes, so tissues cannot be found on it; "
            "name a folder of masks in the config key `tissue_masks`"
        )
    tissues = np.zeros((3, *brain.shape), dtype=np.float32)
    for channel, number in enumerate((2, 3, 1)):
        tissues[channel][box] = classes == number
    return tissues


def label_pixels(brain: np.ndarray, lesions: np.ndarray, tissues: np.ndarray) -> np.ndarray:
    """One class for each pixel of the brain, from the shares of classes in it.

    Lesions: of the pixels with any lesion, those with the largest share, as many as make up the volume of all shares.
    So the volume of a scan's lesions is kept to half a pixel, where a fixed threshold would lose small ones. The rest
    of the brain goes to the tissue with the largest share; a pixel without any stays 0.

    Parameters
    ----------
    brain : bool, shape (x, y, z).
    lesions : share of each pixel that is lesion, the same shape; nothing outside of the brain counts.
    tissues : shares of GM, WM and CSF, shape (3, x, y, z).

    Returns
    -------
    uint8, shape (4, x, y, z), channels as in `MASK_CHANNELS`.
    """
    shares = np.where(brain, lesions, 0).ravel()
    some = np.flatnonzero(shares > 0)
    count = min(round(float(shares.sum(dtype=np.float64))), len(some))
    chosen = some[np.argsort(-shares[some], kind="stable")[:count]]
    masks = np.zeros((4, *brain.shape), dtype=np.uint8)
    masks[3].ravel()[chosen] = 1
    rest = brain & (masks[3] == 0) & (tissues.max(axis=0) > 0)
    largest = tissues.argmax(axis=0)
    for channel in range(3):
        masks[channel] = rest & (largest == channel)
    return masks


def _bounding_box(mask: np.ndarray) -> tuple[slice, ...]:
    places = np.argwhere(mask)
    return tuple(slice(low, high + 1) for low, high in zip(places.min(axis=0), places.max(axis=0), strict=True))

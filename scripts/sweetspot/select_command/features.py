"""What samples of both sets are compared by: features as given, or made of images without training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.errors import InputError
from sweetspot.given_sets.pair import Pair
from sweetspot.predict.gather import convolution_features

CONVOLUTIONS, PIXELS = "convolutions", "pixels"
IMAGE_FEATURES = {
    CONVOLUTIONS: "random convolutions averaged in fields of each image, and its pixels likewise",
    PIXELS: "the pixels of each image",
}
GIVEN = "the features that were given"


@dataclass(frozen=True)
class Features:
    """real (n, d) and pool (n, d), and what they are in words."""

    real: np.ndarray
    pool: np.ndarray
    about: str


def features_of(pair: Pair, kind: str | None, seed: int) -> Features:
    """The features of both sets; of images those that `kind` names in `IMAGE_FEATURES`, by default convolutions.

    Raises
    ------
    InputError : a `kind` for sets that are no images.
    """
    if not pair.is_images:
        if kind is not None:
            raise InputError(f"--features: {pair.real_name} holds features already; leave it out")
        return Features(pair.real, pair.synthetic, GIVEN)
    kind = kind or CONVOLUTIONS
    sets = pair.real, pair.synthetic
    made = convolution_features(sets, seed) if kind == CONVOLUTIONS else [each.reshape(len(each), -1) for each in sets]
    return Features(*made, IMAGE_FEATURES[kind])

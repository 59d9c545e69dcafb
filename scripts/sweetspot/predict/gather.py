"""From images with labels or masks to the evidence of the methods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sweetspot.predict.evidence import Evidence, Sample
from sweetspot.predict.random_features import (
    image_features,
    position_features,
    principal_components,
    random_filters,
)
from sweetspot.streams import numpy_stream

COMPONENTS = 128
POSITION_COMPONENTS = 96
POSITIONS = 256  # looked at in each image of a segmentation task


def classification_evidence(
    real: tuple[np.ndarray, np.ndarray],
    synthetic: tuple[np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray] | None,
    classes: int,
    largest_ratio: float,
    seed: int,
) -> Evidence:
    """Evidence of labelled images, each set given as images (n, channels, height, width) and labels (n,).

    Features are random convolutions averaged in fields of the image, and their principal components.
    """
    sets = [(np.asarray(each[0][:]), each[1]) for each in (real, synthetic, held_out) if each is not None]
    images, labels = zip(*sets, strict=True)
    return feature_evidence(images, convolution_features(images, seed), labels, classes, largest_ratio, seed)


def convolution_features(sets: Sequence[np.ndarray], seed: int) -> list[np.ndarray]:
    """Random convolutions averaged in fields of each image, (n, d), for each set of images; the real one is first."""
    filters = random_filters(sets[0], seed)
    return [image_features(images, filters) for images in sets]


def feature_evidence(
    images: Sequence[np.ndarray],
    features: Sequence[np.ndarray],
    labels: Sequence[np.ndarray],
    classes: int,
    largest_ratio: float,
    seed: int,
) -> Evidence:
    """Evidence of the real set, the pool, and maybe held-out images, in this order, from the features (n, d) and labels
    (n,) of each: principal components of the features.

    Where there are no images, give features (n, 1, 1, d) in their place: rules that look at pixels take them for the
    pixels of an image of one row.
    """
    by_row = [values[:, None] for values in features]
    return _evidence(
        list(images),
        principal_components(by_row[0], by_row[1:], COMPONENTS),
        [np.asarray(each)[:, None] for each in labels],
        classes,
        largest_ratio,
        seed,
    )


def segmentation_evidence(
    real: tuple[np.ndarray, np.ndarray],
    synthetic: tuple[np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray] | None,
    largest_ratio: float,
    seed: int,
    real_is_target: bool = True,
) -> Evidence:
    """Evidence of images with masks: each set is images (n, channels, height, width) and masks (n, height, width).

    Pixels of a mask that are not 0 are lesion.

    A row is a position: as many in every image, drawn at random, of which up to half are lesion where the mask has that
    many, as the losses of segmentation weigh lesions up. Features are random convolutions there and around, and their
    principal components.
    """
    sets = [(np.asarray(each[0][:]), each[1]) for each in (real, synthetic, held_out) if each is not None]
    filters = random_filters(sets[0][0], seed)
    features, labels = [], []
    for name, (images, masks) in zip(("real", "synthetic", "held out"), sets, strict=False):
        flat = (np.asarray(masks) != 0).reshape(len(masks), -1)
        positions = _positions(flat, numpy_stream(f"positions in {name} images", seed))
        features.append(position_features(images, positions, filters))
        labels.append(np.take_along_axis(flat, positions, axis=1))
    return _evidence(
        [images for images, _ in sets],
        principal_components(features[0], features[1:], POSITION_COMPONENTS),
        labels,
        2,
        largest_ratio,
        seed,
        real_is_target,
    )


def _positions(lesion: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """Positions in each image, (n, rows), from masks (n, pixels)."""
    count = min(POSITIONS, lesion.shape[1])
    result = np.empty((len(lesion), count), dtype=np.int64)
    for i, mask in enumerate(lesion):
        inside, outside = (stream.permutation(np.flatnonzero(mask == value)) for value in (True, False))
        taken = max(min(len(inside), count // 2), count - len(outside))
        result[i] = np.concatenate([inside[:taken], outside[: count - taken]])
    return result


def _evidence(
    images: list[np.ndarray],
    features: list[np.ndarray],
    labels: list[np.ndarray],
    classes: int,
    largest_ratio: float,
    seed: int,
    real_is_target: bool = True,
) -> Evidence:
    samples = [Sample(*each, label.astype(np.int64)) for *each, label in zip(images, features, labels, strict=True)]
    held_out = samples[2] if len(samples) > 2 else None
    return Evidence(samples[0], samples[1], held_out, classes, largest_ratio, seed, real_is_target)

"""Features without training: random convolutions, a rectifier, and principal components.

Random filters keep much of what a trained first layer would (Saxe et al., On random weights and unsupervised feature
learning, ICML 2011), cost nothing and favour neither set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.streams import numpy_stream

FILTERS = 64
LARGE = 16  # pixels; images of this side or more have the larger filters
SMALL_FILTER, LARGE_FILTER = 3, 5
GRID = 4  # for classification, activations are averaged in GRID x GRID fields of the image
CHUNK_VALUES = 2**24  # values of patches at a time: 64 MB of float32


@dataclass(frozen=True)
class Filters:
    """weights : (channels * side * side, FILTERS), each of norm 1 and mean 0; biases : (FILTERS,)."""

    weights: np.ndarray
    biases: np.ndarray
    side: int


def random_filters(images: np.ndarray, seed: int) -> Filters:
    """Gaussian filters for images (n, channels, height, width); their biases are within a standard deviation of the
    pixels, so that each is sometimes on and sometimes off."""
    stream = numpy_stream("random convolutional features", seed)
    side = LARGE_FILTER if min(images.shape[2:]) >= LARGE else SMALL_FILTER
    weights = stream.standard_normal((images.shape[1] * side * side, FILTERS))
    weights -= weights.mean(axis=0)
    weights /= np.linalg.norm(weights, axis=0)
    biases = stream.uniform(-1, 1, FILTERS) * np.std(images, dtype=float)
    return Filters(weights.astype(np.float32), biases.astype(np.float32), side)


def activations(images: np.ndarray, filters: Filters) -> np.ndarray:
    """Rectified responses at every position, (n, height, width, FILTERS); beyond its edge an image goes on as there."""
    edge = filters.side // 2
    padded = np.pad(np.asarray(images, dtype=np.float32), ((0, 0), (0, 0), (edge, edge), (edge, edge)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (filters.side, filters.side), axis=(2, 3))
    patches = windows.transpose(0, 2, 3, 1, 4, 5)
    n, height, width = patches.shape[:3]
    response = patches.reshape(n * height * width, -1) @ filters.weights + filters.biases
    return np.maximum(response, 0).reshape(n, height, width, -1)


def image_features(images: np.ndarray, filters: Filters) -> np.ndarray:
    """Pixels and activations averaged in GRID x GRID fields of equal size, as nearly as that is possible:
    (n, GRID^2 (channels + FILTERS)). The filters, of mean 0, do not see the brightness, so the pixels are there too."""
    n, channels, height, width = images.shape
    fields = _field_means(height), _field_means(width)
    result = np.empty((n, len(fields[0]) * len(fields[1]) * (channels + FILTERS)), dtype=np.float32)
    for chunk in _chunks(images, filters):
        pixels = np.moveaxis(np.asarray(images[chunk], dtype=np.float32), 1, -1)
        joined = np.concatenate([pixels, activations(images[chunk], filters)], axis=-1)
        # Two matrix products instead of one sum over fields that may differ in size.
        part = np.einsum("ah,nhwf,bw->nabf", fields[0], joined, fields[1], optimize=True)
        result[chunk] = part.reshape(len(part), -1)
    return result


def position_features(images: np.ndarray, positions: np.ndarray, filters: Filters) -> np.ndarray:
    """Activations at some positions of each image and their means in the 5 x 5 positions around, with the pixel itself:
    (n, rows, channels + 2 FILTERS). `positions` is (n, rows), counted row by row of the image."""
    n, channels, height, width = images.shape
    result = np.empty((n, positions.shape[1], channels + 2 * FILTERS), dtype=np.float32)
    blur = _neighbour_means(height), _neighbour_means(width)
    for chunk in _chunks(images, filters):
        response = activations(images[chunk], filters)
        around = np.einsum("ah,nhwf,bw->nabf", blur[0], response, blur[1], optimize=True)
        pixels = np.moveaxis(np.asarray(images[chunk], dtype=np.float32), 1, -1)
        joined = np.concatenate([pixels, response, around], axis=-1).reshape(len(response), height * width, -1)
        result[chunk] = np.take_along_axis(joined, positions[chunk][:, :, None], axis=1)
    return result


def principal_components(real: np.ndarray, others: Sequence[np.ndarray], count: int) -> list[np.ndarray]:
    """Scores of `real` and `others`, each (n, rows, d), on `count` axes and a constant: float64 (n, rows, count + 1).

    The axes are those of the mean of the second moments of `real` and of the first of `others`, both about the mean of
    `real`: what sets the two apart is kept, and how many samples there are of each does not matter. One scale for all
    makes the mean square of the scores of `real` 1; so does the constant.
    """
    centre = real.mean(axis=(0, 1), dtype=float)
    moments = sum(_second_moments(each, centre) / 2 for each in (real, others[0]))
    values, vectors = np.linalg.eigh(moments)
    kept = vectors[:, ::-1][:, : min(count, int(np.sum(values > 1e-9 * values[-1])))]
    scores = [(each - centre.astype(each.dtype)) @ kept.astype(each.dtype) for each in (real, *others)]
    scale = np.sqrt(np.mean(scores[0] ** 2, dtype=float)) or 1.0
    return [np.concatenate([each / scale, np.ones((*each.shape[:2], 1))], axis=2, dtype=float) for each in scores]


def _second_moments(values: np.ndarray, centre: np.ndarray) -> np.ndarray:
    centred = values.reshape(-1, values.shape[-1]) - centre.astype(values.dtype)
    return (centred.T @ centred).astype(float) / len(centred)


def _chunks(images: np.ndarray, filters: Filters) -> list[slice]:
    """Parts of the images, so that the patches of one part fit into the memory meant for them."""
    size = max(1, CHUNK_VALUES // (images[0].size * filters.side**2 + images[0, 0].size * FILTERS))
    return [slice(first, first + size) for first in range(0, len(images), size)]


def _field_means(length: int) -> np.ndarray:
    """(fields, length): each row averages one of GRID fields of a side, of one pixel if there are fewer pixels."""
    parts = np.array_split(np.arange(length), min(GRID, length))
    means = np.zeros((len(parts), length), dtype=np.float32)
    for row, part in enumerate(parts):
        means[row, part] = 1 / len(part)
    return means


def _neighbour_means(length: int) -> np.ndarray:
    """(length, length): each row averages the five positions around, fewer at the ends."""
    near = np.abs(np.subtract.outer(np.arange(length), np.arange(length))) <= 2
    return (near / near.sum(axis=1, keepdims=True)).astype(np.float32)

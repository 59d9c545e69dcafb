"""Distances side by side with the plain way, and in bounded memory, on one thread.

- Fréchet distance of 2,048 features, as Inception has them: pytorch-fid takes `scipy.linalg.sqrtm` of the
  covariances' product; this project eigenvalues of a symmetric matrix, or, with fewer images than features, singular
  values of an n x n matrix.
- Sliced Wasserstein distance, MMD and energy distance of 10,000 x 10,000, with the memory that they take.
- Power spectra of 50,000 images of 32 x 32 pixels.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # read when numpy is imported

import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy import linalg

from sweetspot.measure.frechet import frechet_distance, frechet_of_moments, moments
from sweetspot.measure.kernel_distances import kernel_distances, median_distance
from sweetspot.measure.rapsd import mean_rapsd
from sweetspot.measure.wasserstein import sliced_wasserstein_distances
from sweetspot.streams import numpy_stream

FEATURES = 2048
PAIRS = 10_000
DIRECTIONS = 100
IMAGES = 50_000
Result = TypeVar("Result")


def features(name: str, n: int, d: int) -> np.ndarray:
    """Correlated Gaussian features (n, d) whose variances fall by a factor of 1,000."""
    stream = numpy_stream(f"benchmark of distances/{name}", 0)
    return stream.standard_normal((n, d)) * np.logspace(0, -1.5, d) @ _rotation(d) + 0.1 * stream.standard_normal(d)


def _rotation(d: int) -> np.ndarray:
    return linalg.qr(numpy_stream("benchmark of distances/rotation", d).standard_normal((d, d)))[0]


Moments = tuple[np.ndarray, np.ndarray]


def by_matrix_root(a: Moments, b: Moments) -> float:
    """The Fréchet distance of two means and covariances as pytorch-fid computes it."""
    (mean_a, covariance_a), (mean_b, covariance_b) = a, b
    root = linalg.sqrtm(covariance_a @ covariance_b)
    if not np.isfinite(root).all():
        offset = 1e-6 * np.eye(len(covariance_a))
        root = linalg.sqrtm((covariance_a + offset) @ (covariance_b + offset))
    traces = np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.trace(root.real)
    return float(np.sum((mean_a - mean_b) ** 2) + traces)


def timed(compute: Callable[[], Result]) -> tuple[Result, float]:
    """What a function returns, and its seconds on the processor, which other programs do not lengthen."""
    started = time.process_time()
    result = compute()
    return result, time.process_time() - started


def measured(compute: Callable[[], Result]) -> tuple[Result, str]:
    """What a function returns, and the seconds and the memory at the peak, beyond its input, that it takes."""
    result, seconds = timed(compute)
    tracemalloc.start()
    compute()
    peak = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    return result, f"{seconds:.1f} s, {peak:.0f} MB"


def compare_frechet(n: int) -> None:
    """Both ways on n images: from the features, and where there are more than features, from their covariances."""
    a, b = features("a", n, FEATURES), 1.1 * features("b", n, FEATURES)
    moments_a, moments_b = moments(a), moments(b)
    whole, whole_seconds = timed(lambda: frechet_distance(a, b))
    plain, plain_seconds = timed(lambda: by_matrix_root(moments_a, moments_b))
    print(
        f"Fréchet, {n:,} images, {FEATURES:,} features: {whole_seconds:.1f} s from features; by sqrtm "
        f"{plain_seconds:.1f} s from covariances; {plain_seconds / whole_seconds:.1f} times as fast"
    )
    if n > FEATURES:
        _, seconds = timed(lambda: frechet_of_moments(*moments_a, *moments_b))
        print(f"  from covariances too: {seconds:.1f} s, {plain_seconds / seconds:.1f} times as fast")
    print(f"  {whole:.9g} and {plain:.9g}, relative difference {abs(whole / plain - 1):.0e}", flush=True)


def main() -> None:
    a, b = features("a", PAIRS, 64), 1.1 * features("b", PAIRS, 64)
    bandwidth = median_distance(a)
    every_pair = 8 * PAIRS**2 / 1024**2
    for name, compute in {
        f"sliced Wasserstein, {DIRECTIONS} directions": lambda: sliced_wasserstein_distances(a, b, DIRECTIONS)[0],
        "MMD and energy": lambda: kernel_distances(a, b, bandwidth).mmd[0],
    }.items():
        _, cost = measured(compute)
        print(f"{name}, {PAIRS:,} x {PAIRS:,}: {cost} (a matrix of all pairs: {every_pair:.0f} MB)", flush=True)
    images = numpy_stream("benchmark of distances/images", 0).standard_normal((IMAGES, 1, 32, 32), dtype=np.float32)
    spectrum, cost = measured(lambda: mean_rapsd(images))
    print(f"RAPSD of {IMAGES:,} images of 32 x 32: {cost}; white noise: {spectrum.min():.3f} to {spectrum.max():.3f}")
    compare_frechet(500)
    compare_frechet(4000)


if __name__ == "__main__":
    main()

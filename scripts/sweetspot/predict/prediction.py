"""A predicted ratio with its interval, and the two ways in which methods come to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sweetspot.statistics import CONFIDENCE
from sweetspot.streams import numpy_stream

TAILS = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2
REPLICATES = 200


@dataclass(frozen=True)
class Curve:
    """A predicted loss against the ratio, all (ratios,), with a simultaneous 95 % band (see `simultaneous_band`)."""

    ratios: np.ndarray
    loss: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Prediction:
    """Which ratio of synthetic to real images is best, with a 95 % interval, and the curve if the method has one."""

    ratio: float
    low: float
    high: float
    curve: Curve | None = None


def fixed(ratio: float) -> Prediction:
    """A ratio that nothing was measured for: its interval is a point."""
    return Prediction(float(ratio), float(ratio), float(ratio))


def with_interval(
    estimate: Callable[[np.ndarray, np.ndarray], float], n_real: int, n_synthetic: int, seed: int, replicates: int = 40
) -> Prediction:
    """The ratio that `estimate` gives for all images, with the spread over random halves of both sets.

    `estimate` takes the positions of the real and of the synthetic images that it may use. The mean of a random half,
    drawn without replacement, differs from that of the whole as a bootstrap mean does, by s/sqrt(n); but no image
    stands twice in it, which would look like a small noise to a method that estimates the noise. The interval contains
    the ratio for all images.
    """
    ratio = float(estimate(np.arange(n_real), np.arange(n_synthetic)))
    stream = numpy_stream("interval of a prediction", seed)
    spread = [
        estimate(np.sort(stream.permutation(n_real)[: -(-n_real // 2)]), _half(stream, n_synthetic))
        for _ in range(replicates)
    ]
    low, high = np.quantile(spread, TAILS)
    return Prediction(ratio, min(ratio, float(low)), max(ratio, float(high)))


def _half(stream: np.random.Generator, n: int) -> np.ndarray:
    return np.sort(stream.choice(n, -(-n // 2), replace=False))


def from_losses(ratios: np.ndarray, losses: np.ndarray, seed: int, replicates: int = REPLICATES) -> Prediction:
    """The ratio with the smallest expected regret, from measured losses.

    Bootstrap replicates of the mean curve are drawn, over the images and over the draws from the pool. Each replicate
    b, smoothed over neighbouring ratios, gives every ratio a relative regret

        (L_b(ratio) - min L_b)/(max L_b - min L_b),

    and the ratio with the smallest mean regret is chosen: where the curve is flat or noisy, that is a compromise, and
    not the accident of one minimum. The interval is that of the replicates' own minima.

    Parameters
    ----------
    ratios : (R,), increasing.
    losses : (draws, images, R), of each image, from a fit that has not seen it, on each draw from the pool.
    """
    draws, images, _ = losses.shape
    stream = numpy_stream("interval of a prediction", seed)
    by_draw = stream.multinomial(draws, np.full(draws, 1 / draws), size=replicates) / draws
    by_image = stream.multinomial(images, np.full(images, 1 / images), size=replicates) / images
    smoothing = _smoother(len(ratios))
    # One matrix product for all replicates: each is a weighted mean over draws and images.
    curves = np.einsum("bd,dir,bi->br", by_draw, losses, by_image, optimize=True) @ smoothing
    span = np.ptp(curves, axis=1, keepdims=True)
    regrets = (curves - curves.min(axis=1, keepdims=True)) / np.where(span > 0, span, 1)
    loss = losses.mean(axis=(0, 1)) @ smoothing
    best = int(np.argmin(regrets.mean(axis=0)))
    minima = ratios[np.argmin(curves, axis=1)]
    low, high = np.quantile(minima, TAILS)
    ratio = float(ratios[best])
    around = simultaneous_band(loss, curves)
    return Prediction(ratio, min(ratio, float(low)), max(ratio, float(high)), Curve(ratios, loss, *around))


def simultaneous_band(loss: np.ndarray, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of a 95 % band around a curve `loss` (R,), which holds for the change from ratio 0 at all at once.

        loss +- q s,   s = SD_b(change_b),   q: the 0.95 quantile over b of max |change_b - change|/s

    from replicates `curves` (B, R) of the curve, of which change_b = curve_b - curve_b[0]. What is common to all ratios
    says nothing about which is best. Since it holds at all ratios at once, it holds at the one with the smallest loss,
    which a pointwise interval does not.
    """
    deviation = (curves - curves[:, :1]) - (loss - loss[0])
    spread = np.sqrt(np.mean(deviation**2, axis=0))
    standardised = np.divide(np.abs(deviation), spread, out=np.zeros_like(deviation), where=spread > 0)
    half = np.quantile(standardised.max(axis=1), CONFIDENCE) * spread
    return loss - half, loss + half


def _smoother(count: int) -> np.ndarray:
    """A (count, count) matrix that averages neighbours with weights 1, 2, 1; at the ends straight lines are kept."""
    matrix = np.zeros((count, count))
    for i in range(1, count - 1):
        matrix[i - 1 : i + 2, i] = 0.25, 0.5, 0.25
    matrix[0, 0] = matrix[-1, -1] = 1
    return matrix

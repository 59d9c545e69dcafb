"""A sweep in small: a softmax classifier on frozen random features, trained at several ratios.

It goes through as many optimiser steps at every ratio, as the network of the real sweep does, so that at a large ratio
it, too, sees each real image less often.
"""

from __future__ import annotations

import numpy as np

from sweetspot.predict.evidence import Evidence, Sample
from sweetspot.predict.prediction import Prediction, from_losses
from sweetspot.streams import numpy_stream

CANDIDATES = 9
DRAWS = 2  # subsets of the pool at each ratio
FOLDS = 5
JUDGED_AFTER = (5, 10, 20, 40, 80, 150, 300)  # optimiser steps
BATCH = 32  # images with one row; of images with many rows
FEWEST_IN_BATCH = 4
LEARNING_RATE, MOMENTUM, SQUARES, TINY = 0.005, 0.9, 0.999, 1e-8


def linear_probe(evidence: Evidence) -> Prediction:
    """The ratio with the smallest expected regret in the cross-entropy of a softmax classifier on frozen features.

    It is trained by Adam and judged after several numbers of steps, of which the best counts, as with a validation set.
    The images that it is judged on are the held-out ones or, without them, the real ones in five-fold cross-validation.
    Sees: features and labels of both sets and of the held-out one."""
    ratios = evidence.candidates(CANDIDATES)
    return from_losses(ratios, probe_losses(evidence, ratios), evidence.seed)


def probe_losses(evidence: Evidence, ratios: np.ndarray) -> np.ndarray:
    """Cross-entropies of unseen images in nats, means over rows: (draws, images, ratios); see `linear_probe`."""
    real, synthetic = evidence.real, evidence.synthetic
    n, pool = len(real), len(synthetic)
    features = np.concatenate([real.features, synthetic.features], dtype=np.float32, casting="same_kind")
    labels = np.concatenate([real.labels, synthetic.labels])
    judged = evidence.real if evidence.held_out is None else evidence.held_out
    losses = np.empty((DRAWS, len(judged), len(ratios)))
    for draw in range(DRAWS):
        order = numpy_stream(f"subset of the pool for the linear probe, draw {draw}", evidence.seed).permutation(pool)
        for k, fold in enumerate(_folds(evidence, draw)):
            own = np.setdiff1d(np.arange(n), fold) if evidence.held_out is None else np.arange(n)
            trainings = [np.concatenate([own, n + order[: round(ratio * len(own))]]) for ratio in ratios]
            stream = numpy_stream(f"batches of the linear probe, draw {draw}, fold {k}", evidence.seed)
            losses[draw, fold] = _train(features, labels, evidence.classes, trainings, judged.take(fold), stream).T
    return losses


def _folds(evidence: Evidence, draw: int) -> list[np.ndarray]:
    """Positions of the judged images, in parts that are judged together."""
    if evidence.held_out is not None:
        return [np.arange(len(evidence.held_out))]
    n = len(evidence.real)
    return np.array_split(numpy_stream(f"folds of the linear probe, draw {draw}", evidence.seed).permutation(n), FOLDS)


def _train(
    features: np.ndarray,
    labels: np.ndarray,
    classes: int,
    trainings: list[np.ndarray],
    judged: Sample,
    stream: np.random.Generator,
) -> np.ndarray:
    """Train one classifier on each of `trainings`, all at once; losses of the judged images, (classifiers, images)."""
    batch = max(FEWEST_IN_BATCH, BATCH // features.shape[1])
    orders = [_batches(training, JUDGED_AFTER[-1] * batch, stream) for training in trainings]
    weights = np.zeros((len(trainings), features.shape[2], classes), dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    seen = judged.features.reshape(-1, judged.features.shape[2]).astype(np.float32)
    best = np.full((len(trainings), len(judged)), np.inf)
    for step in range(1, JUDGED_AFTER[-1] + 1):
        rows = np.stack([order[(step - 1) * batch : step * batch] for order in orders])
        x = features[rows].reshape(len(trainings), -1, features.shape[2])
        y = labels[rows].reshape(len(trainings), -1)
        slope = np.exp(_log_softmax(x @ weights))
        np.put_along_axis(slope, y[..., None], np.take_along_axis(slope, y[..., None], 2) - 1, axis=2)
        gradient = np.swapaxes(x, 1, 2) @ slope / np.float32(y.shape[1])
        first = MOMENTUM * first + (1 - MOMENTUM) * gradient
        second = SQUARES * second + (1 - SQUARES) * gradient**2
        change = first / (1 - MOMENTUM**step) / (np.sqrt(second / (1 - SQUARES**step)) + TINY)
        weights = (weights - LEARNING_RATE * change).astype(np.float32)
        if step in JUDGED_AFTER:
            losses = _losses(seen, judged.labels, weights)
            better = losses.mean(axis=1) < best.mean(axis=1)
            best[better] = losses[better]
    return best


def _batches(training: np.ndarray, count: int, stream: np.random.Generator) -> np.ndarray:
    """`count` images, pass after pass through `training`, each in a new order."""
    passes = -(-count // len(training))
    return np.concatenate([stream.permutation(training) for _ in range(passes)])[:count]


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


def _losses(features: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Cross-entropy of each image, a mean over its rows: (classifiers, images)."""
    logarithms = _log_softmax(features @ weights)
    of_label = np.take_along_axis(
        logarithms, np.broadcast_to(labels.reshape(1, -1, 1), (len(weights), labels.size, 1)), 2
    )
    return -of_label.reshape(len(weights), *labels.shape).mean(axis=2)

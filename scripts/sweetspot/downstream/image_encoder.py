"""The network that was trained elsewhere: its features tell images apart, and its probabilities teach others.

It stands for a network that is pretrained on other data than those of the comparison, and is trained on real images
that no run and no rule ever sees: the part `generator`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from sweetspot.config.encoding import ImageEncoding
from sweetspot.data.encoded import EncodedImages
from sweetspot.downstream.replicas import LabelledSet, train_networks
from sweetspot.measure.in_batches import ENCODER_SEED, in_batches


def image_encoder(
    config: ImageEncoding, others: LabelledSet, validation: LabelledSet, classes: int
) -> Callable[[np.ndarray, np.ndarray], EncodedImages]:
    """Train the classifier on `others`, with the weights of the lowest loss on `validation`.

    Returns
    -------
    A function of images (n, channels, height, width) and their labels; features are the hidden dense layer after ReLU.
    """
    rows = np.arange(len(others.labels))[None]
    trained = train_networks(config.classifier, config.budget, others, rows, [ENCODER_SEED], validation, classes)
    network = trained.network

    def extract(batch: torch.Tensor) -> torch.Tensor:
        """Features and log-probabilities side by side."""
        hidden = network.features(batch)
        return torch.cat([hidden, network.decide(hidden).log_softmax(-1)], -1)[0]

    def encode(images: np.ndarray, labels: np.ndarray) -> EncodedImages:
        both = in_batches(network, extract, images).astype(np.float32)
        return EncodedImages(both[:, :-classes], both[:, -classes:], np.asarray(labels))

    return encode

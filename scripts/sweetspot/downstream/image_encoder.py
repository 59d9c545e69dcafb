"""The network that was trained elsewhere: its features tell images apart, and its probabilities teach others.

It stands for a network that is pretrained on other data than those of the comparison, and is trained on real images
that no run and no rule ever sees: the part `generator`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from sweetspot.config.classifier import Classifier
from sweetspot.config.encoding import ImageEncoding
from sweetspot.data.encoded import EncodedImages
from sweetspot.downstream.classifier import ReplicatedClassifier
from sweetspot.downstream.replicas import LabelledSet, train_networks
from sweetspot.errors import InputError
from sweetspot.measure.in_batches import ENCODER_SEED, in_batches
from sweetspot.snapshots import load_snapshot, save_snapshots

DESCRIPTION = ("classifier", "image_shape", "classes", "steps")  # of the network in a file


@dataclass(frozen=True)
class ImageEncoder:
    """One trained classifier, for images of shape (channels, height, width)."""

    network: ReplicatedClassifier
    config: Classifier
    image_shape: tuple[int, ...]
    classes: int
    steps: int  # optimiser steps taken

    def encode(self, images: np.ndarray, labels: np.ndarray) -> EncodedImages:
        """Images (n, channels, height, width) as the network sees them; features are its hidden layer after ReLU.

        Raises
        ------
        InputError : images of another shape than the network's, or labels that are not one of its classes for each.
        """
        if images.shape[1:] != self.image_shape:
            raise InputError(
                f"images of shape {images.shape[1:]} do not fit an encoder of {self.image_shape}; sample again"
            )
        if len(labels) != len(images) or not np.isin(labels, np.arange(self.classes)).all():
            raise InputError(
                f"{len(labels)} labels do not name one of {self.classes} classes for each of {len(images)} images"
            )
        both = in_batches(self.network, self._extract, images).astype(np.float32)
        return EncodedImages(both[:, : -self.classes], both[:, -self.classes :], np.asarray(labels))

    def _extract(self, batch: torch.Tensor) -> torch.Tensor:
        """Features and log-probabilities side by side."""
        hidden = self.network.features(batch)
        return torch.cat([hidden, self.network.decide(hidden).log_softmax(-1)], -1)[0]


def train_encoder(config: ImageEncoding, others: LabelledSet, validation: LabelledSet, classes: int) -> ImageEncoder:
    """Train the classifier on `others`, with the weights of the lowest loss on `validation`."""
    rows = np.arange(len(others.labels))[None]
    trained = train_networks(config.classifier, config.budget, others, rows, [ENCODER_SEED], validation, classes)
    return ImageEncoder(trained.network, config.classifier, others.images.shape[1:], classes, int(trained.steps[0]))


def save_encoder(path: Path, encoder: ImageEncoder) -> None:
    """Write the weights, and what the network is built from, to a safetensors file."""
    values = (encoder.config.model_dump(mode="json"), encoder.image_shape, encoder.classes, encoder.steps)
    save_snapshots(path, {encoder.steps: encoder.network.state_dict()}, dict(zip(DESCRIPTION, values, strict=True)))


def load_encoder(path: Path) -> ImageEncoder:
    """Read what `save_encoder` wrote, to the CPU.

    Raises
    ------
    InputError : see `load_snapshot`; the network is another one.
    """
    weights, description = load_snapshot(path)
    if set(description) != set(DESCRIPTION):
        raise InputError(f"{path}: not an encoder; give that of `encode_images`")
    config = Classifier.model_validate_json(json.dumps(description["classifier"]))
    image_shape, classes = tuple(description["image_shape"]), description["classes"]
    network = ReplicatedClassifier(config, image_shape, classes, [ENCODER_SEED])
    network.load_state_dict(weights)
    return ImageEncoder(network, config, image_shape, classes, description["steps"])

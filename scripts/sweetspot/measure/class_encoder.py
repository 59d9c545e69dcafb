"""Features of the downstream classifier: what it computes of an image before it decides.

It is trained on the whole real part `train`, with its weights chosen on `validation` and a seed that no run of an
experiment has. The reference of a distance is of that part too: what the network has learnt by heart of it moves all
distances, the floor of real against real included.
"""

from __future__ import annotations

import numpy as np

from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.downstream.replicas import LabelledSet, train_networks
from sweetspot.measure.features import Extractor
from sweetspot.measure.in_batches import ENCODER_SEED, in_batches


def classifier_features(
    config: Classifier,
    budget: StepBudget | EpochBudget,
    real: LabelledSet,
    validation: LabelledSet,
    classes: int,
) -> Extractor:
    """Train the classifier; its features are the hidden dense layer after ReLU, (n, dense)."""
    rows = np.arange(len(real.labels))[None]
    network = train_networks(config, budget, real, rows, [ENCODER_SEED], validation, classes).network
    return lambda images: in_batches(network, lambda batch: network.features(batch)[0], images)

"""Features of the downstream classifier: what it computes of an image before it decides.

It is trained on real images of which none is compared: the part `validation`, as are the principal components. What a
network has learnt by heart looks different to it from what it has not; so images of `train` would be known on one side
of every distance, and under domain shift on both sides of one arm alone. The seed is one that no run of an experiment
has.

The interval of a distance on these features holds for this one network: another seed gives other distances, and after
short training on few images it can reverse two that are near each other.
"""

from __future__ import annotations

import numpy as np

from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.downstream.replicas import LabelledSet, train_networks
from sweetspot.measure.features import Extractor
from sweetspot.measure.in_batches import ENCODER_SEED, in_batches


def classifier_features(
    config: Classifier, budget: StepBudget | EpochBudget, others: LabelledSet, classes: int
) -> Extractor:
    """Train the classifier on `others`, real images of which none is compared.

    Its features are the hidden dense layer after ReLU, (n, dense), with the weights of the lowest loss on the same
    images: none are spared to choose by.
    """
    rows = np.arange(len(others.labels))[None]
    network = train_networks(config, budget, others, rows, [ENCODER_SEED], others, classes).network
    return lambda images: in_batches(network, lambda batch: network.features(batch)[0], images)

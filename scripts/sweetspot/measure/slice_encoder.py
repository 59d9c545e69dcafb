"""Features of the downstream segmenter: what it computes of a slice at its deepest level.

It is trained on the part `validation` of the target domain, of which no slice is compared: neither the reference, nor
the floor, nor a pool or training set holds a slice, or a subject, that the network knows by heart; see
`sweetspot.measure.class_encoder`.
"""

from __future__ import annotations

import numpy as np

from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import SliceSet
from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter
from sweetspot.errors import InputError
from sweetspot.measure.features import Extractor
from sweetspot.measure.in_batches import ENCODER_SEED, in_batches


def segmenter_features(config: Segmenter, budget: StepBudget | EpochBudget, others: SliceSet) -> Extractor:
    """Train the segmenter on `others`, real slices of which none is compared.

    Its features are the channels of its deepest level, averaged over space, (n, width), with the weights of the lowest
    loss on the same slices: none are spared to choose by.

    Raises
    ------
    InputError : training diverges.
    """
    training = TrainingSlices([(others, np.arange(len(others.masks)))])
    trained = train_segmenter(config, budget, training, ENCODER_SEED, others)
    if not np.isfinite(trained.validation_loss):
        raise InputError(
            "the segmenter for features never had a finite loss: lower the config key `segmenter.learning_rate`"
        )
    network = trained.network
    return lambda images: in_batches(network, lambda batch: network.encode(batch)[-1].mean((2, 3)), images)

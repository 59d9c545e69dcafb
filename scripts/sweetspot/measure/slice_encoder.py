"""Features of the downstream segmenter: what it computes of a slice at its deepest level.

It is trained on the whole real part `train` of the target domain; see `sweetspot.measure.class_encoder`.
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


def segmenter_features(
    config: Segmenter, budget: StepBudget | EpochBudget, real: SliceSet, validation: SliceSet
) -> Extractor:
    """Train the segmenter; its features are the channels of its deepest level, averaged over space, (n, width).

    Raises
    ------
    InputError : training diverges.
    """
    training = TrainingSlices([(real, np.arange(len(real.masks)))])
    trained = train_segmenter(config, budget, training, ENCODER_SEED, validation)
    if not np.isfinite(trained.validation_loss):
        raise InputError(
            "the segmenter for features never had a finite validation loss: lower the config key "
            "`segmenter.learning_rate`"
        )
    network = trained.network
    return lambda images: in_batches(network, lambda batch: network.encode(batch)[-1].mean((2, 3)), images)

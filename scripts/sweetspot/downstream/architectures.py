"""Which network the replicas of a run on selected samples are copies of."""

from __future__ import annotations

import functools

from sweetspot.config.selected_runs import Transformer
from sweetspot.downstream.classifier import ReplicatedClassifier
from sweetspot.downstream.replicas import Architecture
from sweetspot.downstream.transformer import ReplicatedTransformer


def architecture(transformer: Transformer | None) -> Architecture:
    """The transformer of these settings, or the convolutional network where there are none."""
    return functools.partial(ReplicatedTransformer, transformer) if transformer else ReplicatedClassifier

"""The runs of a comparison of selection rules: networks on the images, or linear classifiers on features."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

import numpy as np

from sweetspot.checkpoints import Part
from sweetspot.config.selected_runs import SelectedRuns
from sweetspot.data.encoded import EncodedImages
from sweetspot.downstream.architectures import architecture
from sweetspot.downstream.job import Group, Row
from sweetspot.downstream.linear_classifier import linear_classifier
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.downstream.selected_sets import SelectedSet, sets_together


def network_groups(
    sets: Iterable[SelectedSet],
    config: SelectedRuns,
    images: LabelledSet,
    validation: LabelledSet,
    test: LabelledSet,
    classes: int,
) -> Iterator[Group]:
    """Networks trained on `images`; a seed has the same initial weights, and the same batches of as large a set."""

    def train(together: tuple[SelectedSet, ...], checkpoints: Part) -> list[Row]:
        rows, seeds = np.stack([each.rows for each in together]), [each.seed for each in together]
        data = (images, rows, seeds, validation, test, classes)
        results = train_replicas(config.classifier, config.budget, *data, checkpoints, architecture(config.transformer))
        return [
            (each.seed, each.rule, 1 - result.error, result.loss)
            for each, result in zip(together, results, strict=True)
        ]

    for number, together in enumerate(sets_together(sets, config.classifier.replicas_together)):
        yield Group(f"images={len(together[0].rows)}/group={number}", functools.partial(train, together))


def linear_groups(sets: Iterable[SelectedSet], images: EncodedImages, test: EncodedImages) -> Iterator[Group]:
    """Linear classifiers on the features of `images`, each a group of its own."""
    classes = images.log_probabilities.shape[1]

    def train(each: SelectedSet, checkpoints: Part) -> list[Row]:
        scores = linear_classifier(images.features[each.rows], images.labels[each.rows], test.features, classes)
        accuracy = np.mean(scores.argmax(1) == test.labels)
        loss = -np.mean(scores[np.arange(len(scores)), test.labels])
        return [(each.seed, each.rule, float(accuracy), float(loss))]

    for each in sets:
        yield Group(f"{each.rule}/seed={each.seed}", functools.partial(train, each))

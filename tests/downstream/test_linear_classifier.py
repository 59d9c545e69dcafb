"""The linear classifier on features: a stationary point of its loss, blind to scale, and right where it can be."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.downstream.linear_classifier import linear_classifier
from sweetspot.errors import InputError

CLASSES = 3


def blobs(n, seed, apart=3.0):
    stream = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    return stream.normal(size=(n, 4)) + apart * np.eye(CLASSES, 4)[labels], labels


def test_separable_classes_are_told_apart():
    features, labels = blobs(90, 0, apart=8)
    judged, truth = blobs(60, 1, apart=8)
    assert np.array_equal(linear_classifier(features, labels, judged, CLASSES).argmax(1), truth)


def test_scales_offsets_and_dead_units_change_nothing():
    features, labels = blobs(60, 0)
    judged, _ = blobs(30, 1)
    plain = linear_classifier(features, labels, judged, CLASSES)
    scale, offset = np.array([1e-3, 1, 50, 7]), np.array([5.0, 0, -2, 1])
    dead = [np.hstack([each * scale + offset, np.full((len(each), 1), 4.0)]) for each in (features, judged)]
    np.testing.assert_allclose(linear_classifier(dead[0], labels, dead[1], CLASSES), plain, atol=1e-3)
    np.testing.assert_allclose(np.exp(plain).sum(1), 1)


def test_the_mean_probabilities_of_the_training_set_are_its_shares():
    """The unpenalised intercepts of the optimum see to that."""
    features, labels = blobs(90, 2, apart=1)
    labels[:20] = 0
    found = np.exp(linear_classifier(features, labels, features, CLASSES)).mean(0)
    np.testing.assert_allclose(found, np.bincount(labels) / 90, atol=1e-3)


def test_a_class_without_images_is_named():
    features, labels = blobs(30, 0)
    with pytest.raises(InputError, match=r"class 2 has no image in a training set; make `selection.n_real` larger"):
        linear_classifier(features[labels < 2], labels[labels < 2], features, CLASSES)

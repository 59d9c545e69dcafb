"""Pixels, principal components and the features of the downstream networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import SliceSet
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.errors import InputError
from sweetspot.measure.class_encoder import classifier_features
from sweetspot.measure.features import PrincipalComponents, pixels
from sweetspot.measure.in_batches import in_batches
from sweetspot.measure.slice_encoder import segmenter_features

BUDGET = StepBudget(unit="steps", steps=8, evaluate_every=4)


def images(n, channels=1, size=8, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (n, channels, size, size)).astype(np.float32)


def test_pixels():
    assert pixels(images(3, 2)).shape == (3, 128)
    assert pixels(images(3, 2)).dtype == np.float64


@pytest.mark.parametrize("n", [20, 200])
def test_principal_components_are_those_of_another_implementation(n):
    some, others = images(n), images(10, seed=1)
    found = PrincipalComponents(some, 5)(others)
    expected = PCA(5).fit(pixels(some)).transform(pixels(others))
    assert np.abs(found) == pytest.approx(np.abs(expected), rel=1e-6, abs=1e-8)


def test_components_are_no_more_than_the_images_have():
    assert PrincipalComponents(images(6), 32)(images(4)).shape == (4, 5)
    assert PrincipalComponents(images(300), 100)(images(4)).shape == (4, 64)


def test_components_of_all_of_the_space_keep_every_distance():
    some = images(300)
    a, b = PrincipalComponents(some, 64)(some[:2])
    assert np.linalg.norm(a - b) == pytest.approx(np.linalg.norm(some[0] - some[1]), rel=1e-6)


def test_batches_change_nothing():
    network = torch.nn.Linear(64, 3)
    some = images(10)
    whole = in_batches(network, lambda batch: network(batch.flatten(1)), some)
    assert whole.shape == (10, 3)
    assert in_batches(network, lambda batch: network(batch.flatten(1)), some, 3) == pytest.approx(whole, abs=1e-6)


def two_classes(n, seed):
    """Bright and dark images."""
    labels = np.arange(n) % 2
    shift = np.where(labels, 0.4, -0.4)[:, None, None, None].astype(np.float32)
    return LabelledSet(images(n, seed=seed) * 0.3 + shift, labels.astype(np.int64))


def test_the_features_of_the_classifier_tell_the_classes_apart_that_it_was_trained_on():
    config = Classifier(channels=(4, 8), dense=16, horizontal_flip=False, batch_size=8, learning_rate=1e-2)
    budget = StepBudget(unit="steps", steps=40, evaluate_every=20)
    extract = classifier_features(config, budget, two_classes(32, 0), 2)
    test = two_classes(20, 2)
    features = extract(test.images)
    assert features.shape == (20, 16)
    assert features.dtype == np.float64
    assert features.min() >= 0
    means = [features[test.labels == label].mean(0) for label in (0, 1)]
    assert np.linalg.norm(means[0] - means[1]) > 2 * features[test.labels == 0].std(0).max()
    again = classifier_features(config, budget, two_classes(32, 0), 2)
    assert np.array_equal(again(test.images), features)


def slices(n, seed):
    masks = np.zeros((n, 4, 16, 8), np.uint8)
    masks[:, 3, 4:8, 2:6] = 1
    pictures = np.random.default_rng(seed).uniform(-1, 1, (n, 2, 16, 8)).astype(np.float32)
    return SliceSet(pictures, masks, np.array([f"sub-{i}" for i in range(n)]))


def test_the_features_of_the_segmenter_are_the_channels_of_its_deepest_level():
    extract = segmenter_features(Segmenter(channels=(4, 6, 10)), BUDGET, slices(8, 0))
    some = slices(6, 2).images
    features = extract(some)
    assert features.shape == (6, 10)
    # An average over space: a shift by a whole pixel of the deepest level that wraps around changes only the border.
    assert np.abs(extract(np.roll(some, 4, axis=2)) - features).max() < 0.5 * np.abs(features).max()
    assert np.array_equal(extract(some[:2]), features[:2]) or extract(some[:2]) == pytest.approx(features[:2], abs=1e-6)


def test_a_segmenter_that_diverges_is_reported():
    with pytest.raises(InputError, match="lower the config key"):
        segmenter_features(Segmenter(channels=(4, 8), learning_rate=1e30), BUDGET, slices(8, 0))

"""Random convolutions against direct sums, and the axes of their principal components."""

import numpy as np
import pytest

from sweetspot.predict import random_features
from sweetspot.predict.evidence import Evidence, Sample
from sweetspot.predict.gather import POSITIONS, classification_evidence, segmentation_evidence
from sweetspot.predict.random_features import (
    FILTERS,
    activations,
    image_features,
    position_features,
    principal_components,
    random_filters,
)


def images(n=3, channels=2, height=9, width=7, seed=0):
    return np.random.default_rng(seed).standard_normal((n, channels, height, width)).astype(np.float32)


def test_an_activation_is_a_rectified_sum_over_a_patch():
    x = images()
    filters = random_filters(x, 0)
    found = activations(x, filters)
    patch = x[1, :, 3:6, 2:5].reshape(-1)
    assert found[1, 4, 3] == pytest.approx(np.maximum(patch @ filters.weights + filters.biases, 0), abs=1e-5)
    assert filters.weights.sum(axis=0) == pytest.approx(np.zeros(FILTERS), abs=1e-5)
    assert np.linalg.norm(filters.weights, axis=0) == pytest.approx(np.ones(FILTERS), abs=1e-5)


def test_fields_average_all_positions_once():
    x = images(height=8, width=8)
    filters = random_filters(x, 0)
    fields = image_features(x, filters).reshape(3, 4, 4, 2 + FILTERS)
    response = activations(x, filters)
    assert fields[0, 1, 2, :2] == pytest.approx(x[0, :, 2:4, 4:6].mean(axis=(1, 2)), abs=1e-5)
    assert fields[0, 1, 2, 2:] == pytest.approx(response[0, 2:4, 4:6].mean(axis=(0, 1)), abs=1e-5)
    assert image_features(images(height=3, width=9), filters).shape == (3, 3 * 4 * (2 + FILTERS))


def test_chunks_do_not_change_features(monkeypatch):
    x = images(7)
    filters = random_filters(x, 0)
    positions = np.tile(np.arange(20), (7, 1))
    whole = image_features(x, filters), position_features(x, positions, filters)
    monkeypatch.setattr(random_features, "CHUNK_VALUES", 1)
    assert image_features(x, filters) == pytest.approx(whole[0], abs=1e-5)
    assert position_features(x, positions, filters) == pytest.approx(whole[1], abs=1e-5)


def test_features_of_a_position_are_its_pixel_its_activations_and_those_around():
    x = images()
    filters = random_filters(x, 0)
    found = position_features(x, np.array([[4 * 7 + 3]] * 3), filters)[:, 0]
    response = activations(x, filters)
    assert found[:, :2] == pytest.approx(x[:, :, 4, 3])
    assert found[:, 2 : 2 + FILTERS] == pytest.approx(response[:, 4, 3])
    assert found[:, 2 + FILTERS :] == pytest.approx(response[:, 2:7, 1:6].mean(axis=(1, 2)), abs=1e-5)


def test_components_are_orthogonal_sorted_and_scaled():
    rng = np.random.default_rng(0)
    real = rng.standard_normal((200, 1, 6)) * np.arange(1, 7)
    scores, same = principal_components(real, [real.copy()], 4)
    assert scores.shape == (200, 1, 5)
    assert same == pytest.approx(scores)
    moments = scores[:, 0, :4].T @ scores[:, 0, :4] / 200
    assert moments == pytest.approx(np.diag(np.diag(moments)), abs=1e-9)
    assert np.all(np.diff(np.diag(moments)) < 0)
    assert np.mean(scores[:, :, :4] ** 2) == pytest.approx(1)
    assert np.all(scores[:, :, 4] == 1)


def test_a_segmentation_task_looks_at_every_lesion_pixel_it_has_room_for():
    x = images(6, 2, 24, 20)
    masks = np.zeros((6, 24, 20), np.uint8)
    masks[1, :4, :5] = 1
    masks[2] = 1
    evidence = segmentation_evidence((x[:3], masks[:3]), (x[3:], masks[3:]), None, 1.0, 0)
    assert evidence.real.labels.shape == (3, POSITIONS)
    assert list(evidence.real.labels.sum(axis=1)) == [0, 20, POSITIONS]
    assert evidence.classes == 2


def test_evidence_of_a_class_task_has_one_row_for_each_image():
    x = images(12)
    labels = np.arange(12) % 3
    evidence = classification_evidence((x[:4], labels[:4]), (x[4:], labels[4:]), None, 3, 2.0, 0)
    assert evidence.real.features.shape[:2] == (4, 1)
    assert list(evidence.synthetic.labels[:, 0]) == list(labels[4:])
    assert evidence.one_hot(evidence.real).sum() == pytest.approx(0)
    assert evidence.candidates(5) == pytest.approx(np.expm1(np.linspace(0, np.log(3), 5)))
    fewer = evidence.leading(3)
    assert fewer.real.features == pytest.approx(evidence.real.features[:, :, [0, 1, 2, -1]])


def test_evidence_refuses_what_does_not_fit():
    sample = Sample(images(4), np.ones((4, 1, 2)), np.zeros((4, 1), int))
    with pytest.raises(ValueError, match="largest_ratio"):
        Evidence(sample, sample, None, 2, 1.5, 0)
    with pytest.raises(ValueError, match="held-out"):
        Evidence(sample, sample, None, 2, 1.0, 0, real_is_target=False)
    with pytest.raises(ValueError, match="labels"):
        Sample(images(4), np.ones((4, 1, 2)), np.zeros(4, int))
    with pytest.raises(ValueError, match="images"):
        Sample(images(3), np.ones((4, 1, 2)), np.zeros((4, 1), int))

"""Tissue masks: found where there are none, and one class for each pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.data.tissues import classify_tissues, label_pixels
from sweetspot.errors import InputError

PATH = Path("sub-01_T1w.nii.gz")


def brain_with_noise(bids, share: float):
    """Labels and a T1w image whose noise has a standard deviation of `share` of the contrast of GM and WM."""
    labels = bids.anatomy((30, 32, 28))
    means = np.array([0, 200, 600, 900, 550])
    noise = np.random.default_rng(0).standard_normal(labels.shape) * share * 300
    return labels, (means[labels] + noise).astype(np.float32)


@pytest.mark.parametrize("scale", [1.0, 0.001, 1e5])
def test_tissues_are_found_and_ordered_by_their_intensity(bids, scale):
    labels, t1w = brain_with_noise(bids, 0.2)
    brain = (labels > 0) & (labels < 4)
    tissues = classify_tissues(t1w * np.float32(scale), brain, PATH)
    assert np.array_equal(tissues.sum(axis=0), brain)
    for channel, number in enumerate((2, 3, 1)):
        truth = labels == number
        overlap = (tissues[channel] > 0) & truth
        assert 2 * overlap.sum() / (tissues[channel].sum() + truth.sum()) > 0.99


def test_neighbours_are_taken_into_account(bids):
    """With this much noise a threshold at the middle of two means is wrong in 16 % of voxels."""
    labels, t1w = brain_with_noise(bids, 0.5)
    tissues = classify_tissues(t1w, (labels > 0) & (labels < 4), PATH)
    assert (tissues[1][labels == 3] == 0).mean() < 0.08


def test_a_bright_vessel_does_not_squeeze_the_classes(bids):
    labels, t1w = brain_with_noise(bids, 0.1)
    brain = (labels > 0) & (labels < 4)
    t1w[tuple(np.argwhere(labels == 1)[0])] = 20_000
    tissues = classify_tissues(t1w, brain, PATH)
    assert (tissues[1][labels == 3] == 1).mean() > 0.98


def test_same_image_gives_the_same_tissues(bids):
    labels, t1w = brain_with_noise(bids, 0.6)
    first, second = (classify_tissues(t1w, labels > 0, PATH) for _ in range(2))
    assert np.array_equal(first, second)


def test_no_three_classes(bids):
    labels, _ = brain_with_noise(bids, 0)
    flat = np.full(labels.shape, 5, np.float32)
    with pytest.raises(InputError, match=r"sub-01_T1w.nii.gz: intensities inside the brain are constant"):
        classify_tissues(flat, labels > 0, PATH)
    flat[labels == 3] = 9
    with pytest.raises(InputError, match=r"sub-01_T1w.nii.gz: .* do not fall into three classes"):
        classify_tissues(flat, labels > 0, PATH)


@given(seed=st.integers(0, 1000), size=st.integers(1, 6))
def test_one_class_for_each_pixel_and_the_lesions_volume(seed, size):
    stream = np.random.default_rng(seed)
    shape = (size, 5, 4)
    brain = stream.random(shape) < 0.8
    lesions = np.where(stream.random(shape) < 0.3, stream.random(shape), 0) ** 2
    tissues = stream.random((3, *shape)) * (1 - lesions)
    masks = label_pixels(brain, lesions, tissues)
    assert masks.dtype == np.uint8
    assert np.array_equal(masks.sum(axis=0), brain)
    inside = lesions[brain]
    assert abs(masks[3].sum() - inside.sum()) <= 0.5
    chosen = masks[3][brain] > 0
    if chosen.any() and not chosen.all():
        assert inside[chosen].min() >= inside[~chosen].max()
    rest = brain & (masks[3] == 0)
    assert np.array_equal(masks[:3].argmax(axis=0)[rest], tissues.argmax(axis=0)[rest])


def test_small_lesions_are_kept_where_half_a_pixel_would_lose_them():
    lesions = np.zeros((10, 10, 10))
    lesions[1::3, 1::3, 1::3] = 0.4
    masks = label_pixels(np.ones(lesions.shape, bool), lesions, np.ones((3, *lesions.shape)))
    assert masks[3].sum() == round(lesions.sum()) == 11
    assert (lesions >= 0.5).sum() == 0


def test_a_pixel_of_the_brain_without_any_tissue_stays_empty():
    brain = np.ones((2, 1, 1), bool)
    tissues = np.zeros((3, 2, 1, 1))
    tissues[1, 0] = 0.2
    assert label_pixels(brain, np.zeros((2, 1, 1)), tissues)[:, :, 0, 0].tolist() == [[0, 0], [1, 0], [0, 0], [0, 0]]

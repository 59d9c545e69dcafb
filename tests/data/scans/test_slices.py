"""Slices: normalised inside the brain, centred, and together the volume that they were cut from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.config.scans import Slices
from sweetspot.data.scan import GriddedScan
from sweetspot.data.slices import choose_slices, cut_slices, normalise
from sweetspot.errors import InputError

NAMES = ("T1w", "T2w")


def scan_of(labels: np.ndarray, seed=0) -> GriddedScan:
    """Two modalities with random intensities."""
    stream = np.random.default_rng(seed)
    masks = np.stack([labels == number for number in (2, 3, 1, 4)]).astype(np.uint8)
    images = stream.gamma(2, 100, (2, *labels.shape)).astype(np.float32)
    return GriddedScan(images, labels > 0, masks, 5 + 1.3 * np.arange(labels.shape[2]))


def config(size, **keys) -> Slices:
    return Slices(spacing=(1.0, 1.0, 1.0), size=size, **({"minimum_brain": 1e-6} | keys))


def box(mask: np.ndarray) -> tuple[slice, ...]:
    places = np.argwhere(mask)
    return tuple(slice(low, high + 1) for low, high in zip(places.min(0), places.max(0), strict=True))


@pytest.mark.parametrize("size", [(40, 36), (16, 14), (17, 13)])
def test_slices_reassemble_to_the_volume(bids, size):
    """Whatever is around the brain: the window is larger than the volume, as large, or as the brain's box."""
    scan = scan_of(bids.anatomy((14, 16, 12)))
    cut = cut_slices(scan, config(size), "sub-01", NAMES)
    assert cut.images.shape[1:] == (2, *size)
    assert cut.masks.shape[1:] == (4, *size)
    assert (cut.images.dtype, cut.masks.dtype) == (np.float32, np.uint8)
    assert cut.cut_off == 0
    inside = box(scan.brain)
    np.testing.assert_allclose(cut.z, scan.z[inside[2]])
    # (slice, channel, back to front, left to right) as (channel, left to right, back to front, slice).
    images, masks = cut.images.transpose(1, 3, 2, 0), cut.masks.transpose(1, 3, 2, 0)
    found = box(masks.any(axis=0))
    for channel in range(4):
        np.testing.assert_array_equal(masks[(channel, *found)], scan.masks[(channel, *inside)])
        assert masks[channel].sum() == scan.masks[channel].sum()
    for channel in range(2):
        whole = normalise(scan.images[channel], scan.brain, (0.5, 99.5), "sub-01")
        np.testing.assert_array_equal(images[(channel, *found)], whole[inside])
        outside = np.ones(images.shape[1:], bool)
        outside[found] = False
        assert np.all(images[channel][outside] == -1)
    for axis in range(2):
        assert abs(found[axis].start + found[axis].stop - images.shape[axis + 1]) <= 1


def test_a_window_smaller_than_the_brain_says_how_much_is_lost(bids):
    scan = scan_of(bids.anatomy((14, 16, 12)))
    cut = cut_slices(scan, config((8, 14)), "sub-01", NAMES)
    assert cut.cut_off == pytest.approx(1 - cut.masks.any(axis=1).sum() / scan.brain.sum())
    assert 0.1 < cut.cut_off < 0.6


@given(seed=st.integers(0, 1000), low=st.floats(0, 40), high=st.floats(60, 100), scale=st.floats(1e-3, 1e3))
def test_percentiles_of_the_brain_become_the_ends(seed, low, high, scale):
    stream = np.random.default_rng(seed)
    image = (stream.standard_normal((6, 7, 8)) * 50 + 200).astype(np.float32)
    brain = stream.random(image.shape) < 0.5
    result = normalise(image, brain, (low, high), "sub-01")
    assert result.dtype == np.float32
    assert np.all(result[~brain] == -1)
    ends = np.percentile(image[brain].astype(float), [low, high])
    expected = np.interp(image[brain], ends, [-1, 1])
    np.testing.assert_allclose(result[brain], expected, atol=1e-5)
    # Neither what is outside of the brain nor the scanner's unit matters.
    other = np.where(brain, image, 9e9).astype(np.float32)
    np.testing.assert_array_equal(normalise(other, brain, (low, high), "sub-01"), result)
    np.testing.assert_allclose(normalise(image * scale - 3, brain, (low, high), "s"), result, atol=1e-4)


def test_one_outlier_does_not_squeeze_the_rest():
    image = np.random.default_rng(0).uniform(0, 1, (10, 10, 10)).astype(np.float32)
    brain = np.ones(image.shape, bool)
    before = normalise(image, brain, (0.5, 99.5), "sub-01")
    image[0, 0, 0] = 1e6
    assert np.abs(normalise(image, brain, (0.5, 99.5), "sub-01") - before)[1:].max() < 0.01


@pytest.mark.parametrize("value", [7, -7, 0])
def test_constant_image(bids, value):
    """Also if resampling left rounding noise in it."""
    scan = scan_of(bids.anatomy())
    scan.images[1] = value * np.random.default_rng(0).uniform(1, 1 + 1e-7, scan.brain.shape)
    with pytest.raises(InputError, match=rf"sub-01/ses-2 T2w: the image has the same intensity, {value}, at both"):
        cut_slices(scan, config((16, 16)), "sub-01/ses-2", NAMES)


@given(
    shares=st.lists(st.floats(0, 1), max_size=40),
    minimum=st.floats(0.01, 1),
    at_most=st.one_of(st.none(), st.integers(1, 50)),
)
def test_slices_with_enough_brain_evenly_spaced(shares, minimum, at_most):
    enough = [i for i, share in enumerate(shares) if share >= minimum]
    chosen = choose_slices(np.array(shares), minimum, at_most).tolist()
    assert set(chosen) <= set(enough)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(len(enough), at_most or len(enough))
    if len(chosen) > 1:
        steps = np.diff([enough.index(i) for i in chosen])
        assert steps.max() - steps.min() <= 1
    if len(chosen) == 1:
        assert chosen == [enough[len(enough) // 2]]


def test_slices_are_chosen_by_the_brain_in_the_window(bids):
    scan = scan_of(bids.anatomy((14, 16, 12)))
    shares = scan.brain.sum(axis=(0, 1)) / (20 * 18)
    minimum = float(np.median(shares[shares > 0]))
    cut = cut_slices(scan, config((20, 18), minimum_brain=minimum), "sub-01", NAMES)
    np.testing.assert_allclose(cut.z, scan.z[shares >= minimum])
    np.testing.assert_allclose(
        cut_slices(scan, config((20, 18), per_scan=3), "sub-01", NAMES).z, scan.z[[2, 6, 9]], atol=1.4
    )
    with pytest.raises(InputError, match=r"sub-01: no slice with 99% of brain or more; lower .*`slices.minimum_brain`"):
        cut_slices(scan, config((20, 18), minimum_brain=0.99), "sub-01", NAMES)

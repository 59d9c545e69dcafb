"""Intervals and the choice of a ratio from measured losses."""

import numpy as np
import pytest

from sweetspot.predict.prediction import from_losses, simultaneous_band, with_interval

RATIOS = np.expm1(np.linspace(0, np.log(17), 9))


def u_curve(best, images=60, noise=0.0, seed=0):
    """Losses (2, images, 9) of a parabola in log(1 + ratio) with its lowest point at position `best`."""
    curve = (np.arange(9) - best) ** 2 / 16
    common = np.random.default_rng(seed).standard_normal((1, images, 1))
    own = noise * np.random.default_rng(seed + 1).standard_normal((2, images, 9))
    return np.broadcast_to(curve + common, (2, images, 9)) + own


@pytest.mark.parametrize("best", [0, 3, 5, 8])
def test_without_noise_the_lowest_point_is_found_however_images_differ(best):
    found = from_losses(RATIOS, u_curve(best), 0)
    assert found.ratio == found.low == found.high == RATIOS[best]
    assert found.curve.high - found.curve.low == pytest.approx(np.zeros(9), abs=1e-9)


def test_more_images_make_the_interval_shorter():
    few, many = (from_losses(RATIOS, u_curve(4, images, 2.0), 0) for images in (20, 2000))
    assert few.low <= few.ratio <= few.high
    assert np.log1p(many.high) - np.log1p(many.low) < np.log1p(few.high) - np.log1p(few.low)
    assert many.low <= RATIOS[4] <= many.high


def test_a_compromise_where_the_minima_of_the_replicates_disagree():
    """Half of the images gain from the pool and half lose by it, sharply; in between nobody does."""
    gain = np.array([0, 0, 0, 0, 0, 0, 0, -1.0, -1.0])
    lose = np.array([-1.0, -1.0, 0, 0, 0, 0, 0, 0.0, 0.0])
    losses = np.stack([gain] * 10 + [lose] * 10)[None]
    found = from_losses(RATIOS, losses, 0)
    assert (found.low, found.high) == (0, 16)


def test_half_samples_spread_as_the_mean_does():
    values = np.random.default_rng(0).standard_normal(200)
    found = with_interval(lambda real, pool: 10 + values[real].mean(), 200, 2, 0, replicates=2000)
    assert found.ratio == 10 + values.mean()
    expected = 2 * 1.96 * values.std() / np.sqrt(200)
    assert found.high - found.low == pytest.approx(expected, rel=0.1)


def test_the_interval_contains_the_ratio_of_all_images():
    found = with_interval(lambda real, pool: float(len(real) == 30), 30, 10, 0)
    assert (found.ratio, found.low, found.high) == (1, 0, 1)


def test_no_image_stands_twice_in_a_half():
    seen = []
    with_interval(lambda real, pool: seen.append((real, pool)) or 0.0, 7, 5, 0)
    assert all(len(set(real)) == len(real) and len(set(pool)) == len(pool) for real, pool in seen)
    assert {len(real) for real, _ in seen} == {7, 4}


def test_the_band_holds_at_all_ratios_at_once():
    """A curve that is flat in truth: its lowest point is rarely taken for a gain, a pointwise interval's often is."""
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(400):
        loss = np.append(0, rng.standard_normal(12))
        curves = loss + np.concatenate([np.zeros((300, 1)), rng.standard_normal((300, 12))], axis=1)
        low, high = simultaneous_band(loss, curves)
        missed += not np.all((low <= 0) & (high >= 0))
    assert 0.02 < missed / 400 < 0.09


def test_what_all_ratios_share_does_not_widen_the_band():
    rng = np.random.default_rng(0)
    loss = np.arange(4.0)
    low, high = simultaneous_band(loss, loss + 100 * rng.standard_normal((50, 1)))
    assert low == pytest.approx(loss, abs=1e-9)
    assert high == pytest.approx(loss, abs=1e-9)

"""The RAPSD of known images, its distance and its decay."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.measure import rapsd as module
from sweetspot.measure.rapsd import mean_rapsd, rapsd, rapsd_distance, spectral_decay


def noise(n, channels=1, height=32, width=32, seed=0):
    return np.random.default_rng(seed).standard_normal((n, channels, height, width))


def naive_rapsd(image):
    """The definition, ring by ring, for one image (channels, height, width)."""
    height, width = image.shape[1:]
    side = min(height, width)
    k = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None]) * side
    power = np.abs(np.fft.fft2(image, norm="ortho")) ** 2
    return [
        np.mean([channel[(k >= q - 0.5) & (k < q + 0.5)].mean() for channel in power]) for q in range(1, side // 2 + 1)
    ]


@pytest.mark.parametrize("size", [(32, 32), (8, 8), (9, 7), (48, 40), (5, 12), (2, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_it_is_the_definition(size, channels):
    images = noise(3, channels, *size)
    assert rapsd(images) == pytest.approx(np.array([naive_rapsd(image) for image in images]), rel=1e-12)


def test_white_noise_has_its_variance_in_every_ring():
    assert mean_rapsd(2 * noise(4000)) == pytest.approx(4, rel=0.03)


def test_a_cosine_has_one_ring():
    x = np.arange(32)
    image = np.broadcast_to(np.cos(2 * np.pi * 3 * x / 32), (1, 1, 32, 32))
    expected = np.zeros(16)
    expected[2] = 32
    assert rapsd(image)[0] == pytest.approx(expected, abs=1e-12)
    assert rapsd(image.swapaxes(2, 3))[0] == pytest.approx(expected, abs=1e-12)


def test_a_constant_is_not_seen():
    images = noise(4)
    assert rapsd(images + 5) == pytest.approx(rapsd(images), rel=1e-10)


def test_chunks_change_nothing(monkeypatch):
    images = noise(50, 3).astype(np.float32)
    whole = rapsd(images)
    monkeypatch.setattr(module, "CHUNK_VALUES", 7 * 3 * 32 * 32)
    assert rapsd(images) == pytest.approx(whole, rel=1e-13)


def test_the_distance_is_zero_for_equal_sets_symmetric_and_scales_with_the_square():
    a, b = rapsd(noise(20)), rapsd(2 * noise(30, seed=1))
    assert rapsd_distance(a, a) == 0
    assert rapsd_distance(a, b) == rapsd_distance(b, a) > 0
    assert rapsd_distance(rapsd(3 * noise(20)), rapsd(6 * noise(30, seed=1))) == pytest.approx(
        9 * rapsd_distance(a, b), rel=1e-12
    )
    assert rapsd_distance(np.array([[1.0, 2]]), np.array([[4.0, 6]])) == 5


def test_the_decay_of_a_field_with_a_power_law():
    rng = np.random.default_rng(0)
    k = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.fftfreq(64)[None]) * 64
    k[0, 0] = np.inf
    fields = np.fft.ifft2(np.fft.fft2(rng.standard_normal((200, 1, 64, 64))) * k**-1.5).real
    decay = spectral_decay(mean_rapsd(fields))
    assert decay.frequency == pytest.approx(3, rel=0.04)
    assert decay.eigenvalue == decay.frequency / 2


def test_the_decay_of_an_exact_power_law():
    assert spectral_decay(7 * np.arange(1, 17.0) ** -2.5).frequency == pytest.approx(2.5, rel=1e-12)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="sides of 2 or more"):
        rapsd(np.zeros((3, 8, 8)))
    with pytest.raises(ValueError, match="sides of 2 or more"):
        rapsd(np.zeros((3, 1, 8, 1)))
    with pytest.raises(ValueError, match="equal bins"):
        rapsd_distance(np.ones((2, 4)), np.ones((2, 5)))
    with pytest.raises(ValueError, match="two or more powers"):
        spectral_decay(np.ones(1))
    with pytest.raises(ValueError, match="above 0"):
        spectral_decay(np.array([1.0, 0]))

"""The paper's rule against its formula, with spectra known in closed form."""

from dataclasses import replace

import numpy as np
import pytest

from sweetspot.measure.rapsd import rapsd, rapsd_distance, spectral_decay
from sweetspot.predict.spectral_rules import BYTE_SCALE, rapsd_255_rule, rapsd_rule


def smooth(toy, contrast=1.0):
    """Evidence whose real images have a falling spectrum, and the pool the same times `contrast`."""
    evidence = toy()
    fields = np.cumsum(np.cumsum(np.random.default_rng(1).standard_normal((408, 1, 8, 8)), axis=2), axis=3)
    real = replace(evidence.real, images=fields[:24])
    return replace(evidence, real=real, synthetic=replace(evidence.synthetic, images=contrast * fields[24:]))


def test_the_formula(toy):
    evidence = smooth(toy, 1.3)
    spectra = rapsd(evidence.real.images)
    d = rapsd_distance(spectra, rapsd(evidence.synthetic.images))
    r = spectral_decay(spectra.mean(axis=0)).frequency
    assert r > 1.01
    p = 2 - 1 / (2 * r)
    squared_eigenvalues = np.sum(np.arange(1, 10**6, dtype=float) ** (-2 * r))
    x = np.linspace(0, 60 / r, 10**6)
    # B(1/r, 4 - 1/r)/r as the integral over j of (1 + j^r)^-4.
    c_b = np.sqrt(np.trapezoid((1 + x**r) ** -4.0, x))
    expected = (2 * evidence.real.images.var() * squared_eigenvalues / (p * c_b * d * 24)) ** (1 / (p + 2))
    assert rapsd_rule(evidence).ratio == pytest.approx(expected, rel=1e-4)
    assert rapsd_255_rule(evidence).ratio == pytest.approx(min(16, expected * BYTE_SCALE ** (2 / (p + 2))), rel=1e-4)


def test_an_equal_spectrum_calls_for_everything(toy):
    evidence = toy()
    same = replace(evidence, synthetic=replace(evidence.synthetic, images=np.tile(evidence.real.images, (16, 1, 1, 1))))
    assert rapsd_rule(same).ratio == 16


def test_under_domain_shift_the_distance_is_that_to_the_target(toy):
    evidence = smooth(toy)
    shifted = replace(evidence, held_out=replace(evidence.held_out, images=0 * evidence.held_out.images + 5))
    assert rapsd_rule(shifted).ratio == rapsd_rule(evidence).ratio
    with pytest.raises(ValueError, match="power"):
        rapsd_rule(replace(shifted, real_is_target=False))

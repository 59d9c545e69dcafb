"""The sine design: orthonormal features, power laws, the supremum of the kernel."""

import numpy as np
import pytest

from sweetspot.theory import sine_design


def test_features_are_orthonormal():
    x = (np.arange(4000) + 0.5) / 4000
    phi = sine_design.features(x, 12)
    np.testing.assert_allclose(phi.T @ phi / x.size, np.eye(12), atol=1e-9)


def test_kernel_of_decay_2_has_its_closed_form():
    x = np.linspace(0, 1, 7)
    mu = sine_design.eigenvalues(2.0, 20000)
    phi = sine_design.features(x, mu.size)
    closed = np.pi**2 * (np.minimum.outer(x, x) - np.outer(x, x))
    np.testing.assert_allclose((phi * mu) @ phi.T, closed, atol=2e-4)


def test_coefficients_follow_the_power_law_and_stop():
    mu = sine_design.eigenvalues(2.0, 6)
    np.testing.assert_allclose(sine_design.power_coefficients(mu, 0.8, 3), [1, 2**-1.6, 3**-1.6, 0, 0, 0], rtol=1e-12)


@pytest.mark.parametrize("decay", [1.2, 2.0, 3.0])
@pytest.mark.parametrize("terms", [1, 10, 513])
def test_kernel_supremum_bounds_the_diagonal(decay, terms):
    mu = sine_design.eigenvalues(decay, terms)
    diagonal = sine_design.features(np.linspace(0, 1, 2001), terms) ** 2 @ mu
    supremum = sine_design.kernel_supremum(mu)
    assert diagonal.max() <= supremum * (1 + 1e-12)
    if decay >= 2:
        assert diagonal.max() == pytest.approx(supremum, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sine_design.eigenvalues(0.0, 3), "decay"),
        (lambda: sine_design.eigenvalues(2.0, 0), "terms"),
        (lambda: sine_design.power_coefficients([1.0, 0.25], 1.0, 3), "terms"),
        (lambda: sine_design.power_coefficients([1.0, -0.25], 1.0, 1), "eigenvalue"),
        (lambda: sine_design.features([1.5], 3), "x must"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()

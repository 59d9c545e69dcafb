"""Monte Carlo: against reference numbers, the deterministic equivalent and the bounds; and its intervals."""

import numpy as np
import pytest

from sweetspot.statistics import mean_interval
from sweetspot.theory import kernel_bounds, kernel_ridge
from sweetspot.theory.kernel_risk import deterministic_equivalent
from sweetspot.theory.kernel_simulation import (
    draw_risks,
    empirical_optimum,
    sample,
    simulate,
)
from sweetspot.theory.sine_design import features, kernel_supremum

N, VARIANCE = 100, 0.25
LAMBDAS = np.geomspace(1e-4, 1e2, 61)
REFERENCE = {2: (0.025118864315095822, 0.018056434144759517), 3: (0.01995262314968881, 0.019502600219891284)}


@pytest.fixture(scope="module")
def risks(table_row):
    found = {}
    for number in (2, 3):
        mu, target, generator = table_row(number)
        found[number] = simulate(mu, target - generator, VARIANCE, N, LAMBDAS, 80, seed=1)
    return found


@pytest.mark.parametrize("number", [2, 3])
def test_reference_optimum_and_risk(risks, number):
    ratio, smallest = REFERENCE[number]
    mean = risks[number].mean(axis=0)
    error = risks[number].std(axis=0, ddof=1) / np.sqrt(80)
    best = int(np.argmin(mean))
    assert abs(best - int(np.argmin(np.abs(LAMBDAS - ratio)))) <= 1
    assert abs(mean[best] - smallest) < 3.5 * error[best]
    optimum = empirical_optimum(risks[number], LAMBDAS, seed=0)
    assert optimum.ci_low < optimum.ratio < optimum.ci_high
    # The reference is a point of a grid with ten points in a decade.
    assert optimum.ci_low * 10**-0.05 < ratio < optimum.ci_high * 10**0.05
    assert optimum.risks.mean() <= mean[best]


@pytest.mark.parametrize("number", [2, 3])
def test_deterministic_equivalent_is_close_and_bounds_are_above(table_row, risks, number):
    mu, target, generator = table_row(number)
    h = target - generator
    mean = risks[number].mean(axis=0)
    error = risks[number].std(axis=0, ddof=1) / np.sqrt(80)
    predicted = deterministic_equivalent(mu, h, VARIANCE, N, LAMBDAS)
    moderate = LAMBDAS >= 1e-3
    assert np.all(np.abs(mean - predicted)[moderate] < 0.06 * predicted[moderate] + 2.5 * error[moderate])
    # In one dimension the nearly interpolating fit is better than Gaussian features would have it.
    assert 1.15 < predicted[0] / mean[0] < 1.6
    finite = kernel_bounds.finite_sample_bound(mu, h, kernel_supremum(mu), 2.0, VARIANCE, N, LAMBDAS)
    bound = kernel_bounds.risk_bound(
        kernel_bounds.generator_distance(mu, h), 2.0, float(np.sum(mu**2)), VARIANCE, N, LAMBDAS
    )
    assert np.all(finite > mean + 3 * error)
    assert np.all(bound > mean + 3 * error)


def test_risk_from_coefficients_equals_the_integral(table_row):
    mu, target, generator = table_row(2)
    h = target - generator
    x, noise = sample(30, VARIANCE, draw=4, seed=2)
    phi = features(x, mu.size)
    dual = kernel_ridge.fit((phi * mu) @ phi.T, phi @ h + noise, 0.05)
    # The midpoint rule with more points than terms integrates products of these sines exactly.
    phi_grid = features((np.arange(1200) + 0.5) / 1200, mu.size)
    fitted = kernel_ridge.predict(phi_grid @ generator, (phi_grid * mu) @ phi.T, dual)
    integral = np.mean((fitted - phi_grid @ target) ** 2)
    assert draw_risks(mu, h, VARIANCE, 30, [0.05], draw=4, seed=2)[0] == pytest.approx(integral, rel=1e-9)


def test_draws_do_not_depend_on_their_number_or_on_the_lambdas(table_row):
    mu, target, generator = table_row(2, terms=100)
    h = target - generator
    three = simulate(mu, h, VARIANCE, 20, [0.1, 1.0], 3, seed=7)
    np.testing.assert_array_equal(three[:2], simulate(mu, h, VARIANCE, 20, [0.1, 1.0], 2, seed=7))
    np.testing.assert_allclose(three[2, 1], draw_risks(mu, h, VARIANCE, 20, [1.0], 2, seed=7)[0], rtol=1e-12)
    assert not np.allclose(three[0], three[1])
    assert not np.allclose(three, simulate(mu, h, VARIANCE, 20, [0.1, 1.0], 3, seed=8))


def test_infinite_lambda_gives_the_distance_of_the_generator(table_row):
    mu, target, generator = table_row(3, terms=100)
    h = target - generator
    assert draw_risks(mu, h, VARIANCE, 20, [np.inf], 0, 0)[0] == pytest.approx(np.sum(h**2), rel=1e-12)
    shifted = draw_risks(mu, h, VARIANCE, 20, [np.inf], 0, 0, judged_against=target)
    assert shifted[0] == pytest.approx(np.sum(target**2), rel=1e-12)


def test_optimum_is_the_vertex_of_a_parabola_and_knows_the_end_of_the_grid():
    lambdas = np.geomspace(1e-3, 10, 13)
    curve = (np.log(lambdas) - np.log(0.07)) ** 2 + 1
    draws = np.outer([0.5, 1.0, 1.5, 1.2], curve)
    found = empirical_optimum(draws, lambdas, seed=0)
    assert found.ratio == pytest.approx(0.07, rel=1e-9)
    assert found.ci_low == pytest.approx(0.07, rel=1e-9)
    np.testing.assert_allclose(found.risks, [0.5, 1.0, 1.5, 1.2], rtol=1e-9)
    falling = empirical_optimum(np.outer([1.0, 2.0], 1 / lambdas), lambdas, seed=0)
    assert falling.at_end_of_grid
    assert falling.ratio == falling.ci_low == falling.ci_high == lambdas[-1]


def test_interval_covers_the_mean_of_normal_draws():
    values = np.random.default_rng(0).normal(3, 2, size=(12, 4000))
    _, low, high = mean_interval(values)
    assert np.mean((low < 3) & (high > 3)) == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simulate([1.0], [1.0], 1.0, 5, [1.0], 0, 0), "draws"),
        (lambda: sample(0, 1.0, 0, 0), "n must"),
        (lambda: mean_interval([[1.0]]), "two or more"),
        (lambda: empirical_optimum(np.ones((2, 3)), [1.0, 3.0, 2.0], 0), "lambdas"),
        (lambda: empirical_optimum(np.ones((2, 4)), [1.0, 2.0, 3.0], 0), "risks"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()

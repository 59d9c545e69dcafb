"""Theorem 5.1 and its deterministic equivalent: reference optima, limits, simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.theory import domain_shift, kernel_bounds
from sweetspot.theory.kernel_risk import deterministic_equivalent, minimise_over_lambda, population_risk
from sweetspot.theory.kernel_simulation import simulate

N, VARIANCE, DECAY = 100, 0.25, 2.0
LAMBDAS = np.geomspace(1e-4, 1e2, 61)


def shifted(table_row, scale, terms=512):
    """Row 2 of the table with delta_j = scale (-1)^j a_j: eigenvalues, h, delta."""
    mu, target, generator = table_row(2, terms)
    return mu, target - generator, scale * (-1.0) ** np.arange(1, terms + 1) * target


@pytest.mark.parametrize(
    ("scale", "equivalent", "bound", "tight"),
    [
        (0, 0.025094151535155037, 0.044973924738131395, 0.009552389347939654),
        (0.1, 0.03078836842496791, 0.04498217234011608, 0.009837096997398445),
        (0.3, 2.731265006526559, 0.045048316360042924, 0.013194964494986963),
        (0.6, 14.38677452919706, 0.04527371349534806, 0.17411116119965697),
    ],
)
def test_reference_optima(table_row, scale, equivalent, bound, tight):
    optima = domain_shift.shift_optima(*shifted(table_row, scale), DECAY, VARIANCE, N)
    assert optima["deterministic_equivalent"] == pytest.approx(equivalent, rel=1e-6)
    assert optima["bound"] == pytest.approx(bound, rel=1e-6)
    assert optima["tight"] == pytest.approx(tight, rel=1e-6)


def test_a_worse_generator_is_used_less(table_row):
    mu, h, delta = shifted(table_row, 0.3)
    best = [
        minimise_over_lambda(lambda at, x=x: domain_shift.shift_equivalent(mu, x * h, delta, VARIANCE, N, at))
        for x in (0.25, 0.5, 1, 2)
    ]
    np.testing.assert_allclose(best, [46, 15, 2.7, 0.014], rtol=0.03)


def test_without_a_shift_everything_is_as_in_domain(table_row):
    mu, h, delta = shifted(table_row, 0.0)
    np.testing.assert_allclose(
        domain_shift.population_shift_risk(mu, h, delta, VARIANCE, N, LAMBDAS),
        population_risk(mu, h, VARIANCE, N, LAMBDAS),
        rtol=1e-12,
    )
    np.testing.assert_array_equal(
        domain_shift.shift_equivalent(mu, h, delta, VARIANCE, N, LAMBDAS),
        deterministic_equivalent(mu, h, VARIANCE, N, LAMBDAS),
    )
    optima = domain_shift.shift_optima(mu, h, delta, DECAY, VARIANCE, N)
    in_domain = kernel_bounds.optima(mu, h, DECAY, VARIANCE, N)
    assert optima["population"] == pytest.approx(in_domain["population"], rel=1e-6)
    # The bounds have twice the bias.
    assert optima["bound"] == pytest.approx(in_domain["bound"] * 2 ** (-1 / 3.75), rel=1e-6)
    assert optima["tight"] == pytest.approx(in_domain["tight"] * 2 ** (-2 / 3), rel=1e-6)


@pytest.mark.parametrize("scale", [0.0, 0.1, 0.6])
def test_bounds_are_above_the_risk(table_row, scale):
    mu, h, delta = shifted(table_row, scale)
    risk = domain_shift.population_shift_risk(mu, h, delta, VARIANCE, N, LAMBDAS)
    for bound in (domain_shift.shift_bound, domain_shift.tight_shift_bound):
        assert np.all(bound(mu, h, delta, DECAY, VARIANCE, N, LAMBDAS) >= risk)


def test_many_samples_approach_the_population(table_row):
    arguments = shifted(table_row, 0.3)
    for n, tolerance in ((10**4, 0.1), (10**7, 1e-3)):
        equivalent = domain_shift.shift_equivalent(*arguments, VARIANCE, n, LAMBDAS[20:])
        population = domain_shift.population_shift_risk(*arguments, VARIANCE, n, LAMBDAS[20:])
        np.testing.assert_allclose(equivalent, population, rtol=tolerance)


@pytest.mark.parametrize("scale", [0.1, 0.6])
def test_simulation_agrees_within_six_percent(table_row, scale):
    mu, h, delta = shifted(table_row, scale, terms=256)
    lambdas = np.array([1e-3, 1e-2, 0.1, 1, 10])
    risks = simulate(mu, h + delta, VARIANCE, N, lambdas, draws=500, seed=0, judged_against=h)
    error = risks.std(axis=0) / np.sqrt(len(risks)) / risks.mean(axis=0)
    equivalent = domain_shift.shift_equivalent(mu, h, delta, VARIANCE, N, lambdas)
    assert np.all(error < 0.025)
    np.testing.assert_allclose(risks.mean(axis=0), equivalent, rtol=0.06)


coefficients = st.floats(-2, 2)


@given(st.floats(0.1, 3), coefficients, coefficients, st.floats(0.01, 4))
def test_one_mode_optimum_is_the_minimum(mu, h, delta, noise):
    best = domain_shift.one_mode_optimum(mu, h, delta, noise, 10)

    def risk(lambdas):
        return domain_shift.population_shift_risk([mu], [h], [delta], noise, 10, lambdas)

    grid = np.append(np.geomspace(1e-6, 1e6, 500), np.inf)
    smallest = float(risk(np.array([max(best, 1e-12)]))[0])
    assert np.all(risk(grid) >= smallest - 1e-9)


def test_one_mode_and_flat_optima_in_numbers():
    # mu (delta^2 + delta h + v)/(h^2 + delta h), v = 1/10
    assert domain_shift.one_mode_optimum(2, 1, 0.5, 1, 10) == pytest.approx(2 * 0.85 / 1.5)
    assert domain_shift.one_mode_optimum(2, 1, 0.5, 1, 10, cross_term=False) == pytest.approx(2 * 0.35)
    assert domain_shift.one_mode_optimum(2, 1, -2, 1, 10) == math.inf
    assert domain_shift.one_mode_optimum(2, 2, -1, 1, 10) == 0
    assert domain_shift.one_mode_optimum(2, 0, 0, 1, 10) == math.inf
    # sigma^2 p/n = 2: the flat optimum without a shift, then with one.
    assert domain_shift.flat_shift_optimum(0.5, 0, 0, 20, 1, 10) == pytest.approx(4)
    assert domain_shift.flat_shift_optimum(0.5, 0.3, 0.1, 20, 1, 10) == pytest.approx(2.4 / 0.6)
    with pytest.raises(ValueError, match="product"):
        domain_shift.flat_shift_optimum(1, 1, 2, 1, 1, 1)


def test_a_shift_of_another_length_is_refused(table_row):
    mu, h, _ = shifted(table_row, 0.1)
    for call in (domain_shift.shift_equivalent, domain_shift.population_shift_risk):
        with pytest.raises(ValueError, match="shift"):
            call(mu, h, np.zeros(3), VARIANCE, N, LAMBDAS)
    with pytest.raises(ValueError, match="shift"):
        domain_shift.shift_bound(mu, h, np.zeros(3), DECAY, VARIANCE, N, LAMBDAS)

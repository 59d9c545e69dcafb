"""Theorem 2.2, Corollary 2.2.1 and the tighter forms, against reference numbers and the risks they bound."""

import math

import numpy as np
import pytest
from scipy.special import zeta

from sweetspot.theory import kernel_bounds
from sweetspot.theory.kernel_risk import deterministic_equivalent, population_risk
from sweetspot.theory.sine_design import eigenvalues, kernel_supremum

N, VARIANCE, DECAY = 100, 0.25, 2.0
LAMBDAS = np.geomspace(1e-4, 1e2, 61)

REFERENCE = {
    2: {
        "h_rkhs": 2.103109353140588,
        "d": 248.4111204365528,
        "bound": 0.05410475740928007,
        "population": 0.026078105653609247,
        "deterministic_equivalent": 0.02509415163791858,
        "tight": 0.01516347317301785,
        "risk_equivalent": 0.018382142417934243,
        "risk_population": 0.01759227304117468,
        "regret_bound": 0.13036719400986718,
        "regret_tight": 0.05225184742901057,
    },
    3: {
        "h_rkhs": 2.506192068838901,
        "d": 248.49222135651564,
        "bound": 0.054100047970591834,
        "population": 0.021090711620829154,
        "deterministic_equivalent": 0.020017150306762065,
        "tight": 0.01349057175606424,
        "risk_equivalent": 0.019840200947042842,
        "risk_population": 0.018880564074220653,
        "regret_bound": 0.2757957742190855,
        "regret_tight": 0.0364053414553005,
    },
}


@pytest.mark.parametrize("number", [2, 3])
def test_reference_optima_risks_and_regrets(table_row, number):
    mu, target, generator = table_row(number)
    h = target - generator
    reference = REFERENCE[number]
    assert kernel_bounds.generator_distance(mu, h) == pytest.approx(reference["d"], rel=1e-12)
    assert kernel_bounds.squared_rkhs_norm(mu, h) == pytest.approx(reference["h_rkhs"], rel=1e-12)
    optima = kernel_bounds.optima(mu, h, DECAY, VARIANCE, N)
    for rule, value in optima.items():
        assert value == pytest.approx(reference[rule], rel=1e-6), rule

    def equivalent(ratio):
        return float(deterministic_equivalent(mu, h, VARIANCE, N, ratio))

    best = equivalent(optima["deterministic_equivalent"])
    assert best == pytest.approx(reference["risk_equivalent"], rel=1e-9)
    at_population = population_risk(mu, h, VARIANCE, N, optima["population"])
    assert at_population == pytest.approx(reference["risk_population"], rel=1e-9)
    for rule in ("bound", "tight"):
        assert equivalent(optima[rule]) / best - 1 == pytest.approx(reference[f"regret_{rule}"], rel=1e-6)


def test_reference_constants_and_closed_forms():
    assert kernel_bounds.bias_constant(2.0) == pytest.approx(0.7006239020497411, rel=1e-12)
    assert kernel_bounds.bias_constant(2.0) == pytest.approx(math.sqrt(5 * math.pi / 32), rel=1e-12)
    assert kernel_bounds.variance_constant(2.0) == pytest.approx(math.pi / 4, rel=1e-12)
    optimum = kernel_bounds.bound_optimum
    assert optimum(1.0, 2.0, zeta(4), 1.0, 100) == pytest.approx(0.34079801855484937, rel=1e-10)
    assert optimum(10.0, 3.0, zeta(6), 0.25, 500) == pytest.approx(0.0829862156064076, rel=1e-10)
    squares = float(np.sum(eigenvalues(2.0, 512) ** 2))
    assert optimum(737.65, 2.0, squares, VARIANCE, N) == pytest.approx(0.04047507268247603, rel=1e-10)
    assert optimum(15509.16, 2.0, squares, VARIANCE, N) == pytest.approx(0.017966253481035994, rel=1e-10)
    # N lambda* of row 2
    m = N * optimum(248.4111204365528, 2.0, squares, VARIANCE, N)
    assert m == pytest.approx(5.410475740928007, rel=1e-10)


@pytest.mark.parametrize("decay", [1.3, 2.0, 3.5])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_closed_forms_minimise_their_bounds(decay, scale):
    squares = float(zeta(2 * decay)) * scale**2
    best = kernel_bounds.bound_optimum(40.0, decay, squares, VARIANCE, N, scale)
    value = kernel_bounds.risk_bound(40.0, decay, squares, VARIANCE, N, best * np.array([0.98, 1, 1.02]), scale)
    assert value.argmin() == 1
    best = kernel_bounds.tight_optimum(2.0, decay, VARIANCE, N, scale)
    value = kernel_bounds.tight_bound(2.0, decay, VARIANCE, N, best * np.array([0.98, 1, 1.02]), scale)
    assert value.argmin() == 1


@pytest.mark.parametrize(("decay", "scale"), [(1.2, 1.0), (2.0, 1.0), (2.0, 4.0), (3.0, 0.5)])
def test_bounds_are_above_the_population_risk_at_every_lambda(decay, scale):
    mu = scale * eigenvalues(decay, 300)
    rng = np.random.default_rng(0)
    for h in (mu**0.9, mu * rng.standard_normal(300), np.eye(300)[0], mu**1.5):
        truth = population_risk(mu, h, VARIANCE, N, LAMBDAS)
        distance = kernel_bounds.generator_distance(mu, h)
        squares = float(np.sum(mu**2))
        bound = kernel_bounds.risk_bound(distance, decay, squares, VARIANCE, N, LAMBDAS, scale)
        tight = kernel_bounds.tight_bound(kernel_bounds.squared_rkhs_norm(mu, h), decay, VARIANCE, N, LAMBDAS, scale)
        finite = kernel_bounds.finite_sample_bound(mu, h, 2 * mu.sum(), decay, VARIANCE, N, LAMBDAS, scale)
        for upper in (bound, tight, finite):
            assert np.all(upper >= truth)


def test_finite_sample_bound_matches_its_formula(table_row):
    mu, target, generator = table_row(2)
    h = target - generator
    ratio = 0.03
    bias = min(np.sum((ratio / (ratio + mu) * h) ** 2), 0.7006239020497411 * 248.4111204365528 * ratio**1.75)
    supremum = kernel_supremum(mu)
    expected = (1 + math.sqrt(supremum) / (ratio * 10)) ** 2 * bias + VARIANCE * mu.sum() / (N * ratio**2)
    got = kernel_bounds.finite_sample_bound(mu, h, supremum, DECAY, VARIANCE, N, ratio)
    assert got == pytest.approx(expected, rel=1e-12)


def test_a_perfect_generator_means_as_much_of_it_as_possible():
    mu = eigenvalues(2.0, 50)
    h = np.zeros(50)
    assert set(kernel_bounds.optima(mu, h, DECAY, VARIANCE, N).values()) == {math.inf}
    # The infinite lambda and a zero distance together are no NaN.
    squares = float(np.sum(mu**2))
    assert kernel_bounds.risk_bound(0.0, DECAY, squares, VARIANCE, N, np.inf) == 0
    assert kernel_bounds.tight_bound(0.0, DECAY, VARIANCE, N, np.inf) == 0
    assert kernel_bounds.finite_sample_bound(mu, h, 2.0, DECAY, VARIANCE, N, np.inf) == 0


def test_optimum_of_the_bound_scales_with_n_as_the_corollary_says():
    ratio = kernel_bounds.bound_optimum(5.0, 2.0, 1.0, 1.0, 1000) / kernel_bounds.bound_optimum(5.0, 2.0, 1.0, 1.0, 100)
    assert ratio == pytest.approx(10 ** (-4 / 15), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kernel_bounds.bias_constant(0.5), "decay"),
        (lambda: kernel_bounds.variance_constant(2.0, scale=0.0), "scale"),
        (lambda: kernel_bounds.bound_optimum(-1.0, 2.0, 1.0, 1.0, 10), "distance"),
        (lambda: kernel_bounds.bound_optimum(1.0, 2.0, 1.0, 1.0, 0), "n must"),
        (lambda: kernel_bounds.tight_optimum(math.nan, 2.0, 1.0, 10), "squared_norm"),
        (lambda: kernel_bounds.risk_bound(1.0, 2.0, 0.0, 1.0, 10, 1.0), "squared_eigenvalues"),
        (lambda: kernel_bounds.tight_bound(1.0, 2.0, 1.0, 10, -1.0), "lambda"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()

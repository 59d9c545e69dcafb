"""Population risk, effective ridge, deterministic equivalent.

The reference numbers come from an independent implementation; N = 100
and sigma = 0.5 are this project's choice.
"""

import numpy as np
import pytest

from sweetspot.theory.kernel_risk import (
    deterministic_equivalent,
    effective_ridge,
    minimise_over_lambda,
    population_bias,
    population_risk,
)
from sweetspot.theory.sine_design import eigenvalues

N, VARIANCE = 100, 0.25


@pytest.mark.parametrize(
    ("number", "squared_norm", "equivalent", "population"),
    [
        (2, 0.08317856498302822, 0.01857952284558364, 0.017866645831056543),
        (3, 0.14542869319645188, 0.01984020450253994, 0.018894355381581726),
    ],
)
def test_reference_risks_at_lambda_0p02(table_row, number, squared_norm, equivalent, population):
    mu, target, generator = table_row(number)
    h = target - generator
    assert np.sum(h**2) == pytest.approx(squared_norm, rel=1e-12)
    assert effective_ridge(mu, N, 0.02) == pytest.approx(0.022210419832451044, rel=1e-9)
    assert deterministic_equivalent(mu, h, VARIANCE, N, 0.02) == pytest.approx(equivalent, rel=1e-9)
    assert population_risk(mu, h, VARIANCE, N, 0.02) == pytest.approx(population, rel=1e-9)


def test_reference_flat_spectrum():
    mu = np.ones(20)
    assert effective_ridge(mu, 60, 0.5) == pytest.approx(0.6286669787764606, rel=1e-10)
    risk = deterministic_equivalent(mu, np.full(20, 0.1), 1.0, 60, 0.5)
    assert risk == pytest.approx(0.17780860397097928, rel=1e-10)


def test_effective_ridge_solves_its_equation_within_its_bracket():
    mu = eigenvalues(2.0, 512)
    lambdas = np.geomspace(1e-8, 1e4, 40).reshape(4, 10)
    kappa = effective_ridge(mu, N, lambdas)
    assert kappa.shape == (4, 10)
    assert np.all(kappa > lambdas)
    assert np.all(kappa <= (lambdas + mu.sum() / N) * (1 + 1e-12))
    df1 = np.sum(mu / (mu + kappa[..., None]), axis=-1)
    np.testing.assert_allclose(kappa, lambdas + kappa / N * df1, rtol=1e-10)


def test_limits_of_lambda(table_row):
    mu, target, generator = table_row(2, terms=100)
    h = target - generator
    assert population_bias(mu, h, 1e-12) == pytest.approx(0, abs=1e-12)
    # At lambda -> 0 every mode is free: variance sigma^2 J/N.
    assert population_risk(mu, h, VARIANCE, N, 1e-12) == pytest.approx(VARIANCE * 100 / N, rel=1e-6)
    for risk in (population_risk, deterministic_equivalent):
        assert risk(mu, h, VARIANCE, N, np.inf) == pytest.approx(np.sum(h**2), rel=1e-12)
        assert risk(mu, h, VARIANCE, N, 1e9) == pytest.approx(np.sum(h**2), rel=1e-6)


def test_large_n_makes_the_equivalent_the_population_risk(table_row):
    mu, target, generator = table_row(2)
    h = target - generator
    lambdas = np.geomspace(1e-2, 10, 7)
    n = 10**7
    np.testing.assert_allclose(
        deterministic_equivalent(mu, h, VARIANCE, n, lambdas),
        population_risk(mu, h, VARIANCE, n, lambdas),
        rtol=1e-3,
    )


def test_equivalent_is_exact_for_gaussian_features():
    """Simulated linear ridge regression, with a shift: training labels and test target differ."""
    rng = np.random.default_rng(3)
    p, n, ratio, noise = 150, 120, 0.05, 0.4
    mu = np.arange(1, p + 1) ** -1.0
    trained, judged = rng.standard_normal((2, p)) * np.sqrt(mu)
    risks = []
    for _ in range(60):
        features = rng.standard_normal((n, p))
        labels = features @ trained + noise * rng.standard_normal(n)
        dual = np.linalg.solve((features * mu) @ features.T + n * ratio * np.eye(n), labels)
        risks.append(np.sum((mu * (dual @ features) - judged) ** 2))
    error = np.std(risks, ddof=1) / np.sqrt(len(risks))
    predicted = deterministic_equivalent(mu, trained, noise**2, n, ratio, judged)
    assert abs(np.mean(risks) - predicted) < 3.5 * error + 0.005 * predicted
    assert abs(deterministic_equivalent(mu, trained, noise**2, n, ratio) - predicted) > 10 * error


@pytest.mark.parametrize(
    ("terms", "reference"),
    [(100, 0.025166570382749425), (512, 0.02509415163791858), (4096, 0.02507713829503387)],
)
def test_optimum_hardly_depends_on_the_truncation(table_row, terms, reference):
    mu, target, generator = table_row(2, terms)
    found = minimise_over_lambda(
        lambda lambdas: deterministic_equivalent(mu, target - generator, VARIANCE, N, lambdas), 1e-3, 1, 31
    )
    assert found == pytest.approx(reference, rel=1e-6)


def test_minimise_over_lambda_finds_the_lower_of_two_valleys_and_infinity():
    valleys = lambda x: np.minimum((np.log(x) - 5) ** 2 + 1, (np.log(x) + 5) ** 2)  # noqa: E731
    assert minimise_over_lambda(valleys) == pytest.approx(np.exp(-5), rel=1e-6)
    assert minimise_over_lambda(lambda x: 1 / x) == np.inf
    with pytest.raises(ValueError, match="not finite"):
        minimise_over_lambda(lambda x: x * np.nan)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"noise_variance": -1.0}, "noise_variance"),
        ({"n": 0}, "n must"),
        ({"lambdas": 0.0}, "lambda"),
        ({"eigenvalues": [1.0, 0.0]}, "eigenvalue"),
        ({"difference": [1.0]}, "difference"),
        ({"difference": [1.0, np.inf]}, "difference"),
    ],
)
def test_bad_arguments(change, message):
    good = {
        "eigenvalues": [1.0, 0.5],
        "difference": [1.0, 0.0],
        "noise_variance": 1.0,
        "n": 3,
        "lambdas": 1.0,
    }
    with pytest.raises(ValueError, match=message):
        population_risk(**good | change)
    renamed = good | change
    renamed["trained_on"] = renamed.pop("difference")
    with pytest.raises(ValueError, match=message.replace("difference", "trained_on")):
        deterministic_equivalent(**renamed)

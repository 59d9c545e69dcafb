"""Mixtures with a finite pool and the L2 penalty: reference numbers, closed forms and simulation."""

import math

import numpy as np
import pytest

from sweetspot.theory import finite_mixture
from sweetspot.theory.kernel_risk import deterministic_equivalent
from sweetspot.theory.sine_design import features

VARIANCE = 0.25


def test_reference_l2_penalty(table_row):
    mu, target, generator = table_row(2)
    risk = finite_mixture.l2_penalty_risk(mu, target, generator, VARIANCE, 100, 0.5, 0.003)
    assert risk == pytest.approx(0.03125901861490063, rel=1e-9)


def test_l2_penalty_matches_simulation(table_row):
    mu, target, generator = table_row(2, terms=200)
    n, ratio, ridge = 100, 0.5, 0.003
    rng = np.random.default_rng(5)
    risks = []
    for _ in range(200):
        x = rng.random(n)
        phi = features(x, mu.size)
        labels = phi @ target + math.sqrt(VARIANCE) * rng.standard_normal(n)
        # The normal equations of the penalised problem itself, not the transformed one.
        system = phi.T @ phi / n + np.diag(ratio + ridge / mu)
        fitted = np.linalg.solve(system, phi.T @ labels / n + ratio * generator)
        risks.append(np.sum((fitted - target) ** 2))
    predicted = finite_mixture.l2_penalty_risk(mu, target, generator, VARIANCE, n, ratio, ridge)
    error = np.std(risks, ddof=1) / np.sqrt(len(risks))
    assert abs(np.mean(risks) - predicted) < 0.06 * predicted
    assert error < 0.03 * predicted


def test_l2_penalty_population_limit(table_row):
    mu, target, generator = table_row(2)
    population = finite_mixture.l2_penalty_population_risk(mu, target, generator, VARIANCE, 10**7, 0.5, 0.01)
    equivalent = finite_mixture.l2_penalty_risk(mu, target, generator, VARIANCE, 10**7, 0.5, 0.01)
    assert equivalent == pytest.approx(population, rel=1e-4)
    # Without a ridge and with p modes it is the flat spectrum.
    ones, a, b = np.ones(20), np.full(20, 0.3), np.full(20, 0.1)
    flat = finite_mixture.flat_risk(20, np.sum((a - b) ** 2), VARIANCE, 60, 0.7)
    assert finite_mixture.l2_penalty_population_risk(ones, a, b, VARIANCE, 60, 0.7, 0.0) == pytest.approx(flat)


def test_flat_optimum_minimises_also_the_finite_sample_risk():
    p, n, variance, h2 = 20, 60, 1.0, 0.5
    best = finite_mixture.flat_optimum(p, h2, variance, n)
    assert best * n == pytest.approx(40)
    h = np.full(p, math.sqrt(h2 / p))
    around = best * np.array([0.97, 1, 1.03])
    assert np.argmin(finite_mixture.flat_risk(p, h2, variance, n, around)) == 1
    assert np.argmin(deterministic_equivalent(np.ones(p), h, variance, n, around)) == 1
    v = variance * p / n
    assert finite_mixture.flat_risk(p, h2, variance, n, best) == pytest.approx(v * h2 / (h2 + v))
    assert finite_mixture.flat_risk(p, h2, variance, n, np.inf) == h2
    assert finite_mixture.flat_optimum(p, 0.0, variance, n) == math.inf


def test_reference_pool():
    assert finite_mixture.pool_risk(60, 60, 20, 0.5, 1.0) == pytest.approx(0.25, rel=1e-12)
    assert finite_mixture.pool_risk(0, 60, 20, 0.5, 1.0) == pytest.approx(0.5, rel=1e-12)
    assert finite_mixture.pool_optimum(60, 20, 0.5, 1.0) == pytest.approx(60, rel=1e-9)


@pytest.mark.parametrize("m", [15, 60, 240])
def test_pool_risk_matches_simulation(m):
    n, p, h2, variance = 60, 20, 0.5, 1.0
    rng = np.random.default_rng(m)
    h = rng.standard_normal(p)
    h *= math.sqrt(h2) / np.linalg.norm(h)
    risks = []
    for _ in range(600):
        design = rng.standard_normal((n + m, p))
        labels = np.concatenate([rng.standard_normal(n) * math.sqrt(variance), -design[n:] @ h])
        risks.append(np.sum(np.linalg.lstsq(design, labels, rcond=None)[0] ** 2))
    predicted = finite_mixture.pool_risk(m, n, p, h2, variance)
    error = np.std(risks, ddof=1) / np.sqrt(len(risks))
    # The formula is the limit of large p: here it is 1/p off at most.
    assert abs(np.mean(risks) - predicted) < 3.5 * error + 0.05 * predicted


@pytest.mark.parametrize("h2", [0.1, 0.5, 1.0, 2.0, 2.4, 2.6, 6.0])
def test_pool_optimum_agrees_with_a_fine_grid(h2):
    n, p, variance = 60, 20, 1.0
    found = finite_mixture.pool_optimum(n, p, h2, variance)
    grid = np.linspace(0, 3000, 300_001)
    risks = finite_mixture.pool_risk(grid, n, p, h2, variance)
    assert found == pytest.approx(grid[np.argmin(risks)], abs=0.011)
    # The first synthetic sample helps iff h2 < sigma^2 (2n - p)/(n - p) = 2.5.
    assert (found > 0) == (h2 < 2.5)


def test_pool_optimum_at_the_extremes():
    assert finite_mixture.pool_optimum(60, 20, 0.0, 1.0) == math.inf
    assert finite_mixture.pool_optimum(60, 20, 0.5, 0.0) == 0
    # Fewer real samples than features: some synthetic ones are needed.
    assert finite_mixture.pool_optimum(15, 20, 0.5, 1.0) > 5
    # The real ones are so noisy that the generator alone is best.
    assert finite_mixture.pool_optimum(60, 20, 1e-3, 1e3) > 1e5


@pytest.mark.parametrize(
    ("ridge", "reference", "best"), [(0.01, 0.02597773220551542, 10), (0.001, 0.04017022336737247, 75)]
)
def test_reference_pooled_ridge(table_row, ridge, reference, best):
    mu, target, generator = table_row(2)
    m = np.arange(0, 151)
    risks = finite_mixture.pooled_ridge_risk(mu, target, generator, VARIANCE, 100, m, ridge)
    assert risks[50] == pytest.approx(reference, rel=1e-9)
    assert np.argmin(risks) == best


@pytest.mark.parametrize("ridge", [0.01, 0.001])
@pytest.mark.parametrize(("m", "synthetic_noise"), [(50, 0.0), (50, 0.4)])
def test_pooled_ridge_matches_simulation(table_row, ridge, m, synthetic_noise):
    mu, target, generator = table_row(2, terms=256)
    n = 100
    rng = np.random.default_rng(11)
    risks = []
    for _ in range(100):
        phi = features(rng.random(n + m), mu.size)
        noise = rng.standard_normal(n + m) * np.repeat([math.sqrt(VARIANCE), synthetic_noise], [n, m])
        labels = np.concatenate([phi[:n] @ target, phi[n:] @ generator]) + noise
        dual = np.linalg.solve((phi * mu) @ phi.T + (n + m) * ridge * np.eye(n + m), labels)
        risks.append(np.sum((mu * (dual @ phi) - target) ** 2))
    predicted = finite_mixture.pooled_ridge_risk(mu, target, generator, VARIANCE, n, m, ridge, synthetic_noise**2)
    assert np.std(risks, ddof=1) / math.sqrt(len(risks)) < 0.05 * predicted
    assert np.mean(risks) == pytest.approx(float(predicted), rel=0.06)


def test_a_pool_without_synthetic_samples_is_ordinary_ridge(table_row):
    mu, target, generator = table_row(2)
    pooled = finite_mixture.pooled_ridge_risk(mu, target, generator, VARIANCE, 100, 0, 0.01)
    assert pooled == pytest.approx(deterministic_equivalent(mu, target, VARIANCE, 100, 0.01), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: finite_mixture.pool_risk(5, 10, 20, 1.0, 1.0), "n \\+ m > p"),
        (lambda: finite_mixture.pool_risk(-1, 30, 20, 1.0, 1.0), "m must"),
        (lambda: finite_mixture.flat_risk(0, 1.0, 1.0, 10, 1.0), "p must"),
        (lambda: finite_mixture.flat_optimum(3, -1.0, 1.0, 10), "squared_distance"),
        (lambda: finite_mixture.l2_penalty_risk([1.0], [1.0], [0.0], 1.0, 10, -1.0, 1.0), "ratio"),
        (lambda: finite_mixture.l2_penalty_risk([1.0], [1.0], [0.0], 1.0, 10, 1.0, 0.0), "ridge"),
        (lambda: finite_mixture.pooled_ridge_risk([1.0], [1.0], [0.0, 1.0], 1.0, 10, 1, 1.0), "generator"),
        (lambda: finite_mixture.pooled_ridge_risk([1.0], [1.0], [0.0], 1.0, 10, math.inf, 1.0), "m must"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""The risk of ridge regression on several populations: reference numbers, special cases, simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.streams import numpy_stream
from sweetspot.theory.finite_mixture import pool_risk, pooled_ridge_risk
from sweetspot.theory.kernel_risk import deterministic_equivalent
from sweetspot.theory.two_populations import moment_risk, pooled_ridge, real_and_synthetic_risk, ridge_risk

IDENTITY = np.eye(100)
TWO_LEVELS = np.diag([0.5] * 50 + [1.5] * 50)


def random_covariance(p, seed, degrees=None):
    root = numpy_stream("test covariance", seed).standard_normal((p, degrees or 2 * p))
    return root @ root.T / root.shape[1]


def test_reference_covariance_shift():
    alpha, _ = pooled_ridge([IDENTITY, TWO_LEVELS], [100, 300])
    assert alpha[1] == pytest.approx(0.5700936348820888, rel=1e-10)
    # Theorem of paper 2 at zero mean: alpha_1 + alpha_2 = 1 - p/n.
    assert alpha.sum() == pytest.approx(1 - 100 / 400, rel=1e-12)
    risk = ridge_risk([IDENTITY, TWO_LEVELS], np.zeros((2, 100)), [1, 1], [100, 300])
    assert risk == pytest.approx(0.3896117562941662, rel=1e-10)
    levels = np.diag(TWO_LEVELS)
    assert risk == pytest.approx(np.sum(1 / (alpha[1] * levels + alpha[0])) / 400, rel=1e-10)


def test_reference_model_shift_with_a_ridge():
    coefficients = np.zeros((2, 100))
    coefficients[:, 0] = 1, 1.5
    risk = ridge_risk([IDENTITY, TWO_LEVELS], coefficients, [1, 0], [100, 300], ridge=0.1)
    assert risk == pytest.approx(0.1023519795403722, rel=1e-10)


def test_least_squares_on_a_pool_with_one_covariance():
    # The example of paper 1, Appendix E, in closed form: n = 60, p = 20, |h|^2 = 0.5.
    m = np.array([0, 1, 10, 60, 500.0])
    h = np.eye(20)[0] * np.sqrt(0.5)
    coefficients = np.stack([np.zeros(20), h])
    counts = np.stack([np.full(5, 60), m], axis=-1)
    s = random_covariance(20, 1)
    # Any covariance does, if |h| is measured in it.
    risk = ridge_risk([s, s], coefficients / np.sqrt(s[0, 0]), [1, 0], counts)
    np.testing.assert_allclose(risk, pool_risk(m, 60, 20, 0.5, 1.0), rtol=1e-9)
    assert risk[3] == pytest.approx(0.25, rel=1e-9)


@pytest.mark.parametrize("ridge", [1e-3, 1e-2, 1.0])
def test_one_population_is_kernel_ridge_regression(table_row, ridge):
    mu, target, generator = table_row(2, terms=100)
    h = target - generator
    u = h + 0.1 * mu
    # In the eigenfunctions scaled by sqrt(mu) the penalty is the plain one.
    covariances = [np.diag(mu)] * 2
    coefficients = np.stack([h, u]) / np.sqrt(mu)
    for n in (30, 300):
        risk = ridge_risk(covariances, coefficients, [0.25, 0], [n, 0], ridge, target=1)
        expected = deterministic_equivalent(mu, h, 0.25, n, ridge, judged_against=u)
        assert risk == pytest.approx(float(expected), rel=1e-8)


def test_one_covariance_is_pooled_kernel_ridge_regression(table_row):
    mu, target, generator = table_row(2, terms=100)
    m = np.array([0, 10, 50, 400.0])
    counts = np.stack([np.full(4, 100.0), m], axis=-1)
    coefficients = np.stack([target, generator]) / np.sqrt(mu)
    risk = ridge_risk([np.diag(mu)] * 2, coefficients, [0.25, 0.1], counts, 0.01)
    expected = pooled_ridge_risk(mu, target, generator, 0.25, 100, m, 0.01, synthetic_noise_variance=0.1)
    np.testing.assert_allclose(risk, expected, rtol=1e-8)


def test_reference_of_the_pool_with_a_ridge(table_row):
    mu, target, generator = table_row(2)
    coefficients = np.stack([target, generator]) / np.sqrt(mu)
    risk = ridge_risk([np.diag(mu)] * 2, coefficients, [0.25, 0], [[100, 50]], [0.01])
    assert risk[0] == pytest.approx(0.02597773220551542, rel=1e-8)


@given(
    st.integers(0, 10**6),
    st.floats(0.05, 4),
    st.floats(-6, 2),  # with as many samples as features and less of a ridge, the system is singular
    st.floats(0.01, 0.99),
    st.floats(-2, 2),
)
def test_the_weights_solve_their_equations(seed, samples_per_feature, log_ridge, share, log_weight):
    p, ridge, weights = 12, 10.0**log_ridge, np.array([1, 10.0**log_weight])
    s = np.stack([random_covariance(p, seed), random_covariance(p, seed + 1, degrees=5)])
    n = samples_per_feature * p * np.array([1 - share, share])
    alpha, resolvent = pooled_ridge(s, n, ridge, weights)
    if n.sum() < p:
        alpha, resolvent = alpha * ridge, resolvent / ridge
    total = n.sum()
    traces = np.trace(s @ resolvent, axis1=1, axis2=2)
    np.testing.assert_allclose(alpha, n / total * weights / (1 + weights * traces / total), rtol=1e-6)
    inverse = ridge * np.eye(p) + np.tensordot(alpha, s, axes=1)
    np.testing.assert_allclose(resolvent @ inverse, np.eye(p), atol=1e-5)


@pytest.mark.parametrize(("n", "m"), [(20, 15), (80, 120)])
def test_no_ridge_is_the_limit_of_a_small_one(n, m):
    s = [random_covariance(60, 2), random_covariance(60, 3)]
    coefficients = numpy_stream("test coefficients", 0).standard_normal((2, 60))
    without = ridge_risk(s, coefficients, [1, 0.5], [n, m])
    assert ridge_risk(s, coefficients, [1, 0.5], [n, m], 1e-10) == pytest.approx(float(without), rel=1e-6)
    assert ridge_risk(s, coefficients, [1, 0.5], [n, m], 1e-2) != pytest.approx(float(without), rel=1e-4)


def test_a_population_without_samples_changes_nothing():
    s = [random_covariance(20, 4), random_covariance(20, 5)]
    coefficients = numpy_stream("test coefficients", 1).standard_normal((2, 20))
    alone = ridge_risk(s[:1], coefficients[:1], [1], [50], 0.1)
    assert ridge_risk(s, coefficients, [1, 9], [50, 0], 0.1) == pytest.approx(float(alone), rel=1e-12)
    assert ridge_risk(s, coefficients, [1, 9], [50, 1e-7], 0.1) == pytest.approx(float(alone), rel=1e-5)


def test_scale_and_outputs():
    s = np.stack([random_covariance(10, 6), random_covariance(10, 7)])
    coefficients = numpy_stream("test coefficients", 2).standard_normal((2, 10, 3))
    counts = np.array([[30.0, 5], [30, 500]])
    together = ridge_risk(s, coefficients, [3, 0.3], counts, 0.05, [1, 2])
    assert together.shape == (2,)
    single = [ridge_risk(s, coefficients[..., k], [1, 0.1], counts, 0.05, [1, 2]) for k in range(3)]
    np.testing.assert_allclose(together, np.sum(single, axis=0), rtol=1e-10)
    # Labels in other units; features in other units; weights in other units.
    np.testing.assert_allclose(
        ridge_risk(s, 7 * coefficients, [147, 14.7], counts, 0.05, [1, 2]), 49 * together, rtol=1e-10
    )
    np.testing.assert_allclose(ridge_risk(4 * s, coefficients / 2, [3, 0.3], counts, 0.2, [1, 2]), together, rtol=1e-9)
    np.testing.assert_allclose(ridge_risk(s, coefficients, [3, 0.3], counts, 0.5, [10, 20]), together, rtol=1e-9)


def test_the_difference_enters_by_its_products_alone():
    s = [random_covariance(10, 8), random_covariance(10, 9)]
    beta, h = numpy_stream("test coefficients", 3).standard_normal((2, 10))
    m = np.array([[0, 7.0], [30, 900]])
    counts = np.stack([np.full(m.shape, 40.0), m], axis=-1)
    for offset in (np.zeros(10), beta):
        # At ridge 0 the real coefficients do not matter.
        expected = ridge_risk(s, np.stack([offset, offset - h]), [1, 0.2], counts)
        np.testing.assert_allclose(real_and_synthetic_risk(*s, np.outer(h, h), 1, 0.2, 40, m), expected, rtol=1e-9)
    ridge = real_and_synthetic_risk(*s, np.outer(h, h), 1, 0.2, 40, m, 0.1, real_coefficients=beta)
    # With a ridge they do; averaged over the sign of h the product of both drops out.
    pair = [ridge_risk(s, np.stack([beta, beta - sign * h]), [1, 0.2], counts, 0.1) for sign in (1, -1)]
    np.testing.assert_allclose(ridge, np.mean(pair, axis=0), rtol=1e-9)
    # Linear in the products, which may be indefinite.
    zero = real_and_synthetic_risk(*s, np.zeros((10, 10)), 1, 0.2, 40, m)
    minus = real_and_synthetic_risk(*s, -np.outer(h, h), 1, 0.2, 40, m)
    np.testing.assert_allclose(minus, 2 * zero - real_and_synthetic_risk(*s, np.outer(h, h), 1, 0.2, 40, m), rtol=1e-8)


def simulated_risk(s, coefficients, noise, counts, ridge, weights, draws):
    """Mean squared error on population 0 over `draws` pools of Gaussian features."""
    roots = np.linalg.cholesky(s)
    p, total = s.shape[1], sum(counts)
    risks = []
    for draw in range(draws):
        stream = numpy_stream(f"test pool {counts}", draw)
        x = [stream.standard_normal((n, p)) @ root.T for n, root in zip(counts, roots, strict=True)]
        y = [
            each @ beta + np.sqrt(variance) * stream.standard_normal(len(each))
            for each, beta, variance in zip(x, coefficients, noise, strict=True)
        ]
        scale = np.sqrt(np.repeat(weights, counts) / total)
        pool, labels = np.concatenate(x) * scale[:, None], np.concatenate(y) * scale
        if ridge:
            fit = np.linalg.solve(pool.T @ pool + ridge * np.eye(p), pool.T @ labels)
        else:
            fit = np.linalg.lstsq(pool, labels, rcond=None)[0]
        away = fit - coefficients[0]
        risks.append(away @ s[0] @ away)
    return np.mean(risks), np.std(risks) / np.sqrt(draws)


@pytest.mark.parametrize(
    ("p", "counts", "ridge", "weights"),
    [
        (50, (80, 120), 0, (1, 1)),
        (50, (80, 120), 0.05, (1, 3)),
        (120, (30, 50), 1e-3, (1, 0.25)),
    ],
)
def test_simulation_agrees(p, counts, ridge, weights):
    s = np.stack([random_covariance(p, 10), random_covariance(p, 11)])
    coefficients = numpy_stream("test coefficients", 4).standard_normal((2, p)) / np.sqrt(p)
    coefficients[1] = coefficients[0] + 0.5 * coefficients[1]
    noise = (0.5, 0.1)
    mean, error = simulated_risk(s, coefficients, noise, counts, ridge, weights, draws=400)
    predicted = float(ridge_risk(s, coefficients, noise, counts, ridge, weights))
    assert error < 0.012 * predicted
    assert mean == pytest.approx(predicted, rel=0.03)


def test_more_variance_of_the_synthetic_features_never_hurts_without_shift():
    zero = np.zeros((2, 100))
    risks = [float(ridge_risk([IDENTITY, eta * TWO_LEVELS], zero, [1, 1], [100, 300])) for eta in (1, 1.2, 3)]
    assert risks[0] > risks[1] > risks[2]
    # Of all covariances of one trace the matching one is best: p/(n - p).
    matched = float(ridge_risk([IDENTITY, IDENTITY], zero, [1, 1], [100, 300]))
    assert matched == pytest.approx(100 / 300, rel=1e-10)
    assert matched < risks[0]


def test_bad_arguments():
    s, beta = np.stack([np.eye(3)] * 2), np.zeros((2, 3))
    bad = {
        "symmetric": lambda: pooled_ridge([np.triu(np.ones((3, 3)))], [5]),
        "semidefinite": lambda: pooled_ridge([-np.eye(3)], [5]),
        "counts": lambda: pooled_ridge(s, [5]),
        "sum above 0": lambda: pooled_ridge(s, [0, 0]),
        "ridge": lambda: pooled_ridge(s, [5, 5], -1),
        "weights": lambda: pooled_ridge(s, [5, 5], 0, [1, 0]),
        "as many samples": lambda: pooled_ridge(s, [2, 1]),
        "without samples": lambda: pooled_ridge([np.diag([1, 1, 0])], [5]),
        "coefficients": lambda: ridge_risk(s, beta[:, :2], [1, 1], [5, 5]),
        "noise_variances": lambda: ridge_risk(s, beta, [1, -1], [5, 5]),
        "target": lambda: ridge_risk(s, beta, [1, 1], [5, 5], target=2),
        "moments": lambda: moment_risk(s, np.zeros((2, 3, 2, 2)), [1, 1], [5, 5]),
        "square": lambda: real_and_synthetic_risk(*s, np.zeros((3, 2)), 1, 1, 5, [1, 2]),
    }
    for message, call in bad.items():
        with pytest.raises(ValueError, match=message):
            call()

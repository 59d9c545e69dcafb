"""The estimator: residual form, one eigendecomposition for every lambda, leave-one-out residuals."""

import numpy as np
import pytest

from sweetspot.theory import kernel_ridge, sine_design

LAMBDAS = np.array([1e-4, 0.02, 1.0, 50.0])


@pytest.fixture
def problem():
    rng = np.random.default_rng(1)
    x = np.sort(rng.random(25))
    mu = sine_design.eigenvalues(2.0, 200)
    phi = sine_design.features(x, 200)
    kernel = (phi * mu) @ phi.T
    return kernel, rng.standard_normal(25), rng.standard_normal(25)


def test_residual_form_equals_the_form_in_training_kernels(problem):
    kernel, alpha_star, beta = problem
    n, ratio = 25, 0.3
    noise = np.random.default_rng(2).standard_normal(n)
    labels, generator = kernel @ alpha_star + noise, kernel @ beta
    penalty = n * ratio
    # Paper 1, Lemma 2.1: f* and g expanded in the kernels of the training points.
    alpha = np.linalg.solve(kernel + penalty * np.eye(n), kernel @ alpha_star + penalty * beta + noise)
    dual = kernel_ridge.fit(kernel, labels - generator, ratio)
    np.testing.assert_allclose(kernel_ridge.predict(generator, kernel, dual), kernel @ alpha, rtol=1e-9)


def test_the_fit_minimises_the_objective(problem):
    kernel, labels, _ = problem
    n, ratio = 25, 0.3
    share = ratio / (1 + ratio)

    def objective(c):
        return (1 - share) / n * np.sum((labels - kernel @ c) ** 2) + share * c @ kernel @ c

    dual = kernel_ridge.fit(kernel, labels, ratio)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert objective(dual + 0.1 * rng.standard_normal(n)) > objective(dual)


def test_eigendecomposition_equals_cholesky_at_every_lambda(problem):
    kernel, residuals, _ = problem
    decomposition = kernel_ridge.decompose(kernel, residuals)
    duals = kernel_ridge.coefficients(decomposition, LAMBDAS)
    fitted = kernel_ridge.fitted_residuals(decomposition, LAMBDAS)
    for ratio, dual, fit in zip(LAMBDAS, duals, fitted, strict=True):
        np.testing.assert_allclose(dual, kernel_ridge.fit(kernel, residuals, ratio), rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(fit, kernel @ dual, rtol=1e-8, atol=1e-10)


def test_leave_one_out_equals_leaving_one_out(problem):
    kernel, residuals, _ = problem
    n = residuals.size
    got = kernel_ridge.leave_one_out_residuals(kernel_ridge.decompose(kernel, residuals), LAMBDAS)
    for row, ratio in zip(got, LAMBDAS, strict=True):
        for i in range(n):
            rest = np.delete(np.arange(n), i)
            dual = np.linalg.solve(kernel[np.ix_(rest, rest)] + n * ratio * np.eye(n - 1), residuals[rest])
            assert row[i] == pytest.approx(residuals[i] - kernel[i, rest] @ dual, rel=1e-7)


def test_limits_interpolate_and_return_the_generator(problem):
    kernel, residuals, _ = problem
    # Well conditioned, so that interpolation is visible in double precision.
    decomposition = kernel_ridge.decompose(kernel + np.eye(25), residuals)
    np.testing.assert_allclose(kernel_ridge.fitted_residuals(decomposition, 1e-14)[0], residuals, atol=1e-10)
    np.testing.assert_array_equal(kernel_ridge.fitted_residuals(decomposition, np.inf), np.zeros((1, 25)))
    np.testing.assert_array_equal(kernel_ridge.coefficients(decomposition, np.inf), np.zeros((1, 25)))


def test_shrinkage_is_between_0_and_1_for_a_singular_kernel():
    ones = np.ones((6, 6))
    shrinkage = kernel_ridge.shrinkage(kernel_ridge.decompose(ones, np.arange(6.0)), LAMBDAS)
    assert shrinkage.min() > 0
    assert shrinkage.max() <= 1


@pytest.mark.parametrize(
    ("kernel", "residuals", "ratio", "message"),
    [
        (np.eye(3), np.zeros(2), 1.0, "kernel must be"),
        (np.eye(2), np.array([0.0, np.nan]), 1.0, "finite"),
        (np.array([[1.0, 0.5], [0.0, 1.0]]), np.zeros(2), 1.0, "symmetric"),
        (np.eye(2), np.zeros(2), 0.0, "lambda must be"),
        (np.eye(2), np.zeros(2), np.inf, "lambda must be"),
    ],
)
def test_bad_arguments(kernel, residuals, ratio, message):
    with pytest.raises(ValueError, match=message):
        kernel_ridge.fit(kernel, residuals, ratio)


def test_lambdas_must_be_positive(problem):
    decomposition = kernel_ridge.decompose(*problem[:2])
    for bad in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="lambda"):
            kernel_ridge.coefficients(decomposition, bad)

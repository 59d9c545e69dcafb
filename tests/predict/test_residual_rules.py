"""Scores of the residuals and the plug-in risk: brute force, limits and the pool's known optimum."""

import numpy as np
import pytest

from sweetspot.predict.linear_fits import RIDGES, block_moments, moments, ridge_by_gcv, total
from sweetspot.predict.plug_in import predicted_risk
from sweetspot.predict.residual_rules import gcv_score, likelihood_score
from sweetspot.theory.finite_mixture import pool_risk

N, P = 30, 7


@pytest.fixture
def problem():
    """Features, residuals of two outputs, the kernel matrix, and what the scores take."""
    rng = np.random.default_rng(3)
    z, y = rng.standard_normal((N, P)), rng.standard_normal((N, 2))
    left, singular, _ = np.linalg.svd(z, full_matrices=False)
    lambdas = np.array([0.01, 0.3, 5.0])
    kept = 1 / (1 + singular**2 / N / lambdas[:, None])
    squares = np.sum((left.T @ y) ** 2, axis=1)
    return y, z @ z.T, lambdas, (kept, squares, np.sum(y**2) - squares.sum(), N)


def test_likelihood_is_that_of_the_gaussian_process(problem):
    y, kernel, lambdas, arguments = problem
    brute = []
    for lam in lambdas:
        system = kernel + N * lam * np.eye(N)
        # -2 log density of both outputs with the best common scale, over the number of outputs, up to constants.
        brute.append(N * np.log(np.sum(y * np.linalg.solve(system, y))) + np.linalg.slogdet(system)[1])
    assert np.diff(likelihood_score(*arguments)) == pytest.approx(np.diff(brute))


def test_gcv_is_that_of_the_ridge_fit(problem):
    y, kernel, lambdas, arguments = problem
    brute = []
    for lam in lambdas:
        rest = np.eye(N) - kernel @ np.linalg.inv(kernel + N * lam * np.eye(N))
        brute.append(np.sum((rest @ y) ** 2) / N / (np.trace(rest) / N) ** 2)
    assert gcv_score(*arguments) == pytest.approx(brute)


def test_scores_do_not_depend_on_the_unit_of_the_labels(problem):
    kept, squares, lost, n = problem[3]
    assert gcv_score(kept, 9 * squares, 9 * lost, n) == pytest.approx(9 * gcv_score(kept, squares, lost, n))
    change = likelihood_score(kept, 9 * squares, 9 * lost, n) - likelihood_score(kept, squares, lost, n)
    assert change == pytest.approx(N * np.log(9))


def test_ridge_by_gcv_is_the_best_of_direct_fits():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((40, 6))
    y = x @ rng.standard_normal((6, 2)) + rng.standard_normal((40, 2))
    scores, fits = [], []
    for ridge in RIDGES:
        inverse = np.linalg.inv(x.T @ x + ridge * np.trace(x.T @ x) * np.eye(6))
        rest = np.eye(40) - x @ inverse @ x.T
        scores.append(np.sum((rest @ y) ** 2) / np.trace(rest) ** 2)
        fits.append(inverse @ x.T @ y)
    found = ridge_by_gcv(moments(x, y))
    assert found.coefficients == pytest.approx(fits[int(np.argmin(scores))], rel=1e-6)
    assert 0.5 < found.noise.mean() < 1.6


def test_moments_of_parts_add_up():
    rng = np.random.default_rng(6)
    x, y = rng.standard_normal((21, 3, 4)), rng.standard_normal((21, 3, 2))
    whole, parts = moments(x, y), total(block_moments(x, y, 8))
    assert parts.n == whole.n == 63
    for name in ("gram", "cross", "squares"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name))


def draw(rng, h2, n=60, p=20, pool=3000, scale=1.0):
    z, z_pool, b, h = (rng.standard_normal(size) for size in ((n, p), (pool, p), (p, 1), (p, 1)))
    h *= np.sqrt(h2) / np.linalg.norm(h)
    y = z @ (b + h) + rng.standard_normal((n, 1))
    return scale * z, y, moments(scale * z_pool, z_pool @ b)


def test_plug_in_finds_the_optimum_of_the_flat_pool_on_average():
    """n = 60, p = 20, |h|^2 = 0.5 and unit noise have their optimum at m = 60."""
    rng, m = np.random.default_rng(0), np.array([0, 10, 20, 40, 60, 90, 120, 180, 300, 1000])
    risks = np.mean([predicted_risk(*draw(rng, 0.5), 60, m) for _ in range(150)], axis=0)
    assert m[np.argmin(risks)] in (40, 60, 90)
    assert risks == pytest.approx(pool_risk(m, 60, 20, 0.5, 1.0), rel=0.15)


def test_plug_in_at_the_extremes():
    m = np.array([0, 20, 60, 200, 2000])

    def median(h2):
        return np.median([m[predicted_risk(*draw(np.random.default_rng(i), h2), 60, m).argmin()] for i in range(9)])

    assert median(0.0) >= 200
    assert median(50.0) == 0


def test_plug_in_does_not_depend_on_units():
    m = np.array([0, 20, 60, 200])
    risks = predicted_risk(*draw(np.random.default_rng(4), 0.5), 60, m)
    z, y, pool = draw(np.random.default_rng(4), 0.5, scale=7.0)
    assert predicted_risk(z, y, pool, 60, m) == pytest.approx(risks, rel=1e-6)
    larger = type(pool)(pool.n, pool.gram, 3 * pool.cross, 9 * pool.squares)
    assert predicted_risk(z, 3 * y, larger, 60, m) == pytest.approx(9 * risks, rel=1e-6)

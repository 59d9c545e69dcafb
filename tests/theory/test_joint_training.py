"""Joint training at zero means: reference numbers, limits, optimality of the matched covariance, enough real data."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sweetspot.streams import numpy_stream
from sweetspot.theory.joint_training import (
    covariance_risk,
    effective_weights,
    enough_real,
    extra_risk_bound,
    matched_risk,
    relative_eigenvalues,
)
from sweetspot.theory.two_populations import pooled_ridge, ridge_risk

TWO_LEVELS = np.repeat([0.5, 1.5], 50)
EIGENVALUES = st.lists(st.floats(0.01, 100), min_size=2, max_size=12).map(np.array)
COUNTS = st.floats(0.01, 1000)


def random_covariance(p, seed):
    root = numpy_stream("test joint covariance", seed).standard_normal((p, 2 * p))
    return root @ root.T / (2 * p)


def geometric(ratio, p=100):
    levels = np.geomspace(1, ratio, p)
    return levels / levels.mean()


def test_reference_numbers():
    assert covariance_risk(TWO_LEVELS, 100, 300) == pytest.approx(0.3896117562941662, rel=1e-10)
    assert effective_weights(TWO_LEVELS, 100, 300)[1] == pytest.approx(0.5700936348820888, rel=1e-10)


def test_reference_weights_at_a_risk():
    # The weights depend on the covariances through the risk alone: any that give this risk give these weights.
    levels = geometric(23.717410978299625)
    assert covariance_risk(levels, 20, 300) == pytest.approx(0.8879902281493047, rel=1e-9)
    of_real, of_synthetic = effective_weights(levels, 20, 300)
    assert of_real == pytest.approx(0.033103984897880245, rel=1e-9)
    assert of_synthetic == pytest.approx(0.6543960151021198, rel=1e-9)


@given(EIGENVALUES, COUNTS, COUNTS)
def test_the_weights_solve_their_equations(levels, n_real, extra):
    n_synthetic = levels.size + extra
    n = n_real + n_synthetic
    of_real, of_synthetic = effective_weights(levels, n_real, n_synthetic)
    inverse = 1 / (of_synthetic * levels + of_real)
    assert of_real == pytest.approx(n_real / n / (1 + inverse.sum() / n), rel=1e-8)
    assert of_synthetic == pytest.approx(n_synthetic / n / (1 + (levels * inverse).sum() / n), rel=1e-8)
    assert of_real + of_synthetic == pytest.approx(1 - levels.size / n, rel=1e-12)
    assert of_synthetic + np.sum(of_synthetic * levels * inverse) / n == pytest.approx(n_synthetic / n, rel=1e-8)


def test_one_population_alone():
    assert covariance_risk(TWO_LEVELS, 250, 0, 2.0) == pytest.approx(2 * 100 / 150, rel=1e-12)
    # Synthetic data alone: the trace of S_t S_s^-1.
    assert covariance_risk(TWO_LEVELS, 0, 250) == pytest.approx(np.sum(1 / TWO_LEVELS) / 150, rel=1e-12)
    for few in (1e-6, 1e-9):
        assert covariance_risk(TWO_LEVELS, few, 250) == pytest.approx(covariance_risk(TWO_LEVELS, 0, 250), rel=1e-6)
        assert covariance_risk(TWO_LEVELS, 250, few) == pytest.approx(covariance_risk(TWO_LEVELS, 250, 0), rel=1e-6)


def test_matched_data_are_as_good_as_real_ones():
    n_real = np.array([[0.0, 30], [70, 400]])
    risk = covariance_risk(np.ones(50), n_real, 90, 3.0)
    np.testing.assert_allclose(risk, matched_risk(50, n_real + 90, 3.0), rtol=1e-12)


@given(EIGENVALUES, COUNTS, COUNTS)
def test_of_one_trace_the_matched_covariance_is_the_best(levels, n_real, extra):
    levels = levels / levels.mean()
    n_synthetic = levels.size + extra
    best = matched_risk(levels.size, n_real + n_synthetic)
    risk = covariance_risk(levels, n_real, n_synthetic)
    assert risk >= best * (1 - 1e-9)
    if np.std(levels) > 0.1 and n_synthetic > 0.1 * n_real:
        assert risk > best * (1 + 1e-6)


@given(EIGENVALUES, COUNTS, COUNTS, st.integers(0, 11), st.floats(1.01, 10))
def test_more_synthetic_variance_never_hurts(levels, n_real, extra, direction, factor):
    n_synthetic = levels.size + extra
    one = levels.copy()
    one[direction % levels.size] *= factor
    risk = covariance_risk(levels, n_real, n_synthetic)
    assert covariance_risk(one, n_real, n_synthetic) < risk
    assert covariance_risk(factor**2 * levels, n_real, n_synthetic) < covariance_risk(one, n_real, n_synthetic)


def test_it_is_the_general_equivalent_without_a_ridge():
    s = [random_covariance(30, 1), random_covariance(30, 2)]
    levels = relative_eigenvalues(*s)
    for counts in ((40, 90), (10, 25)):
        risk = covariance_risk(levels, *counts, 0.7)
        for ridge in (0.0, 1e-9):
            general = ridge_risk(s, np.zeros((2, 30)), [0.7, 0.7], counts, ridge)
            assert general == pytest.approx(float(risk), rel=1e-5)
        np.testing.assert_allclose(pooled_ridge(s, counts)[0], effective_weights(levels, *counts), rtol=1e-9)


def test_relative_eigenvalues_do_not_depend_on_the_basis():
    real, synthetic, change = random_covariance(8, 3), random_covariance(8, 4), random_covariance(8, 5)
    levels = relative_eigenvalues(real, synthetic)
    np.testing.assert_allclose(
        relative_eigenvalues(change @ real @ change, change @ synthetic @ change), levels, rtol=1e-8
    )
    np.testing.assert_allclose(relative_eigenvalues(real, 4 * real), np.full(8, 4.0), rtol=1e-10)


def test_the_bound_of_the_means_is_the_error_at_one_over_the_real_samples():
    n_real, n = np.array([5.0, 50, 500]), np.array([305.0, 350, 800])
    bound = extra_risk_bound(TWO_LEVELS, n_real, 300, 2.0)
    np.testing.assert_allclose(bound, 2 / (n * effective_weights(TWO_LEVELS, n_real, 300)[0]), rtol=1e-10)
    np.testing.assert_allclose(bound, (2 + covariance_risk(TWO_LEVELS, n_real, 300, 2.0)) / n_real, rtol=1e-12)


@given(EIGENVALUES, st.floats(0, 1000), st.floats(0.02, 0.98))
@example(np.ones(2), 5e-324, 0.5)
def test_enough_real_data_keep_the_bound_at_its_share(levels, n_synthetic, position):
    share = 1 / (levels.size * position)
    least = enough_real(levels, n_synthetic, share)
    fewest = levels.size - n_synthetic
    assert least >= fewest

    def relative_bound(n_real):
        return extra_risk_bound(levels, n_real, n_synthetic) / covariance_risk(levels, n_real, n_synthetic)

    if least > max(fewest, 0) + 1e-3:
        assert relative_bound(least) == pytest.approx(share, rel=1e-6)
        assert relative_bound(1.1 * least) < share
    else:
        assert relative_bound(max(fewest, 0) + 2e-3) <= share * (1 + 1e-6)


def test_enough_real_data_beside_matched_synthetic_data():
    for n_s, share in ((300, 0.05), (1000, 0.02)):
        expected = 1 / share + (n_s - 100 + 1 / share) / (100 * share - 1)
        assert enough_real(np.ones(100), n_s, share) == pytest.approx(expected, rel=1e-9)
    # With equal covariances the bound is n/(p n_t) of R_u, which no number of real samples brings below 1/p.
    assert enough_real(np.ones(100), 300, 0.01) == np.inf


def test_bad_arguments():
    bad = {
        "above the 3 features": lambda: effective_weights(np.ones(3), 1, 2),
        "every eigenvalue": lambda: covariance_risk([1, -1, 1], 5, 5),
        "eigenvalues must be a vector": lambda: covariance_risk(np.ones((2, 2)), 5, 5),
        "n_real": lambda: covariance_risk(np.ones(3), -1, 9),
        "n_synthetic": lambda: effective_weights(np.ones(3), 9, np.nan),
        "noise_variance": lambda: covariance_risk(np.ones(3), 5, 5, 0.0),
        "n must be above": lambda: matched_risk(3, [4, 3]),
        "n_real must be above 0": lambda: extra_risk_bound(np.ones(3), 0, 9),
        "share": lambda: enough_real(np.ones(3), 9, 0),
        "one shape": lambda: relative_eigenvalues(np.eye(3), np.eye(2)),
        "real_covariance must be positive definite": lambda: relative_eigenvalues(np.diag([1, 0]), np.eye(2)),
        "synthetic_covariance must be finite and symmetric": lambda: relative_eigenvalues(np.eye(2), [[1, 1], [0, 1]]),
        "square": lambda: relative_eigenvalues(np.ones(3), np.eye(3)),
    }
    for message, call in bad.items():
        with pytest.raises(ValueError, match=message):
            call()

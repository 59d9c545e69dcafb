"""What the means add: nothing where they are 0, a closed form where they are long, simulation in between."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.streams import numpy_stream
from sweetspot.theory.joint_means import extra_risk, joint_risk, synthetic_only_risk
from sweetspot.theory.joint_simulation import Population, Setting, simulate
from sweetspot.theory.joint_training import covariance_risk, extra_risk_bound, relative_eigenvalues

P, N_SYNTHETIC = 100, 300  # the sizes at which the formulas were first checked, with means of length 10
REAL, SYNTHETIC = np.eye(P), np.diag(np.tile([0.5, 1.5], P // 2))
ALONG, ACROSS = np.ones(P), np.tile([1, 1, -1, -1], P // 4)


def random_pair(p, seed):
    stream = numpy_stream("test joint means", seed)
    roots = stream.standard_normal((2, p, 2 * p))
    return roots @ np.swapaxes(roots, 1, 2) / (2 * p), stream.standard_normal((2, p))


def turned(cosine):
    return cosine * ALONG + np.sqrt(1 - cosine**2) * ACROSS


def test_without_means_nothing_is_added():
    covariances, means = random_pair(12, 0)
    zero = np.zeros(12)
    risk = covariance_risk(relative_eigenvalues(*covariances), 20, 40, 1.3)
    assert joint_risk(*covariances, zero, zero, 20, 40, 1.3) == pytest.approx(risk, rel=1e-12)
    assert extra_risk(*covariances, zero, means[1], 20, 40) == 0


@given(st.integers(0, 10**6), st.floats(-2, 3), st.floats(0.1, 100), st.floats(0.01, 200))
def test_no_means_add_more_than_the_bound(seed, log_length, n_real, extra):
    covariances, means = random_pair(6, seed)
    n_synthetic = 6 + extra
    added = extra_risk(*covariances, *(10**log_length * means), n_real, n_synthetic, 2.0)
    bound = extra_risk_bound(relative_eigenvalues(*covariances), n_real, n_synthetic, 2.0)
    assert 0 < added <= bound * (1 + 1e-6)


def test_long_means_that_are_not_parallel_reach_the_bound():
    covariances, means = random_pair(6, 1)
    bound = extra_risk_bound(relative_eigenvalues(*covariances), 10, 30)
    added = extra_risk(*covariances, 1e5 * means[0], 1e5 * means[1], 10, 30)
    assert added == pytest.approx(float(bound), rel=1e-6)
    # Parallel ones are predicted from both populations.
    assert extra_risk(*covariances, 1e5 * means[0], -2e5 * means[0], 10, 30) < bound / 2


@pytest.mark.parametrize("n_real", [20, 100, 200])
def test_long_orthogonal_means_of_matched_data_are_two_intercepts(n_real):
    # Exact for Gaussian features: p - 2 features and one intercept for each population.
    n = n_real + N_SYNTHETIC
    with_means = (P - 2 + (n - 3) / n_real) / (n - P - 1)
    without = P / (n - P - 1)
    added = joint_risk(REAL, REAL, 1e4 * ALONG, 1e4 * ACROSS, n_real, N_SYNTHETIC) - P / (n - P)
    assert added == pytest.approx(with_means - without, rel=0.03)
    # The leading part alone is a bound here, and far off where much real data makes the means harmless.
    leading = extra_risk(REAL, REAL, 1e4 * ALONG, 1e4 * ACROSS, n_real, N_SYNTHETIC)
    assert leading > 1.1 * added


def test_reference_numbers_at_a_covariance_of_the_same_risk():
    # Of the covariance behind these numbers only R_u = 0.88799 is known; they depend little on the rest.
    levels = np.geomspace(1, 23.717410978299625, P)
    covariances = REAL, np.diag(levels / levels.mean())
    assert 0.8879902 + extra_risk(*covariances, ALONG, ACROSS, 20, N_SYNTHETIC) == pytest.approx(0.9715, rel=5e-3)
    assert joint_risk(*covariances, ALONG, ACROSS, 20, N_SYNTHETIC) == pytest.approx(0.957, rel=0.01)  # simulated
    assert synthetic_only_risk(*covariances, ALONG, ALONG, N_SYNTHETIC) == pytest.approx(1.117, rel=0.015)


def test_parallel_means_are_harmless():
    for cosine in (-1, 1):
        risk = joint_risk(REAL, SYNTHETIC, ALONG, cosine * ALONG, 20, N_SYNTHETIC)
        assert risk == pytest.approx(float(covariance_risk(np.diag(SYNTHETIC), 20, N_SYNTHETIC)), rel=0.005)


def test_without_real_data_the_means_matter():
    # The limit of joint training, whose bound is then infinite.
    covariances, means = random_pair(12, 2)
    few = 1e-9
    joint = covariance_risk(relative_eigenvalues(*covariances), few, 40) + extra_risk(*covariances, *means, few, 40)
    assert synthetic_only_risk(*covariances, *means, 40) == pytest.approx(float(joint), rel=1e-6)
    # Equal means are seen in the synthetic data, orthogonal ones are not: then |mu_t| alone counts.
    alone = synthetic_only_risk(REAL, SYNTHETIC, ALONG, [turned(c) for c in (1, 0.5, 0)], N_SYNTHETIC, 2.0)
    trace = np.sum(1 / np.diag(SYNTHETIC))
    assert alone[0] == pytest.approx(2 * (trace + trace / (1 + trace)) / 200, rel=1e-12)
    assert alone[2] == pytest.approx(2 * 2 * trace / 200, rel=1e-12)
    assert alone[0] < alone[1] < alone[2]
    # Nor does it help that they are parallel, if the real one is longer.
    longer = synthetic_only_risk(REAL, SYNTHETIC, 10 * ALONG, ALONG, N_SYNTHETIC, 2.0)
    assert longer == pytest.approx(2 * (trace + 100 * trace / (1 + trace)) / 200, rel=1e-12)


@given(st.integers(0, 10**6))
def test_risks_do_not_depend_on_the_basis_or_on_signs(seed):
    covariances, means = random_pair(5, seed)
    change = numpy_stream("test change of basis", seed).standard_normal((5, 5)) + 3 * np.eye(5)
    changed = change @ covariances @ change.T
    for risk, counts in ((extra_risk, (7, 30)), (joint_risk, (7, 30)), (synthetic_only_risk, (30,))):
        value = float(risk(*covariances, *means, *counts))
        assert risk(*changed, *(means @ change.T), *counts) == pytest.approx(value, rel=1e-5)
        assert risk(*covariances, means[0], -means[1], *counts) == pytest.approx(value, rel=1e-9)
        assert risk(*covariances, *means, *counts, 3.0) == pytest.approx(3 * value, rel=1e-12)


def test_means_broadcast():
    covariances, _ = random_pair(4, 3)
    stream = numpy_stream("test joint means", 4)
    real, synthetic = stream.standard_normal((3, 1, 4)), stream.standard_normal((2, 4))
    for risk, counts in ((extra_risk, (7, 30)), (joint_risk, (7, 30)), (synthetic_only_risk, (30,))):
        together = risk(*covariances, real, synthetic, *counts)
        assert together.shape == (3, 2)
        assert together[2, 1] == pytest.approx(float(risk(*covariances, real[2, 0], synthetic[1], *counts)), rel=1e-12)
    assert synthetic_only_risk(*covariances, real[:, 0], synthetic[0], [30, 40, 50]).shape == (3,)


def test_simulation_agrees():
    cosines, n_real = (1.0, 0.5, 0.0), 20
    settings = [
        Setting(Population(REAL, scale * ALONG, n), Population(SYNTHETIC, scale * turned(cosine), N_SYNTHETIC))
        for n in (0, n_real)
        for scale, cosine in ((0, 1.0), *((1, cosine) for cosine in cosines))
    ]
    risks = simulate(settings, draws=80).mean(axis=0)
    _, *alone, without = risks[:5]
    with_means = risks[5:]
    synthetic_means = [turned(cosine) for cosine in cosines]
    predicted = joint_risk(REAL, SYNTHETIC, ALONG, synthetic_means, n_real, N_SYNTHETIC)
    np.testing.assert_allclose(with_means, predicted, rtol=0.02)
    # Not only the risk, but what the means add to it.
    added = predicted - covariance_risk(np.diag(SYNTHETIC), n_real, N_SYNTHETIC)
    np.testing.assert_allclose(with_means - without, added, rtol=0.05, atol=0.0005)
    np.testing.assert_allclose(
        alone, synthetic_only_risk(REAL, SYNTHETIC, ALONG, synthetic_means, N_SYNTHETIC), rtol=0.03
    )


def test_bad_arguments():
    s, mu = np.eye(3), np.ones(3)
    bad = {
        "real_mean": lambda: joint_risk(s, s, np.ones(2), mu, 5, 5),
        "synthetic_mean": lambda: extra_risk(s, s, mu, [1, 2, np.inf], 5, 5),
        "n_real": lambda: extra_risk(s, s, mu, mu, 0, 5),
        "above the 3 features": lambda: joint_risk(s, s, mu, mu, 1, 2),
        "n_synthetic must be above": lambda: synthetic_only_risk(s, s, mu, mu, 3),
        "one shape": lambda: synthetic_only_risk(np.eye(2), s, mu, mu, 9),
        "positive definite": lambda: synthetic_only_risk(s, np.diag([1, 1, -1]), mu, mu, 9),
        "noise_variance": lambda: joint_risk(s, s, mu, mu, 5, 5, -1.0),
    }
    for message, call in bad.items():
        with pytest.raises(ValueError, match=message):
            call()

"""The simulated risk is the exact expectation given the features, and the features are those that were asked for."""

import numpy as np
import pytest

from sweetspot.streams import numpy_stream
from sweetspot.theory.joint_simulation import Population, Setting, expected_risk, simulate
from sweetspot.theory.two_populations import moment_risk


def population(p=4, n=6, seed=0, scale=1.0):
    root = numpy_stream("test population", seed).standard_normal((p, 2 * p))
    return Population(scale * root @ root.T, root[:, 0], n)


@pytest.mark.parametrize(("n", "p"), [(9, 4), (4, 4), (3, 8)])
def test_the_risk_is_the_mean_over_noise_and_coefficients(n, p):
    x = numpy_stream("test design", n).standard_normal((n, p))
    moment = population(p).covariance
    fit = np.linalg.pinv(x)
    # Noise of variance 2 in each label, and a coefficient of squared length 3 along each axis, one after the other.
    noise = 2 * sum(column @ moment @ column for column in fit.T)
    missed = np.eye(p) - fit @ x
    bias = 3 * np.mean([column @ moment @ column for column in missed.T])
    assert expected_risk(x, moment, 2.0, 3.0) == pytest.approx(noise + bias, rel=1e-8)


def test_features_have_their_mean_and_covariance():
    drawn = population(n=200_000).samples(numpy_stream("test normal", 0).standard_normal((200_000, 4)))
    asked = population()
    np.testing.assert_allclose(drawn.mean(axis=0), asked.mean, atol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), asked.covariance, atol=0.15)


def test_one_population_has_the_mean_of_an_inverse_wishart_matrix():
    s = population(p=20, n=60, seed=1)
    centred = Population(s.covariance, np.zeros(20), 60)
    nothing = Population(np.eye(20), np.zeros(20), 0)
    risks = simulate(
        [Setting(centred, nothing, 1.5), Setting(centred, Population(s.covariance, np.zeros(20), 40), 1.5)], 200
    )
    error = risks.std(axis=0) / np.sqrt(200)
    np.testing.assert_array_less(np.abs(risks.mean(axis=0) - 1.5 * 20 / np.array([39, 79])), 4 * error)


def test_settings_share_their_random_numbers_and_do_not_change_each_other():
    settings = [Setting(population(n=n), population(n=9, seed=1, scale=scale)) for n, scale in ((5, 1.0), (8, 2.0))]
    both = simulate(settings, 3)
    np.testing.assert_array_equal(both[:, :1], simulate(settings[:1], 3))
    np.testing.assert_array_equal(both[:2], simulate(settings, 2))
    assert np.any(both != simulate(settings, 3, seed=1))


def test_fewer_samples_than_features_agree_with_the_theory():
    p, counts = 160, (30, 50)
    covariances = [np.eye(p), np.diag(np.tile([0.5, 1.5], p // 2))]
    populations = [Population(s, np.zeros(p), n) for s, n in zip(covariances, counts, strict=True)]
    (risks,) = simulate([Setting(*populations, 0.5, 1.0)], 40).T
    moments = np.broadcast_to((np.eye(p) / p)[:, None], (2, p, 2, p))
    predicted = float(moment_risk(covariances, moments, [0.5, 0.5], counts))
    assert risks.mean() == pytest.approx(predicted, rel=0.02)


def test_bad_arguments():
    ok = population()
    bad = {
        "positive definite": lambda: Population(-np.eye(2), np.zeros(2), 3),
        "mean": lambda: Population(np.eye(2), np.zeros(3), 3),
        "n must be a whole number": lambda: Population(np.eye(2), np.zeros(2), 2.5),
        "one of them samples": lambda: Setting(population(n=0), population(n=0)),
        "the same features": lambda: Setting(ok, population(p=5)),
        "noise_variance": lambda: Setting(ok, ok, -1.0),
        "signal": lambda: Setting(ok, ok, 1.0, np.nan),
        "there must be draws": lambda: simulate([Setting(ok, ok)], 0),
        "one number of features": lambda: simulate([], 3),
    }
    for message, call in bad.items():
        with pytest.raises(ValueError, match=message):
            call()

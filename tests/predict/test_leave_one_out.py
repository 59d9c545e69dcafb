"""Leaving images out of the pooled ridge regression, against refitting it."""

import numpy as np
import pytest

from sweetspot.predict import leave_one_out as module
from sweetspot.predict.leave_one_out import left_out_residuals, ridge_losses


@pytest.mark.parametrize("per_image", [1, 3, 12])
def test_residuals_are_those_of_the_fit_without_the_image(per_image):
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal((9, per_image, 5)), rng.standard_normal((9, per_image, 2))
    extra, extra_y = rng.standard_normal((11, 5)), rng.standard_normal((11, 2))
    ridge = 0.7 * np.eye(5)
    x = np.concatenate([z.reshape(-1, 5), extra])
    targets = np.concatenate([y.reshape(-1, 2), extra_y])
    found = left_out_residuals(z, y, x.T @ x + ridge, x.T @ targets)
    for i in range(9):
        others = np.concatenate([np.delete(z, i, axis=0).reshape(-1, 5), extra])
        their = np.concatenate([np.delete(y, i, axis=0).reshape(-1, 2), extra_y])
        b = np.linalg.solve(others.T @ others + ridge, others.T @ their)
        assert found[i] == pytest.approx(y[i] - z[i] @ b)


def test_losses_are_of_each_unseen_image_and_of_nested_subsets(toy, monkeypatch):
    monkeypatch.setattr(module, "RIDGES", np.array([0.01]))
    evidence = toy()
    ratios = np.array([0.0, 1.0, 2.0])
    losses = ridge_losses(evidence, ratios)
    assert losses.shape == (module.DRAWS, 24 + 40, 3)
    # At ratio 0 no draw from the pool matters.
    assert np.ptp(losses[:, :, 0], axis=0) == pytest.approx(0)
    # The held-out images are predicted by the fit to all rows.
    z, y = evidence.real.features[:, 0], evidence.one_hot(evidence.real)[:, 0]
    gram = z.T @ z
    b = np.linalg.solve(gram + 0.01 * np.trace(gram) * np.eye(len(gram)), z.T @ y)
    residuals = evidence.one_hot(evidence.held_out)[:, 0] - evidence.held_out.features[:, 0] @ b
    assert losses[0, 24:, 0] == pytest.approx(np.sum(residuals**2, axis=1), rel=1e-6)
    # Another ratio in between does not change the subset.
    assert ridge_losses(evidence, ratios[[0, 2]])[:, :, 1] == pytest.approx(losses[:, :, 2])


def test_a_pool_with_wrong_labels_raises_the_losses(toy):
    ratios = np.array([0.0, 16.0])
    good, wrong = (ridge_losses(toy(wrong_labels=share), ratios).mean(axis=(0, 1)) for share in (0.0, 1.0))
    assert good[0] == pytest.approx(wrong[0])
    assert good[1] < good[0] < wrong[1]

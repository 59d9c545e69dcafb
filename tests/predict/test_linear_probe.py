"""The probe: who trains on what, and that it learns."""

import numpy as np
import pytest

from sweetspot.predict.linear_probe import DRAWS, probe_losses

RATIOS = np.array([0.0, 4.0, 16.0])


@pytest.mark.parametrize(("held_out", "judged"), [(40, 40), (0, 24)])
def test_each_image_is_judged_once_a_draw(toy, held_out, judged):
    losses = probe_losses(toy(held_out=held_out), RATIOS)
    assert losses.shape == (DRAWS, judged, 3)
    assert np.all(np.isfinite(losses) & (losses > 0))


def test_it_learns_from_the_pool(toy):
    loss = probe_losses(toy(), RATIOS).mean(axis=(0, 1))
    assert loss[2] < loss[1] < loss[0]
    assert loss[2] < 0.8 * np.log(4)


def test_folds_keep_the_judged_images_out(toy):
    """With labels at random, nothing can be known of an image that was not trained on."""
    evidence = toy(held_out=0, wrong_labels=1.0)
    stream = np.random.default_rng(0)
    real = type(evidence.real)(
        evidence.real.images, evidence.real.features, stream.integers(0, 4, evidence.real.labels.shape)
    )
    blind = type(evidence)(real, evidence.synthetic, None, 4, 16, 0)
    assert probe_losses(blind, RATIOS).mean() > 0.95 * np.log(4)

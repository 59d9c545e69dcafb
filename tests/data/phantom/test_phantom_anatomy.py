"""Brains: tissue shares, ventricles, smooth deformations that depend on the subject alone."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.config.phantom import Anatomy
from sweetspot.data.phantom.anatomy import deformed_brain
from sweetspot.data.phantom.smooth_field import smooth_field
from sweetspot.data.slice_set import TISSUES

GM, WM, CSF = range(3)
HEIGHTS = (-10.0, 50.0)


def at(brain, point):
    return tuple(int(np.abs(axis - c).argmin()) for axis, c in zip(brain.axes, point, strict=True))


def test_template_shares_add_up(template):
    total = template.fractions.sum(axis=0)
    assert template.fractions.min() >= 0
    assert np.allclose(total[total > 0], 1, atol=1e-6)
    assert 1.3e6 < (total > 0).sum() * template.voxel**3 < 2.2e6  # mm³: a head of an adult


@pytest.mark.parametrize(
    ("point", "tissue"),
    [
        ((-8, -10, 22), CSF),  # bodies of the lateral ventricles
        ((8, -10, 22), CSF),
        ((28, -24, 30), WM),  # centrum semiovale
        ((-28, -24, 30), WM),
        ((0, -20, 4), CSF),  # third ventricle
        ((-38, 2, 4), GM),  # insula
    ],
)
def test_template_tissue_at_known_places(template, point, tissue):
    assert TISSUES[template.fractions[(slice(None), *at(template, point))].argmax()] == TISSUES[tissue]


def test_ventricles_are_csf_and_distance_grows_from_them(brain):
    ventricles = brain.ventricle_distance < 1
    assert brain.fractions[CSF][ventricles].mean() > 0.7
    assert 5e3 < ventricles.sum() * brain.voxel**3 < 6e4  # mm³
    # The ventricles lie on both sides of the middle.
    x = brain.axes[0][np.nonzero(ventricles)[0]]
    assert x.min() < -15
    assert x.max() > 15
    deep = np.isfinite(brain.ventricle_distance)
    steps = np.abs(np.diff(np.where(deep, brain.ventricle_distance, np.nan), axis=0))
    assert np.nanmax(steps) < 2 * brain.voxel  # a distance, slightly stretched


def test_deformed_shares_stay_shares(brain):
    total = brain.fractions.sum(axis=0)
    assert brain.fractions.min() >= 0
    assert total.max() < 1 + 1e-5
    assert not total[0].any()
    assert not total[-1].any()
    assert not total[:, 0].any()
    assert not total[:, -1].any()


def test_no_deformation_gives_the_template(template):
    still = deformed_brain(template, Anatomy(deformation=(0.0, 0.0, 0.0)), HEIGHTS, "sub-01", 0)
    seen = np.isin(template.axes[2], still.axes[2])
    assert np.allclose(still.fractions, template.fractions[..., seen], atol=1e-6)


def test_brain_depends_on_subject_and_seed_only(template, brain):
    again = deformed_brain(template, Anatomy(), HEIGHTS, "sub-01", 0)
    assert np.array_equal(again.fractions, brain.fractions)
    for subject, seed in (("sub-02", 0), ("sub-01", 1)):
        other = deformed_brain(template, Anatomy(), HEIGHTS, subject, seed)
        assert np.abs(other.fractions - brain.fractions).mean() > 0.01


def test_another_field_of_view_shows_the_same_brain(template, brain):
    lower = deformed_brain(template, Anatomy(), (10.0, 30.0), "sub-01", 0)
    seen = np.isin(brain.axes[2], lower.axes[2])
    assert seen.sum() == len(lower.axes[2])
    assert np.array_equal(lower.fractions, brain.fractions[..., seen])


def test_smooth_field_has_mean_0_and_variance_1_everywhere_and_is_smooth():
    axes = [np.arange(0.0, 30, 3), np.arange(-7.0, 20, 3), np.arange(0.0, 9, 3)]
    draws = np.stack([smooth_field(np.random.default_rng(seed), axes, 10.0) for seed in range(2000)])
    assert np.abs(draws.mean(axis=0)).max() < 5 / np.sqrt(2000)
    assert np.abs(draws.var(axis=0) - 1).max() < 6 * np.sqrt(2 / 2000)
    neighbours = (draws[:, 1:] * draws[:, :-1]).mean(axis=0)
    far = (draws[:, 0] * draws[:, -1]).mean(axis=0)
    assert neighbours.min() > 0.8
    assert np.abs(far).max() < 0.2

"""Lesions: inside white matter, near the ventricles, of the right number and size, and never shrinking."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sweetspot.config.phantom import Lesions
from sweetspot.data.phantom.lesions import grow_lesions
from sweetspot.data.phantom.template import Brain
from sweetspot.errors import InputError

WM = 1


def grow(brain, subject="sub-01", sessions=1, seed=0, **settings):
    return grow_lesions(brain, Lesions(**settings), subject, seed, sessions)


def test_lesions_lie_in_what_was_white_matter(brain):
    for subject in range(8):
        (maps,) = grow(brain, f"sub-{subject}")
        assert maps.region.any()
        assert brain.fractions[WM][maps.region].min() > 0.5
        assert np.array_equal(maps.tissue > 0, maps.region)
        assert maps.tissue[maps.region].min() >= Lesions().least_severity
        assert maps.tissue.max() <= 1


def mean_distance(brain, share):
    settings = {"periventricular_share": share, "median_volume": 8.0, "log_sd_volume": 0.0}
    distances = [brain.ventricle_distance[grow(brain, f"sub-{subject}", **settings)[0].region] for subject in range(20)]
    return np.concatenate(distances).mean()


def test_periventricular_preference_is_measurable(brain):
    white = brain.ventricle_distance[brain.fractions[WM] > 0.5].mean()
    anywhere, default, near = (mean_distance(brain, share) for share in (0.0, 0.6, 1.0))
    assert abs(anywhere - white) < 0.15 * white
    assert near < 0.7 * default < 0.7 * 0.7 * anywhere


def test_number_of_lesions_is_one_and_a_negative_binomial(brain):
    # Lesions of one voxel, so that the region counts them, but for the few that share one.
    settings = {"median_volume": 8.0, "log_sd_volume": 0.0, "periventricular_share": 0.0, "mean_number": 11.0}
    counts = np.array([grow(brain, f"sub-{n}", **settings)[0].region.sum() for n in range(150)])
    variance = 10 + 10**2 / 2.0
    assert counts.min() >= 1
    assert abs(counts.mean() - 11) < 4 * np.sqrt(variance / 150)
    assert 0.5 * variance < counts.var() < 1.7 * variance


def test_volume_of_a_lesion(brain):
    volumes = [
        grow(brain, f"sub-{n}", mean_number=1.0, median_volume=400.0, log_sd_volume=0.0)[0].region.sum() * 8
        for n in range(30)
    ]
    assert np.median(volumes) == 400
    assert max(volumes) == 400  # white matter may end before, and no lesion is larger


def test_volumes_spread_and_have_a_limit(brain):
    settings = {"mean_number": 1.0, "median_volume": 300.0, "log_sd_volume": 1.0, "maximum_volume": 1000.0}
    volumes = np.array([grow(brain, f"sub-{n}", **settings)[0].region.sum() * 8 for n in range(60)])
    assert volumes.max() == 1000
    assert 0.3 < (volumes < 300).mean() < 0.75
    assert volumes.min() < 150


def test_sessions_are_nested_and_grow(brain):
    for subject in range(5):
        sessions = grow(brain, f"sub-{subject}", sessions=4)
        for before, after in pairwise(sessions):
            assert after.region[before.region].all()
            assert np.all(after.tissue >= before.tissue)
        assert sessions[-1].region.sum() > sessions[0].region.sum()


def test_later_sessions_leave_earlier_ones_as_they_are(brain):
    (alone,) = grow(brain)
    first, *_ = grow(brain, sessions=3)
    assert np.array_equal(alone.region, first.region)
    assert np.array_equal(alone.tissue, first.tissue)


def test_nothing_changes_between_sessions_without_growth_and_new_lesions(brain):
    first, second = grow(brain, sessions=2, growth=0.0, new_per_session=0.0)
    assert np.array_equal(first.region, second.region)


def test_subjects_and_seeds_differ(brain):
    (one,) = grow(brain)
    assert not np.array_equal(one.region, grow(brain, "sub-02")[0].region)
    assert not np.array_equal(one.region, grow(brain, seed=1)[0].region)


def test_a_view_without_white_matter_is_refused(brain):
    empty = Brain(brain.axes, np.zeros_like(brain.fractions), brain.ventricle_distance)
    with pytest.raises(InputError, match="`field_of_view`: there is no white matter"):
        grow(empty)

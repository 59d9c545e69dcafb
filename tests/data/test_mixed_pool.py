"""The pool of a seed holds no image twice, none of the real ones, and is mixed."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.data.mixed_pool import mixed_pool
from sweetspot.data.subsets import real_order, synthetic_order

REAL, SYNTHETIC = np.arange(120) % 3, np.arange(300) % 3
PARTS = {"noise=0": 90, "noise=2": 30, "steps=60": 60}


def pool(seed=0, parts=PARTS, more_real=45, n_real=30):
    return mixed_pool(parts, more_real, n_real, REAL, SYNTHETIC, seed)


def test_the_parts_have_their_sizes_their_labels_and_no_image_in_common():
    made = pool()
    sizes = {part: int(np.sum(made.parts == part)) for part in np.unique(made.parts)}
    assert sizes == PARTS | {"train": 45}
    synthetic = made.parts != "train"
    assert len(set(made.numbers[synthetic])) == 180
    assert np.array_equal(made.labels[synthetic], SYNTHETIC[made.numbers[synthetic]])
    assert np.array_equal(made.labels[~synthetic], REAL[made.numbers[~synthetic]])
    for part in sizes:
        assert np.ptp(np.bincount(made.labels[made.parts == part])) <= 2


def test_hidden_real_images_are_new_ones_of_the_order_of_the_experiments():
    hidden = {*pool(3).numbers[pool(3).parts == "train"].tolist()}
    assert hidden == {*real_order(REAL, 3)[30:75].tolist()}
    assert not hidden & {*real_order(REAL, 3)[:30].tolist()}


def test_a_pool_without_qualities_or_without_real_images():
    assert set(pool(parts={}).parts) == {"train"}
    without = pool(more_real=0)
    assert "train" not in without.parts
    assert {*without.numbers.tolist()} == {*synthetic_order(SYNTHETIC, 0)[:180].tolist()}


def test_no_part_comes_first_and_seeds_mix_otherwise():
    half = len(pool()) // 2
    shares = [np.mean(pool(seed).parts[:half] == "noise=0") for seed in range(40)]
    assert np.mean(shares) == pytest.approx(90 / 225, abs=0.03)
    assert not np.array_equal(pool(0).parts, pool(1).parts)
    assert np.array_equal(pool(1).numbers, pool(1).numbers)


@pytest.mark.parametrize("changes", [{"parts": {"noise=0": 301}}, {"more_real": 91}])
def test_more_than_there_are_is_refused(changes):
    with pytest.raises(ValueError, match="are asked for, and there are 300 and 120"):
        pool(**changes)

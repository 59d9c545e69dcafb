"""Nested subsets: in proportion at every size, and the same for the same seed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.data.subsets import nested_order


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 100))
@settings(max_examples=150)
def test_every_prefix_is_within_one_of_the_proportions(counts, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    order = nested_order(labels, "real subset", seed)
    assert np.array_equal(np.sort(order), np.arange(len(labels)))
    taken = np.cumsum(labels[order][:, None] == np.arange(len(counts)), axis=0)
    quota = np.arange(1, len(labels) + 1)[:, None] * np.array(counts) / len(labels)
    assert np.all(np.abs(taken - quota) < 1)


def test_same_seed_same_order_whatever_was_drawn_before():
    labels = np.arange(200) % 10
    first = nested_order(labels, "real subset", 3)
    nested_order(labels, "synthetic subset", 8)
    np.random.default_rng(0).random(7)
    assert np.array_equal(nested_order(labels, "real subset", 3), first)


def test_other_seed_or_name_other_subset():
    labels = np.arange(200) % 10
    subsets = [
        set(nested_order(labels, name, seed)[:50]) for name, seed in (("real", 0), ("real", 1), ("synthetic", 0))
    ]
    assert subsets[0] != subsets[1]
    assert subsets[0] != subsets[2]


def test_no_sample_and_no_class_is_favoured():
    labels = np.arange(40) % 4
    first = np.array([nested_order(labels, "real", seed)[:10] for seed in range(400)])
    # Each sample is among the first 10 of 40 with probability 1/4: 100 times in 400, standard deviation 8.7.
    times = np.bincount(first.ravel(), minlength=40)
    assert times.min() > 60
    assert times.max() < 140
    # Which two of the four classes have the odd samples changes with the seed.
    odd = np.array([np.bincount(labels[row], minlength=4) for row in first])
    assert np.all(np.abs(odd.mean(axis=0) - 2.5) < 0.15)

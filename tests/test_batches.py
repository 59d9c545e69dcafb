"""Batches depend on names, seed and step alone and show every sample equally often."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.batches import BatchOrder

SIZES = {"n": st.integers(1, 40), "batch_size": st.integers(1, 60), "seed": st.integers(0, 3)}


@given(**SIZES, cycles=st.integers(1, 4))
def test_every_sample_comes_once_in_each_n_positions(n, batch_size, seed, cycles):
    order = BatchOrder(n, batch_size, "any", seed)
    steps = -(-cycles * n // order.batch_size)
    chain = np.concatenate([order(step) for step in range(steps)])[: cycles * n]
    for window in chain.reshape(cycles, n):
        assert sorted(window) == list(range(n))


@given(**SIZES, step=st.integers(0, 10_000))
def test_a_batch_has_its_size_but_never_more_than_all_samples(n, batch_size, seed, step):
    batch = BatchOrder(n, batch_size, "any", seed)(step)
    assert batch.shape == (min(n, batch_size),)
    assert batch.min() >= 0
    assert batch.max() < n


@given(**SIZES, steps=st.lists(st.integers(0, 200), min_size=1, max_size=10))
def test_a_batch_is_a_function_of_the_step_whatever_was_asked_before(n, batch_size, seed, steps):
    order = BatchOrder(n, batch_size, "any", seed)
    for step in steps:
        assert np.array_equal(order(step), BatchOrder(n, batch_size, "any", seed)(step))


@given(**SIZES)
def test_an_epoch_of_steps_shows_every_sample_and_one_step_less_does_not(n, batch_size, seed):
    order = BatchOrder(n, batch_size, "any", seed)
    batches = [order(step) for step in range(order.steps_per_epoch)]
    assert len(set(np.concatenate(batches))) == n
    assert sum(map(len, batches[:-1])) < n


def test_name_and_seed_give_other_orders_and_so_do_the_epochs():
    base = BatchOrder(50, 50, "a", 0)
    assert not np.array_equal(base(0), base(1))
    assert not np.array_equal(base(0), BatchOrder(50, 50, "b", 0)(0))
    assert not np.array_equal(base(0), BatchOrder(50, 50, "a", 1)(0))


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_orders_of_a_larger_batch_follow_the_same_chain(seed):
    """So a change of batch size changes how the chain is cut, not the chain."""
    small, large = BatchOrder(24, 4, "a", seed), BatchOrder(24, 12, "a", seed)
    assert np.array_equal(np.concatenate([small(step) for step in range(6)]), np.r_[large(0), large(1)])

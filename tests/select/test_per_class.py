"""Selections class by class."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.select import per_class
from sweetspot.select.per_class import class_shares, select_per_class
from sweetspot.select.rules import RULES, select


def case(seed=0):
    rng = np.random.default_rng(seed)
    real_labels, pool_labels = np.repeat([2, 0, 5], [20, 10, 10]), rng.permutation(np.repeat([0, 2, 5], 40))
    return rng.standard_normal((40, 4)), real_labels, rng.standard_normal((120, 4)), pool_labels


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "all"])
def test_each_class_has_its_real_share_of_its_own_samples(rule):
    real, real_labels, pool, pool_labels = case()
    found = select_per_class(real, real_labels, pool, pool_labels, 20, rule, seed=1)
    assert pool_labels[found].tolist() == [0] * 5 + [2] * 10 + [5] * 5
    assert len(np.unique(found)) == 20


def test_a_class_sees_nothing_of_the_others():
    real, real_labels, pool, pool_labels = case()
    found = select_per_class(real, real_labels, pool, pool_labels, 20, "covariance", dimensions=3)
    own = np.flatnonzero(pool_labels == 2)
    alone = own[select("covariance", real[real_labels == 2], pool[own], 10, dimensions=3)]
    assert found[5:15].tolist() == alone.tolist()


def test_classes_draw_independently():
    real, _, pool, _ = case()
    labels = np.arange(40) % 2, np.arange(120) % 2
    found = select_per_class(real, labels[0], pool, labels[1], 40, "random", seed=0)
    assert (found[:20] // 2).tolist() != (found[20:] // 2).tolist()


def test_more_processes_select_the_same():
    one, two = (select_per_class(*case(), 30, "covariance_swap", seed=2, jobs=jobs).tolist() for jobs in (1, 2))
    assert one == two


def test_a_killed_process_is_told(monkeypatch):
    def killed(*_):
        raise BrokenProcessPool

    monkeypatch.setattr(per_class, "ProcessPoolExecutor", killed)
    with pytest.raises(InputError, match="one of 2 processes was killed, most likely as memory ran out"):
        select_per_class(*case(), 20, "random", jobs=2)


def test_all_takes_everything_whatever_the_shares():
    real, real_labels, pool, pool_labels = case()
    found = select_per_class(real, real_labels, pool, pool_labels, 1, "all")
    assert sorted(found) == list(range(120))


def test_names_may_be_labels_and_a_class_may_have_no_share():
    real, real_labels, pool, pool_labels = case()
    names = np.array(["cat", "?", "dog", "?", "?", "emu"])
    found = select_per_class(real, names[real_labels], pool, names[pool_labels], 1, "random")
    assert names[pool_labels[found]].tolist() == ["dog"]


@pytest.mark.parametrize(
    ("real", "pool", "n", "message"),
    [
        ([0, 0, 1, 1], [0, 0, 0, 0], 2, "the real samples have classes that the pool lacks: 1; give both sides"),
        ([0, 0, 0, 0], [0, 7, 8, 0], 2, "the pool has classes that the real samples lack: 7, 8"),
        ([0, 0, 0, 1], [0, 0, 1, 1], 2, "class 1 has 1 real sample: a selection needs 2"),
        ([0, 0, 1, 1], [0, 1, 1, 1], 4, "class 0: 2 samples are to be selected, in the real proportion, but .* has 1"),
    ],
)
def test_classes_that_cannot_give_their_share_are_named(real, pool, n, message):
    with pytest.raises(InputError, match=message):
        class_shares(np.array(real), np.array(pool), n)


def test_arguments_that_do_not_fit_are_refused():
    real, real_labels, pool, pool_labels = case()
    with pytest.raises(InputError, match=r"one label for each sample: the pool's are \(119,\) for 120"):
        select_per_class(real, real_labels, pool, pool_labels[1:], 20, "random")
    with pytest.raises(InputError, match="there is no rule 'best'"):
        select_per_class(real, real_labels, pool, pool_labels, 20, "best")
    with pytest.raises(ValueError, match="jobs must be at least 1"):
        select_per_class(real, real_labels, pool, pool_labels, 20, "random", jobs=0)

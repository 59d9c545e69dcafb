"""The call of `sweetspot select` that an advice ends with."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sweetspot.given_sets.inputs import InputSet
from sweetspot.given_sets.pair import make_pair
from sweetspot.recommend.next_command import select_command

VALUES = np.random.default_rng(0).standard_normal((40, 3))
SETS = Path("a"), Path("b")


def command(samples, own=None, theirs=None, labels=None, value_range=None):
    pair = make_pair(InputSet("a", VALUES, own), InputSet("b", VALUES, theirs), None)
    return select_command(pair, SimpleNamespace(samples=samples), SETS, labels, value_range)


@pytest.mark.parametrize("samples", [0, 40])
def test_none_where_there_is_no_choice(samples):
    assert command(samples) is None


def test_sets_without_labels():
    assert command(7, value_range=(-1.0, 2.5)) == "sweetspot select --real a --pool b --n 7 --value-range -1 2.5"


def test_by_class_only_where_each_class_has_its_share():
    own, theirs = np.arange(40) % 2, np.arange(40) % 4 // 3  # 20 and 20; 30 and 10
    assert command(20, own, theirs).endswith("--n 20 --per-class")
    assert command(22, own, theirs).endswith("--n 22")
    assert command(20, own, np.zeros(40, int)).endswith("--n 20")


def test_no_digit_of_a_range_is_lost():
    assert command(7, value_range=(0.1, 16777215.0)).endswith("--value-range 0.1 16777215")


def test_equal_samples_count_as_they_did_for_the_advice():
    copied = np.concatenate([VALUES, VALUES[:1]])
    for values in ((copied, VALUES), (VALUES, copied)):
        pair = make_pair(*(InputSet(name, each, None) for name, each in zip("ab", values, strict=True)), None)
        found = select_command(pair, SimpleNamespace(samples=7), SETS, None, None)
        assert found == "sweetspot select --real a --pool b --n 7 --allow-duplicates"

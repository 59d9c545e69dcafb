"""Which images are on which side of a distance, and the table."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.config.measure import Mixtures
from sweetspot.downstream.training_set import Cell, training_set
from sweetspot.errors import InputError
from sweetspot.measure.comparison import Comparison, Part, Reference
from sweetspot.measure.distances import Effort
from sweetspot.measure.features import pixels
from sweetspot.measure.rapsd import rapsd
from sweetspot.measure.table import COLUMNS, distance_table
from sweetspot.measure.training_sets import training_set_comparisons

EFFORT = Effort(replicates=20, projections=5)


def part(name, n, seed=0, size=4, shift=0.0, subjects=None):
    images = shift + np.random.default_rng(seed).uniform(-1, 1, (n, 1, size, size)).astype(np.float32)
    # Each image says where it is from.
    images[:, 0, 0, 0] = np.arange(n) / 1000
    return Part(name, images, np.arange(n) % 2, np.arange(n) // (1 if subjects is None else subjects))


def ids(some):
    return np.rint(1000 * some.images[:, 0, 0, 0]).astype(int).tolist()


def rows_of(some):
    return set(ids(some))


def reference(train=40, more=30, most=1000):
    return Reference(part("train", train), part("generator", more, seed=1), most, seed=0)


def test_both_sides_and_the_floor_have_as_many_images():
    for pool, most, n in ((100, 1000, 30), (12, 1000, 12), (100, 20, 20)):
        found = reference(most=most).against("synthetic", "noise=1", part("pool", pool, seed=2))
        assert [len(each.labels) for each in (found.a, found.b, found.floor)] == [n] * 3
        assert (found.a.name, found.b.name, found.floor.name) == ("train", "pool", "generator")


def test_subsets_have_the_proportions_of_the_classes_and_are_nested():
    some = part("train", 40)
    some = Part("train", some.images, (np.arange(40) < 10).astype(int), some.units)
    small, large = some.first(8, 0), some.first(20, 0)
    assert small.labels.sum() == 2
    assert large.labels.sum() == 5
    assert rows_of(small) < rows_of(large)
    assert rows_of(some.first(20, 1)) != rows_of(large)


def test_the_floor_is_real_against_real():
    here = reference()
    found = here.against("more_real", "", here.more_real)
    assert found.b is found.floor


def test_images_of_another_size_are_refused_by_their_quality():
    with pytest.raises(InputError, match=r"the part train has images of 4 x 4 pixels and pool t=50 of 6 x 6"):
        reference().against("synthetic", "t=50", part("pool", 30, size=6))


@pytest.mark.parametrize(
    ("sizes", "pool", "words"),
    [
        ((40, 4), 30, "the part generator has 4"),
        ((4, 40), 30, "the part train has 4"),
        ((40, 30), 4, "pool t=50 has 4"),
    ],
)
def test_the_part_that_is_too_small_is_named(sizes, pool, words):
    with pytest.raises(InputError, match=words):
        reference(*sizes).against("synthetic", "t=50", part("pool", pool, seed=2))


def mixtures(n_real=6, ratios=(1.0, 3.0), more_real=True, train=40, source=40):
    config = Mixtures(n_real=n_real, ratios=ratios, qualities=("t=50",), more_real=more_real)
    here = Reference(part("train", train), part("generator", 20, seed=1), 1000, 0)
    pools = {"t=50": part("pool", 60, seed=2)}
    return here, {
        (each.arm, len(each.b.labels)): each
        for each in training_set_comparisons(config, here, part("source", source, seed=3), pools)
    }


def test_the_training_sets_of_the_first_seed_are_compared():
    _, found = mixtures()
    assert list(found) == [
        ("source", 6),
        *((f"source+{arm}", n) for n in (12, 24) for arm in ("more_source", "synthetic", "target_real")),
    ]
    assert all(each.quality == ("t=50" if each.arm == "source+synthetic" else "") for each in found.values())
    own, others = training_set(
        Cell("", "domain_shift", "synthetic", "t=50", 3.0), 6, np.arange(40) % 2, np.arange(60) % 2, 0
    )
    b = found["source+synthetic", 24].b
    assert b.name == "source+pool"
    assert ids(b) == [*own, *others]


def test_no_slice_of_the_target_is_on_both_sides():
    here, found = mixtures()
    added = found["source+target_real", 24].b.images[6:]
    a = found["source+target_real", 24].a
    assert {image.tobytes() for image in added} <= {image.tobytes() for image in here.train.images}
    assert not {image.tobytes() for image in added} & {image.tobytes() for image in a.images}
    assert len(a.labels) == 40 - 18
    # All are compared with the same slices.
    assert all(each.a is a for each in found.values())


def test_the_reference_keeps_half_of_its_slices():
    _, found = mixtures(train=24)
    assert ("source+target_real", 12) in found
    assert ("source+target_real", 24) not in found
    assert len(found["source+more_source", 24].a.labels) == 24 - 6


def test_without_more_real_only_pools_are_added():
    _, found = mixtures(more_real=False)
    assert list(found) == [("source", 6), ("source+synthetic", 12), ("source+synthetic", 24)]
    assert len(found["source", 6].a.labels) == 40


def test_the_floor_of_a_mixture_has_its_size_or_is_missing():
    _, found = mixtures()
    assert len(found["source+synthetic", 12].floor.labels) == 12
    assert found["source+synthetic", 24].floor is None  # there are 20


def test_sets_of_three_slices_are_left_out():
    _, found = mixtures(n_real=3)
    assert ("source", 3) not in found
    assert ("source+synthetic", 6) in found


def test_units_of_two_parts_stay_apart():
    both = part("source", 4, subjects=2).with_added(part("train", 4, subjects=2))
    assert len(np.unique(both.units)) == 4


def test_the_table_has_every_metric_with_its_floor():
    here = reference()
    pool = part("pool", 30, seed=5, shift=1.0)
    compared = [here.against("more_real", "", here.more_real), here.against("synthetic", "t=50", pool)]
    table = distance_table("task", compared, {"pixels": pixels, "rapsd": rapsd}, EFFORT)
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 2 * (6 + 1)
    real, made = table[table["arm"] == "more_real"], table[table["arm"] == "synthetic"]
    assert np.array_equal(real["value"], real["floor"])
    assert np.array_equal(made["floor"], real["value"])
    assert np.array_equal(made["floor_high"], real["ci_high"])
    geometric = made["features"] == "pixels"
    assert (made["value"] > made["floor_high"])[geometric].all()
    assert set(made["split_a"]) == {"train"}
    assert set(made["split_b"]) == {"pool"}
    assert not table[["value", "ci_low", "ci_high"]].isna().any(axis=None)


def test_a_comparison_may_ask_for_some_metrics_and_have_no_floor():
    a, b = part("train", 10), part("source", 8, seed=1)
    asked = Comparison("source", "", a, b, None, ("frechet",))
    table = distance_table("task", [asked], {"pixels": pixels, "rapsd": rapsd}, EFFORT)
    assert list(table["metric"]) == ["frechet"]
    assert table[["floor", "floor_high"]].isna().all(axis=None)


def test_features_that_tell_nothing_are_reported():
    here = reference()
    compared = [here.against("more_real", "", here.more_real)]
    with pytest.raises(InputError, match="the features `network` are the same for most images of the part train"):
        distance_table("task", compared, {"network": lambda images: np.zeros((len(images), 3))}, EFFORT)

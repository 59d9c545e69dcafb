"""The split: exact sizes, disjoint, stratified, the same for the same seed and images."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweetspot.config.data import Arrays, Digits, ImageFolder, Split
from sweetspot.data.images import LabelledImages
from sweetspot.data.parts import PARTS, verify_disjoint
from sweetspot.data.readers import check_split
from sweetspot.data.split import allocate, content_hash, split_images
from sweetspot.errors import InputError


def images_of(counts: list[int], seed: int = 0) -> LabelledImages:
    """Distinct random images, `counts` of each class, the classes mixed."""
    stream = np.random.default_rng(seed)
    labels = stream.permutation(np.repeat(np.arange(len(counts)), counts))
    images = stream.uniform(-1, 1, (len(labels), 1, 2, 3)).astype(np.float32)
    names = tuple(f"class {i}" for i in range(len(counts)))
    return LabelledImages(images, labels, names, tuple(f"x/{i}" for i in range(len(labels))))


def split_of(generator: int, train: int, validation: int, test: int, seed: int = 0) -> Split:
    return Split(generator=generator, train=train, validation=validation, test=test, seed=seed)


@st.composite
def counts_and_sizes(draw):
    counts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12))
    total = sum(counts)
    cuts = sorted(draw(st.lists(st.integers(0, total), min_size=4, max_size=4)))
    return counts, np.diff([0, *cuts]).tolist()


@given(counts_and_sizes())
@settings(max_examples=150)
def test_allocation_is_exact_and_within_one_of_each_quota(case):
    counts, sizes = case
    table = allocate(np.array(counts), sizes)
    assert table.sum(axis=1).tolist() == sizes
    assert np.all(table >= 0)
    assert np.all(table.sum(axis=0) <= counts)
    quota = np.outer(sizes, counts) / sum(counts)
    assert np.all(np.abs(table - quota) < 1)
    # The rest is rounded like a part.
    rest = np.array(counts) - table.sum(axis=0)
    assert np.all(np.abs(rest - (sum(counts) - sum(sizes)) * np.array(counts) / sum(counts)) < 1)


def test_larger_remainders_are_rounded_up():
    # Quotas 2.8, 1.4 and 2.8 of one part: two are rounded up.
    assert allocate(np.array([4, 2, 4]), [7]).tolist() == [[3, 1, 3]]


@given(
    st.lists(st.integers(8, 25), min_size=1, max_size=5),
    st.integers(0, 5),
    st.booleans(),
)
@settings(max_examples=40)
def test_parts_are_disjoint_and_of_the_asked_sizes(counts, seed, everything):
    data = images_of(counts, seed)
    sizes = [sum(counts) // 4] * 4
    if everything:
        sizes[1] += sum(counts) - sum(sizes)
    split = split_images(data, split_of(*sizes, seed=seed))
    assert [len(split.parts[part]) for part in PARTS] == sizes
    together = np.concatenate(list(split.parts.values()))
    assert len(np.unique(together)) == len(together)


def test_same_seed_same_parts_and_other_seed_other_parts():
    data = images_of([20, 30])
    first, same, other = (split_images(data, split_of(10, 20, 5, 10, seed)).parts for seed in (1, 1, 2))
    assert all(np.array_equal(first[part], same[part]) for part in PARTS)
    assert not np.array_equal(first["train"], other["train"])


def test_the_order_of_the_source_does_not_matter():
    data = images_of([20, 30])
    order = np.random.default_rng(5).permutation(50)
    shuffled = LabelledImages(
        data.images[order], data.labels[order], data.class_names, tuple(data.ids[i] for i in order)
    )
    first, second = (
        split_images(data, split_of(10, 20, 5, 10)),
        split_images(shuffled, split_of(10, 20, 5, 10)),
    )
    for part in PARTS:
        assert {data.ids[i] for i in first.parts[part]} == {shuffled.ids[i] for i in second.parts[part]}


def test_repeated_images_are_left_out_and_conflicting_ones_altogether():
    data = images_of([20, 20])
    a, b = (np.flatnonzero(data.labels == label) for label in (0, 1))
    data.images[a[[3, 5]]] = data.images[a[1]]  # the same image of one class three times
    data.images[b[2]] = data.images[a[0]]  # one image with two labels
    split = split_images(data, split_of(10, 10, 10, 6))
    assert (split.duplicates, split.conflicts) == (2, 2)
    used = np.concatenate(list(split.parts.values()))
    assert set(used) == set(range(40)) - {a[3], a[5], a[0], b[2]}
    with pytest.raises(InputError, match=r"36; make the parts smaller \(4 repeated images were left out\)"):
        split_images(data, split_of(10, 10, 10, 7))


def test_content_hash_tells_values_and_shapes_apart():
    image = np.zeros((1, 2, 3), np.float32)
    assert content_hash(image) == content_hash(-image)
    assert content_hash(image) != content_hash(image.reshape(1, 3, 2))
    assert content_hash(image) != content_hash(image + np.float32(1e-7))
    assert content_hash(image) == content_hash(np.zeros((1, 3, 2), np.float32).transpose(0, 2, 1))


def test_split_that_is_larger_than_the_data():
    with pytest.raises(InputError, match=r"`tasks.d.split`: .* = 1,798 images .* have 1,797"):
        check_split(Digits(reader="digits"), split_of(1000, 700, 50, 48), "tasks.d.split")
    check_split(Digits(reader="digits"), split_of(1000, 700, 50, 47), "tasks.d.split")


def test_class_with_too_few_images(tmp_path):
    np.save(tmp_path / "y.npy", np.repeat([0, 1], [970, 30]))
    (tmp_path / "x.npy").touch()
    source = Arrays(
        reader="arrays",
        images=str(tmp_path / "x.npy"),
        labels=str(tmp_path / "y.npy"),
        value_range=(0.0, 1.0),
        class_names=("many", "few"),
    )
    with pytest.raises(InputError, match=r"`tasks.d.split.validation`: class 'few' has only 30 of the 1,000"):
        check_split(source, split_of(40, 50, 5, 40), "tasks.d.split")
    check_split(source, split_of(40, 45, 34, 40), "tasks.d.split")


def test_check_of_a_split_finds_a_missing_folder(tmp_path):
    source = ImageFolder(reader="image_folder", path=str(tmp_path / "absent"))
    with pytest.raises(InputError, match="absent: no such folder"):
        check_split(source, split_of(1, 1, 1, 1), "split")


def manifest(**columns) -> pd.DataFrame:
    table = {
        "id": ["a", "b", "c"],
        "part": ["train", "train", "test"],
        "sha256": ["1", "2", "3"],
        "subject": ["", "", ""],
    }
    return pd.DataFrame(table | columns)


def test_violations_of_disjointness():
    verify_disjoint(manifest())
    verify_disjoint(manifest(sha256=["1", "1", "3"], subject=["s", "s", "t"]))
    with pytest.raises(InputError, match=r"split.csv: identical images .*: b in train and c in test"):
        verify_disjoint(manifest(sha256=["1", "2", "2"]), "split.csv")
    with pytest.raises(InputError, match=r"one subject .*: a in train and c in test"):
        verify_disjoint(manifest(subject=["s", "", "s"]))
    with pytest.raises(InputError, match="unknown part 'Test'"):
        verify_disjoint(manifest(part=["train", "train", "Test"]))

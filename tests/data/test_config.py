"""Values of the data's config that are impossible in themselves are refused."""

from __future__ import annotations

import pytest

from sweetspot.config.block import parse
from sweetspot.config.data import Arrays, PreparedData
from sweetspot.errors import InputError

ARRAYS = {"reader": "arrays", "images": "x.npy", "labels": "y.npy", "value_range": [0, 255]}
SPLIT = {"generator": 1, "train": 1, "validation": 1, "test": 1}


def test_each_reader_is_chosen_by_its_name():
    config = parse(PreparedData, {"data": ARRAYS, "split": SPLIT})
    assert isinstance(config.data, Arrays)
    assert config.data.value_range == (0.0, 255.0)
    assert parse(PreparedData, config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("data", "split", "words"),
    [
        ({"reader": "mnist"}, {}, "`data.reader`: 'mnist' is not one of 'digits', 'cifar10'"),
        ({}, {}, "`data`: missing key 'reader'"),
        ({"reader": "cifar10"}, {}, "`data.path`: missing"),
        ({"reader": "cifar10", "path": "a", "sha256": "any"}, {}, "`data.sha256`"),
        ({"reader": "image_folder", "path": "a", "mode": "cmyk"}, {}, "`data.mode`"),
        ({"reader": "image_folder", "path": "a", "size": [0, 8]}, {}, "`data.size`"),
        (ARRAYS | {"value_range": [1, 1]}, {}, "`data.value_range`: the lowest value must be below"),
        (ARRAYS | {"class_names": ["a", "a"]}, {}, "`data.class_names`"),
        ({"reader": "digits"}, {"generator": -1}, "`split.generator`"),
        ({"reader": "digits"}, {"train": 0}, "`split.train`"),
        ({"reader": "digits"}, {"validation": 0}, "`split.validation`"),
        ({"reader": "digits"}, {"test": 0}, "`split.test`"),
        ({"reader": "digits"}, {"seed": -1}, "`split.seed`"),
        ({"reader": "digits"}, {"test": 1.5}, "`split.test`"),
    ],
)
def test_impossible_values(data, split, words):
    with pytest.raises(InputError) as caught:
        parse(PreparedData, {"data": data, "split": SPLIT | split})
    assert words in str(caught.value)

"""Encoded images are read back as they were written, and what is no such file is named."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.data.encoded import EncodedImages, read_encoded, write_encoded
from sweetspot.errors import InputError


def encoded(n, seed=0):
    stream = np.random.default_rng(seed)
    features, scores = (stream.standard_normal((n, width)).astype(np.float32) for width in (5, 3))
    return EncodedImages(features, scores, np.arange(n) % 3)


def test_there_and_back_the_same_bytes_each_time(tmp_path):
    for name in ("noise=0", "train"):
        write_encoded(tmp_path, name, encoded(4))
    found = read_encoded([tmp_path], "noise=0")
    for field in ("features", "log_probabilities", "labels"):
        np.testing.assert_array_equal(getattr(found, field), getattr(encoded(4), field))
    assert (tmp_path / "noise=0.npz").read_bytes() == (tmp_path / "train.npz").read_bytes()


def test_joined_sets_stand_one_after_the_other():
    joined = EncodedImages.joined([encoded(4), encoded(2, seed=1)])
    np.testing.assert_array_equal(joined.features[4:], encoded(2, seed=1).features)
    assert joined.labels.tolist() == [0, 1, 2, 0, 0, 1]


def test_sets_of_different_networks_are_not_joined():
    other = EncodedImages(np.zeros((2, 6), np.float32), np.zeros((2, 3), np.float32), np.zeros(2, int))
    with pytest.raises(InputError, match="features of different networks"):
        EncodedImages.joined([encoded(4), other])


def test_broken_files_are_named(tmp_path):
    with pytest.raises(InputError, match=r"no folder has test\.npz; encode the images first"):
        read_encoded([tmp_path], "test")
    for content in (b"PK\x03\x04 nothing", b""):
        (tmp_path / "test.npz").write_bytes(content)
        with pytest.raises(InputError, match=r"test\.npz: not a file of encoded images"):
            read_encoded([tmp_path], "test")
    np.savez(tmp_path / "test.npz", features=np.zeros((2, 2)))
    with pytest.raises(InputError, match=r"test\.npz: not a file of encoded images"):
        read_encoded([tmp_path], "test")
    np.savez(tmp_path / "test.npz", features=np.zeros((2, 2)), log_probabilities=np.zeros((2, 3)), labels=np.zeros(3))
    with pytest.raises(InputError, match=r"test\.npz: its arrays are of different lengths"):
        read_encoded([tmp_path], "test")

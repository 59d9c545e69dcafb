"""Pools are found by the chain and the modalities that their folders are named after."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.data.sample_pools import class_pool, open_masks, slice_pool
from sweetspot.data.slice_set import SliceSet
from sweetspot.errors import InputError

STREAM = np.random.default_rng(0)
T1 = STREAM.normal(size=(6, 5, 4)).astype(np.float32)
MASKS = STREAM.integers(0, 2, (6, 4, 5, 4)).astype(np.uint8)


def pool(folder, **arrays):
    folder.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(folder / f"{name.replace('__', '=')}.npy", array)
    return folder


def test_a_class_pool_is_that_of_the_qualitys_chain(tmp_path):
    images = STREAM.normal(size=(2, 4, 1, 3, 3)).astype(np.float32)
    labels = np.arange(4)
    folders = [
        pool(tmp_path / "full", t__50=images[0], labels=labels),
        pool(tmp_path / "steps=60", **{"steps__60+t__50": images[1]}, labels=labels[::-1]),
    ]
    assert np.array_equal(class_pool(folders, "t=50")[0], images[0])
    found, found_labels = class_pool(folders, "steps=60+t=50")
    assert np.array_equal(found, images[1])
    assert isinstance(found, np.memmap)
    assert np.array_equal(found_labels, labels[::-1])


def test_another_chain_is_not_taken(tmp_path):
    folders = [pool(tmp_path / "steps=60" / "T1w", t__50=T1[:, None])]
    with pytest.raises(
        InputError, match=r"--samples: it names no folder full/NETWORK, where the samples of `t=50` are"
    ):
        slice_pool(folders, tmp_path / "masks.npy", "t=50")
    with pytest.raises(InputError, match=r"--samples: it names no folder full, where the samples of `t=50` are"):
        class_pool(folders, "t=50")


def test_missing_and_broken_files_are_named(tmp_path):
    folder = pool(tmp_path / "full", labels=np.arange(3))
    with pytest.raises(InputError, match=r"full/t=50\.npy: no such file; sample the generator again"):
        class_pool([folder], "t=50")
    (folder / "t=50.npy").write_bytes(b"\x93NUMPY broken")
    with pytest.raises(InputError, match=r"full/t=50\.npy: not a readable .npy file"):
        class_pool([folder], "t=50")


@pytest.fixture
def networks(tmp_path):
    """Folders of two networks and the file of their masks, with what they hold together."""
    images = STREAM.normal(size=(6, 3, 5, 4)).astype(np.float32)
    folders = [
        pool(tmp_path / "full" / "T1w", t__50=images[:, :1]),
        pool(tmp_path / "full" / "T2w+PDw", t__50=images[:, 1:]),
    ]
    np.save(tmp_path / "masks.npy", MASKS)
    return folders, tmp_path / "masks.npy", SliceSet(images, MASKS, np.full(6, ""))


def test_a_pool_joins_the_channels_of_several_networks(networks):
    folders, masks, data = networks
    loaded = slice_pool(folders, masks, "t=50")
    chosen = np.array([3, 0, 5])
    assert loaded.images.shape == data.images.shape
    assert len(loaded.images) == 6
    assert np.array_equal(loaded.images[chosen], data.images[chosen])
    assert np.array_equal(loaded.masks, MASKS)
    assert isinstance(loaded.masks, np.memmap)
    assert np.array_equal(loaded.has_lesion(), data.has_lesion())
    assert np.array_equal(slice_pool(folders[::-1], masks, "t=50").images[chosen], data.images[chosen][:, [1, 2, 0]])


def test_a_pool_that_does_not_fit_together_is_refused(networks):
    folders, masks, _ = networks
    with pytest.raises(InputError, match=r"t=300.npy: no such file"):
        slice_pool(folders, masks, "t=300")
    with pytest.raises(InputError, match="names no folder"):
        slice_pool([], masks, "t=50")
    with pytest.raises(InputError, match="--sample-masks: it names no file"):
        slice_pool(folders, None, "t=50")
    np.save(folders[1] / "t=50.npy", np.zeros((6, 2, 5, 3), np.float32))
    with pytest.raises(InputError, match=r"T2w\+PDw/t=50.npy: images of shape .* do not fit the masks of .*masks.npy"):
        slice_pool(folders, masks, "t=50")
    np.save(masks, MASKS[:-1])
    with pytest.raises(InputError, match=r"T1w/t=50.npy: images of shape .* do not fit the masks of .*masks.npy"):
        slice_pool(folders, masks, "t=50")


def test_other_masks_than_those_asked_for_are_refused(tmp_path):
    path = tmp_path / "masks.npy"
    with pytest.raises(InputError, match=r"masks.npy: no such file; draw the masks again"):
        open_masks(path)
    np.save(path, MASKS)
    assert np.array_equal(open_masks(path, 6), MASKS)
    with pytest.raises(InputError, match=r"masks.npy: its shape is \(6, 4, 5, 4\), not \(7, 4, height, width\); draw"):
        open_masks(path, 7)
    np.save(path, MASKS[:, :3])
    with pytest.raises(InputError, match=r"not \(6, 4, height, width\); draw the masks again"):
        open_masks(path)

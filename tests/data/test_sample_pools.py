"""Pools are found by the chain and the modalities that their folders are named after."""

from __future__ import annotations

import numpy as np
import pytest

from sweetspot.data.sample_pools import class_pool, slice_pool
from sweetspot.errors import InputError

STREAM = np.random.default_rng(0)
T1, T2, PD = STREAM.normal(size=(3, 6, 5, 4)).astype(np.float32)
MASKS = STREAM.integers(0, 2, (6, 4, 5, 4)).astype(np.uint8)
ORDER = ("T1w", "T2w", "PDw")


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


def test_slices_are_the_chosen_ones_whether_modalities_are_together_or_apart(tmp_path):
    together = [pool(tmp_path / "a" / "full" / "T1w+T2w+PDw", t__50=np.stack([T1, T2, PD], 1), masks=MASKS)]
    apart = [
        pool(tmp_path / "b" / "full" / name, t__50=values[:, None], masks=MASKS)
        for name, values in (("PDw", PD), ("T1w", T1), ("T2w", T2))
    ]
    for folders in (together, apart):
        seen = []
        slices = slice_pool(folders, "t=50", ORDER, lambda masks, seen=seen: seen.append(masks.shape) or [4, 1])
        assert np.array_equal(slices.images, np.stack([T1, T2, PD], 1)[[4, 1]])
        assert np.array_equal(slices.masks, MASKS[[4, 1]])
        assert seen == [MASKS.shape]
    swapped = slice_pool(apart, "t=50", ("T2w", "T1w"), lambda masks: [0])
    assert np.array_equal(swapped.images[0], np.stack([T2, T1], 1)[0])


def test_another_chain_is_not_taken(tmp_path):
    folders = [pool(tmp_path / "steps=60" / "T1w", t__50=T1[:, None], masks=MASKS)]
    with pytest.raises(InputError, match=r"--samples: it names no folder full/T1w, where the samples of `t=50` are"):
        slice_pool(folders, "t=50", ["T1w"], lambda masks: [0])
    with pytest.raises(InputError, match=r"--samples: it names no folder full, where the samples of `t=50` are"):
        class_pool(folders, "t=50")


def test_missing_and_broken_files_are_named(tmp_path):
    folder = pool(tmp_path / "full", labels=np.arange(3))
    with pytest.raises(InputError, match=r"full/t=50\.npy: no such file; sample"):
        class_pool([folder], "t=50")
    (folder / "t=50.npy").write_bytes(b"\x93NUMPY broken")
    with pytest.raises(InputError, match=r"full/t=50\.npy: not a readable .npy file"):
        class_pool([folder], "t=50")

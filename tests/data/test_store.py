"""The sample store and the program that writes it: whole or absent, and checked whenever it is read."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.config.data import Split
from sweetspot.data import store
from sweetspot.data.images import LabelledImages
from sweetspot.data.manifest import read_manifest
from sweetspot.data.parts import PARTS
from sweetspot.data.split import split_images
from sweetspot.errors import InputError

PROGRAM = Path(__file__).parents[2] / "scripts" / "prepare_data.py"
SPLIT = Split(generator=10, train=12, validation=6, test=8)


@pytest.fixture
def data():
    stream = np.random.default_rng(0)
    names = ('say "cheese", please', "NA", "None")
    return LabelledImages(
        stream.uniform(-1, 1, (40, 2, 3, 4)).astype(np.float32),
        np.arange(40) % 3,
        names,
        tuple(f"{names[i % 3]}/{i:04}" for i in range(40)),
    )


@pytest.fixture
def stored(tmp_path, data):
    """Paths of the images and of the manifest of a store."""
    paths = tmp_path / "images.npy", tmp_path / "split.csv"
    store.write_store(*paths, data, split_images(data, SPLIT))
    return paths


def test_round_trip(stored, data):
    split = split_images(data, SPLIT)
    for part in PARTS:
        images, labels = store.load_part(*stored, part)
        assert np.array_equal(images, data.images[split.parts[part]])
        assert images.dtype == np.float32
        assert np.array_equal(labels, data.labels[split.parts[part]])
        assert labels.dtype == np.int64
    assert store.class_names(stored[1]) == data.class_names
    manifest = read_manifest(stored[1], store.COLUMNS, PARTS)
    assert tuple(manifest.columns) == store.COLUMNS
    assert manifest["id"].tolist() == [data.ids[i] for part in PARTS for i in split.parts[part]]
    assert set(manifest["class"]) == set(data.class_names)
    assert set(manifest["subject"]) == {""}


def test_images_are_mapped_and_changes_stay_in_memory(stored):
    images, _ = store.load_part(*stored, "train")
    assert isinstance(images, np.memmap)
    before = images[0].copy()
    images[0] = 0
    assert np.array_equal(store.load_part(*stored, "train")[0][0], before)


def edit(path: Path, change) -> None:
    manifest = pd.read_csv(path, keep_default_na=False)
    change(manifest).to_csv(path, index=False)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda m: m.assign(sha256=m["sha256"].where(m.index != 35, m["sha256"][0])), "identical images"),
        (lambda m: m.assign(subject=["s" if i in (0, 35) else "" for i in m.index]), "one subject"),
        (lambda m: m.assign(part=m["part"].replace("test", "exam")), "unknown part 'exam'"),
        (lambda m: m.drop(columns="domain"), "columns"),
        (lambda m: m.iloc[::-1], "numbered"),
        (lambda m: m.iloc[:-1], "35 rows"),
        (lambda m: m.assign(label="cat"), "not a readable manifest"),
    ],
)
def test_damaged_manifest(stored, change, word):
    edit(stored[1], change)
    with pytest.raises(InputError, match=word) as caught:
        store.load_part(*stored, "train")
    assert "split.csv" in str(caught.value)


def test_damaged_images(stored):
    whole = stored[0].read_bytes()
    stored[0].write_bytes(whole[:-8])
    with pytest.raises(InputError, match=r"images.npy: not a readable .npy file"):
        store.load_part(*stored, "train")
    np.save(stored[0], np.zeros((36, 2)))
    with pytest.raises(InputError, match=r"images.npy: it holds float64"):
        store.load_part(*stored, "train")
    stored[0].unlink()
    with pytest.raises(InputError, match=r"images.npy: no such file"):
        store.load_part(*stored, "train")
    with pytest.raises(InputError, match="unknown part 'exam'"):
        store.load_part(*stored, "exam")


def test_store_with_an_image_in_two_parts_is_not_written(tmp_path, data):
    split = split_images(data, SPLIT)
    split.parts["test"][0] = split.parts["train"][0]
    with pytest.raises(InputError, match="identical images"):
        store.write_store(tmp_path / "images.npy", tmp_path / "split.csv", data, split)
    assert list(tmp_path.iterdir()) == []


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("what", ["images", "manifest"])
def test_full_disk(tmp_path, data, monkeypatch, what):
    split = split_images(data, SPLIT)
    if what == "images":
        writer = store.array_writer
        monkeypatch.setattr(store, "array_writer", lambda path, shape: writer(FULL, shape))
    else:
        to_csv = pd.DataFrame.to_csv
        monkeypatch.setattr(pd.DataFrame, "to_csv", lambda table, path, **keys: to_csv(table, FULL, **keys))
    name = {"images": "images.npy", "manifest": "split.csv"}[what]
    with pytest.raises(InputError, match=f"{name}: .*No space left on device.* free some space"):
        store.write_store(tmp_path / "images.npy", tmp_path / "split.csv", data, split)
    assert list(tmp_path.iterdir()) == []


def prepare(folder: Path, config: dict, **keys) -> subprocess.CompletedProcess:
    out = ["--images", str(folder / "out" / "images.npy"), "--split-table", str(folder / "out" / "split.csv")]
    command = [sys.executable, str(PROGRAM), "--config", json.dumps(config), *out]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **keys)


DIGITS = {"data": {"reader": "digits"}, "split": SPLIT.model_dump() | {"generator": 600, "train": 500}}
DIGITS["split"] |= {"validation": 200, "test": 400}


def test_program(tmp_path):
    result = prepare(tmp_path, DIGITS)
    assert (result.returncode, result.stderr) == (0, "")
    assert "1,797 images" in result.stdout
    out = tmp_path / "out"
    assert sorted(file.name for file in out.iterdir()) == ["images.npy", "split.csv"]
    images, labels = store.load_part(out / "images.npy", out / "split.csv", "train")
    assert images.shape == (500, 1, 8, 8)
    assert np.all(np.abs(np.bincount(labels) - 50) <= 2)
    assert str(tmp_path) not in (out / "split.csv").read_text()
    before = [(out / name).read_bytes() for name in ("images.npy", "split.csv")]
    prepare(tmp_path, DIGITS)
    assert [(out / name).read_bytes() for name in ("images.npy", "split.csv")] == before


def one_line(result: subprocess.CompletedProcess, *words: str) -> None:
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


def test_program_that_may_not_write_enough_leaves_nothing(tmp_path):
    limit = (200_000, 200_000)
    result = prepare(tmp_path, DIGITS, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    one_line(result, "images.npy")
    assert list((tmp_path / "out").iterdir()) == []


def test_program_refuses_a_split_before_reading(tmp_path):
    one_line(prepare(tmp_path, DIGITS | {"split": SPLIT.model_dump() | {"train": 1800}}), "`split`", "1,797")
    assert not (tmp_path / "out").exists()


def test_program_names_a_wrong_key(tmp_path):
    result = prepare(tmp_path, {"data": {"reader": "cifar10", "pth": "x"}, "split": DIGITS["split"]})
    assert result.returncode == 1
    assert "did you mean `path`?" in result.stderr
    assert "Traceback" not in result.stderr

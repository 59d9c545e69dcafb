"""Small CIFAR-10 data sets in the official format, and other sources, written to temporary folders."""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
import tarfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sweetspot.config.data import Cifar10

NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")


def python2_pickle(value) -> bytes:
    """`value` as Python 2 pickled it with protocol 2, as in the official archive."""
    return b"\x80\x02" + _python2(value) + b"."


def _python2(value) -> bytes:
    match value:
        case int():
            return b"J" + struct.pack("<i", value)
        case bytes() if len(value) < 256:
            return b"U" + bytes([len(value)]) + value
        case bytes():
            return b"T" + struct.pack("<i", len(value)) + value
        case list():
            return b"](" + b"".join(map(_python2, value)) + b"e"
        case dict():
            return b"}(" + b"".join(_python2(k) + _python2(v) for k, v in value.items()) + b"u"
        case np.ndarray():
            shape = b"(" + b"".join(map(_python2, value.shape)) + b"t"
            dtype = b"cnumpy\ndtype\nU\x02" + value.dtype.str[1:].encode() + b"K\x00K\x01\x87R"
            dtype += b"(K\x03U\x01|NNN" + _python2(-1) + _python2(-1) + b"K\x00tb"
            start = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
            return start + b"(K\x01" + shape + dtype + b"\x89" + _python2(value.tobytes()) + b"tb"
    raise TypeError(type(value))


def python3_pickle(value) -> bytes:
    """`value` as today's numpy and Python pickle it with protocol 2."""
    return pickle.dumps(value, protocol=2)


def contents(images_per_batch: int = 10) -> dict[str, dict]:
    """The dictionaries of the seven files: random pixels, labels 0, 1, ..., 9, 0, ..."""
    stream = np.random.default_rng(0)
    files: dict[str, dict] = {
        "batches.meta": {
            b"num_cases_per_batch": images_per_batch,
            b"label_names": [name.encode() for name in NAMES],
            b"num_vis": 3072,
        }
    }
    for batch in BATCHES:
        files[batch] = {
            b"batch_label": batch.encode(),
            b"labels": [i % 10 for i in range(images_per_batch)],
            b"data": stream.integers(0, 256, (images_per_batch, 3072), dtype=np.uint8),
            b"filenames": [f"{batch}_{i}.png".encode() for i in range(images_per_batch)],
        }
    return files


def source_of(path: Path) -> Cifar10:
    """The config of the archive `path`, with its own checksum."""
    return Cifar10(reader="cifar10", path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def write_archive(path: Path, files: dict[str, bytes], extra=()) -> Cifar10:
    """A `.tar.gz` of `files` in the official folder, before them the members `extra`."""
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for member in extra:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
        for name, data in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return source_of(path)


def pickled(files: dict[str, dict], form=python2_pickle) -> dict[str, bytes]:
    return {name: form(content) for name, content in files.items()}


@pytest.fixture
def cifar() -> SimpleNamespace:
    return SimpleNamespace(
        names=NAMES,
        batches=BATCHES,
        contents=contents,
        pickled=pickled,
        python2_pickle=python2_pickle,
        python3_pickle=python3_pickle,
        source_of=source_of,
        write_archive=write_archive,
    )

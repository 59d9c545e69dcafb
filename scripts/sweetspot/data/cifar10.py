"""Reader of CIFAR-10 in its official python form: an archive, or the folder it unpacks to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from sweetspot.config.data import CIFAR10_SHA256, Cifar10
from sweetspot.data.images import LabelledImages, from_bytes
from sweetspot.data.safe_archive import read_members
from sweetspot.data.safe_pickle import ForbiddenPickle, loads
from sweetspot.errors import InputError
from sweetspot.files import sha256_of_file

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
IMAGES_PER_CLASS = 6_000
SHAPE = (3, 32, 32)
META = "batches.meta"
BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")
# As torchvision checks them; the folder has no checksum of its own.
OFFICIAL_MD5 = {
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}
# An official batch has 31 million bytes, and the archive unpacks to 186 million.
LARGEST_FILE = 64 * 2**20
LARGEST_ARCHIVE = 256 * 2**20


def read(source: Cifar10) -> LabelledImages:
    """The five training batches and the test batch, pooled; shape (n, 3, 32, 32).

    Raises
    ------
    InputError : the path does not exist, has another checksum than `source.sha256`, is unsafe, broken or
        incomplete, or holds other data than CIFAR-10.
    """
    path = Path(source.path)
    _check_path(path)
    files = (_read_folder if path.is_dir() else _read_archive)(path, source.sha256)
    names = _class_names(path, files.pop(META))
    pixels, labels, ids = [], [], []
    for batch in BATCHES:
        batch_pixels, batch_labels = _batch(path, batch, files.pop(batch), len(names))
        pixels.append(batch_pixels)
        labels.append(batch_labels)
        ids += [f"{batch}/{i}" for i in range(len(batch_labels))]
    return LabelledImages(from_bytes(np.concatenate(pixels)), np.concatenate(labels), names, tuple(ids))


def class_counts(source: Cifar10) -> dict[str, int] | None:
    """Number of images of each class, without reading the file; None where only the file can tell.

    Raises
    ------
    InputError : the path does not exist.
    """
    _check_path(Path(source.path))
    return dict.fromkeys(CLASS_NAMES, IMAGES_PER_CLASS) if source.sha256 == CIFAR10_SHA256 else None


def _check_path(path: Path) -> None:
    if not path.exists():
        raise InputError(
            f"{path}: no such file or folder; download cifar-10-python.tar.gz from "
            "https://www.cs.toronto.edu/~kriz/cifar.html or correct the key `path`"
        )


def _read_archive(path: Path, sha256: str) -> dict[str, bytes]:
    found = sha256_of_file(path)
    if found != sha256:
        raise InputError(
            f"{path}: its SHA-256 is {found}, not {sha256}; the file may be truncated: download it again, "
            "or, if it is the one you mean, put its checksum into the key `sha256`"
        )
    files = read_members(path, {META, *BATCHES}, LARGEST_FILE, LARGEST_ARCHIVE)
    missing = [name for name in (META, *BATCHES) if name not in files]
    if missing:
        raise InputError(f"{path}: the archive has no file {missing[0]}; get the complete archive")
    return files


def _read_folder(path: Path, sha256: str) -> dict[str, bytes]:
    files = {}
    for name in (META, *BATCHES):
        file = path / name
        if not file.is_file():
            raise InputError(f"{file}: no such file; unpack the complete archive and give the folder inside it")
        if file.stat().st_size > LARGEST_FILE:
            raise InputError(f"{file}: larger than the {LARGEST_FILE:,} bytes that are allowed")
        files[name] = file.read_bytes()
    digest = hashlib.sha256()
    for data in files.values():
        digest.update(data)
    found = digest.hexdigest()
    if sha256 == CIFAR10_SHA256:
        for name, data in files.items():
            if hashlib.md5(data, usedforsecurity=False).hexdigest() != OFFICIAL_MD5[name]:
                raise InputError(
                    f"{path / name}: it differs from the official file; unpack the official archive again, "
                    f"or, if this folder is the one you mean, set the key `sha256` to {found}"
                )
    elif found != sha256:
        raise InputError(
            f"{path}: the SHA-256 of its files is {found}, not {sha256}; unpack the archive again, or, if "
            "this folder is the one you mean, put its checksum into the key `sha256`"
        )
    return files


def _load(path: Path, name: str, data: bytes) -> dict[str, Any]:
    try:
        content = loads(data)
    except ForbiddenPickle as error:
        raise InputError(f"{path}: {name}: {error}; do not use this file, get the original archive") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: {name}: it holds no dictionary; get the original archive")
    # Python 2 wrote the keys as bytes, Python 3 writes them as text.
    return {key.decode("latin1") if isinstance(key, bytes) else str(key): value for key, value in content.items()}


def _class_names(path: Path, data: bytes) -> tuple[str, ...]:
    names = _load(path, META, data).get("label_names")
    if not isinstance(names, list) or not names or not all(isinstance(name, str | bytes) for name in names):
        raise InputError(f"{path}: {META}: `label_names` is not a list of names; get the original archive")
    text = tuple(name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in names)
    if len(set(text)) < len(text) or not all(name and name.isprintable() for name in text):
        raise InputError(f"{path}: {META}: `label_names` are not distinct, printable names; get the original archive")
    return text


def _batch(path: Path, name: str, data: bytes, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixels, uint8 of shape (n, 3, 32, 32), and labels, int64 of shape (n,)."""
    content = _load(path, name, data)
    pixels, labels = content.get("data"), content.get("labels")
    if (
        not isinstance(pixels, np.ndarray)
        or pixels.dtype != np.uint8
        or pixels.ndim != 2
        or pixels.shape[1] != np.prod(SHAPE)
    ):
        raise InputError(
            f"{path}: {name}: `data` is not an array of bytes of shape (n, 3072); get the original archive"
        )
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise InputError(f"{path}: {name}: `labels` is not a list of integers; get the original archive")
    if len(labels) != len(pixels):
        raise InputError(f"{path}: {name}: {len(pixels)} images but {len(labels)} labels; get the original archive")
    wrong = next((label for label in labels if not 0 <= label < classes), None)
    if wrong is not None:
        raise InputError(f"{path}: {name}: the label {wrong} is not in 0..{classes - 1}; get the original archive")
    return pixels.reshape(-1, *SHAPE), np.array(labels, dtype=np.int64)

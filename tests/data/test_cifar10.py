"""CIFAR-10: both official forms are read, and everything that is not quite CIFAR-10 is refused."""

from __future__ import annotations

import hashlib
import pickle
import tarfile

import numpy as np
import pytest

from sweetspot.config.data import CIFAR10_SHA256, Cifar10
from sweetspot.data import cifar10
from sweetspot.data.readers import class_counts, image_shape, read
from sweetspot.data.safe_archive import read_members
from sweetspot.errors import InputError


def refused(source: Cifar10, *words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(source)
    message = str(caught.value)
    assert source.path in message
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("form", ["python2_pickle", "python3_pickle"])
def test_archive_pools_train_and_test(tmp_path, cifar, form):
    files = cifar.contents()
    data = read(cifar.write_archive(tmp_path / "c.tar.gz", cifar.pickled(files, getattr(cifar, form))))
    assert data.images.shape == (60, 3, 32, 32)
    assert data.images.dtype == np.float32
    assert data.labels.dtype == np.int64
    assert data.class_names == cifar.names
    assert data.ids[0] == "data_batch_1/0"
    assert data.ids[59] == "test_batch/9"
    assert np.array_equal(data.labels, np.tile(np.arange(10), 6))
    pixels = np.concatenate([files[batch][b"data"] for batch in cifar.batches])
    assert np.array_equal(np.rint((data.images.reshape(60, -1) + 1) * 127.5), pixels)
    assert data.images.min() == -1
    assert data.images.max() == 1


def test_python2_form_is_what_pickle_itself_reads(cifar):
    content = cifar.contents(2)["data_batch_1"]
    loaded = pickle.loads(cifar.python2_pickle(content), encoding="bytes")
    assert np.array_equal(loaded.pop(b"data"), content.pop(b"data"))
    assert loaded == content


def folder(tmp_path, cifar, sha256=None):
    path = tmp_path / "cifar-10-batches-py"
    path.mkdir()
    files = cifar.pickled(cifar.contents())
    for name, data in files.items():
        (path / name).write_bytes(data)
    digest = hashlib.sha256(b"".join(files[name] for name in ("batches.meta", *cifar.batches))).hexdigest()
    return Cifar10(reader="cifar10", path=str(path), sha256=sha256 or digest)


def test_folder_is_read_like_the_archive(tmp_path, cifar):
    data = read(folder(tmp_path, cifar))
    same = read(cifar.write_archive(tmp_path / "c.tar.gz", cifar.pickled(cifar.contents())))
    assert np.array_equal(data.images, same.images)
    assert data.ids == same.ids


def test_folder_that_differs_from_the_official_names_file_and_checksum(tmp_path, cifar):
    accepted = folder(tmp_path, cifar)
    refused(accepted.model_copy(update={"sha256": CIFAR10_SHA256}), "batches.meta", accepted.sha256)
    refused(accepted.model_copy(update={"sha256": "0" * 64}), accepted.sha256)


def test_official_folder_is_recognised(tmp_path, cifar, monkeypatch):
    source = folder(tmp_path, cifar, CIFAR10_SHA256)
    files = cifar.pickled(cifar.contents())
    monkeypatch.setattr(cifar10, "OFFICIAL_MD5", {name: hashlib.md5(data).hexdigest() for name, data in files.items()})
    assert len(read(source).images) == 60


def test_incomplete_folder(tmp_path, cifar):
    source = folder(tmp_path, cifar)
    (tmp_path / "cifar-10-batches-py" / "data_batch_4").unlink()
    refused(source, "data_batch_4")


def test_missing_path(tmp_path):
    refused(Cifar10(reader="cifar10", path=str(tmp_path / "absent.tar.gz")), "no such file")


def test_other_checksum_is_named(tmp_path, cifar):
    source = cifar.write_archive(tmp_path / "c.tar.gz", cifar.pickled(cifar.contents()))
    refused(source.model_copy(update={"sha256": CIFAR10_SHA256}), source.sha256, "`sha256`")


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.6, 0.99, 0.9999])
def test_truncated_archive(tmp_path, cifar, kept):
    path = tmp_path / "c.tar.gz"
    cifar.write_archive(path, cifar.pickled(cifar.contents()))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    refused(cifar.source_of(path), "truncated")


def test_flipped_bytes(tmp_path, cifar):
    path = tmp_path / "c.tar.gz"
    cifar.write_archive(path, cifar.pickled(cifar.contents()))
    data = bytearray(path.read_bytes())
    for i in range(5000, 5100):
        data[i] ^= 0x5A
    path.write_bytes(data)
    refused(cifar.source_of(path), "broken")


def test_not_a_gzip_file(tmp_path, cifar):
    path = tmp_path / "c.tar.gz"
    path.write_bytes(b"<html>not found</html>" * 100)
    refused(cifar.source_of(path), "not a gzip file")


def test_missing_batch_in_the_archive(tmp_path, cifar):
    files = cifar.pickled(cifar.contents())
    del files["data_batch_3"]
    refused(cifar.write_archive(tmp_path / "c.tar.gz", files), "data_batch_3")


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "extra",
    [
        member("../outside"),
        member("cifar-10-batches-py/../../outside"),
        member("/etc/outside"),
        member("outside", tarfile.SYMTYPE, "/etc/passwd"),
        member("cifar-10-batches-py/data_batch_1", tarfile.LNKTYPE, "/etc/passwd"),
        member("outside", tarfile.CHRTYPE),
        member("outside", tarfile.BLKTYPE),
        member("outside", tarfile.FIFOTYPE),
    ],
    ids=lambda info: f"{info.name} {info.type.decode()}",
)
@pytest.mark.parametrize("first", [True, False])
def test_unsafe_member(tmp_path, cifar, extra, first):
    path, files = tmp_path / "c.tar.gz", cifar.pickled(cifar.contents())
    if first:
        source = cifar.write_archive(path, files, [extra])
    else:
        with tarfile.open(tmp_path / "c.tar", "w") as archive:
            for name, data in files.items():
                (tmp_path / name).write_bytes(data)
                archive.add(tmp_path / name, f"cifar-10-batches-py/{name}")
                (tmp_path / name).unlink()
            archive.addfile(extra)
        import gzip

        path.write_bytes(gzip.compress((tmp_path / "c.tar").read_bytes(), 1))
        (tmp_path / "c.tar").unlink()
        source = cifar.source_of(path)
    refused(source, extra.name, "do not use this file")
    assert [entry.name for entry in tmp_path.iterdir()] == ["c.tar.gz"]


def test_batch_that_comes_twice(tmp_path, cifar):
    source = cifar.write_archive(tmp_path / "c.tar.gz", cifar.pickled(cifar.contents()), [member("other/data_batch_1")])
    refused(source, "data_batch_1 twice")


def test_batch_that_declares_a_huge_size(tmp_path, cifar):
    huge = tarfile.TarInfo("cifar-10-batches-py/data_batch_1")
    huge.size = 10**12
    path = tmp_path / "c.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.fileobj.write(huge.tobuf(tarfile.GNU_FORMAT))
    refused(cifar.source_of(path), "1,000,000,000,000 bytes")


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_archive_that_unpacks_to_too_much(tmp_path, cifar, kind):
    bomb = member("zeros", kind)
    bomb.size = 20 * 2**20
    path = tmp_path / "c.tar.gz"
    cifar.write_archive(path, {}, [bomb])
    assert path.stat().st_size < 2**20
    with pytest.raises(InputError, match="unpacks to more than"):
        read_members(path, {"data_batch_1"}, largest=2**20, total=10 * 2**20)


class Call:
    """Pickles as a call of `function`."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def test_pickle_with_a_forbidden_object_runs_nothing(tmp_path, cifar):
    import os

    mark = tmp_path / "mark"
    files = cifar.pickled(cifar.contents())
    files["data_batch_2"] = cifar.python3_pickle({b"data": Call(os.mkdir, str(mark))})
    refused(cifar.write_archive(tmp_path / "c.tar.gz", files), "data_batch_2", "mkdir")
    assert not mark.exists()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"cbuiltins\neval\n(U\x011tR.", id="eval"),
        pytest.param(b"cnumpy\nload\n.", id="other numpy function"),
        pytest.param(b"cnumpy\ndtype\n}U\x01aK\x01sb.", id="alters a function"),
        pytest.param(b"]r\xff\xff\xff\x7f.", id="huge memo"),
        pytest.param(b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.", id="huge string"),
        pytest.param(b"(((((.", id="broken"),
        pytest.param(pickle.dumps({b"data": np.array([{}, None])}, 2), id="array of objects"),
        pytest.param(pickle.dumps({b"data": np.zeros(2, "U3")}, 2), id="array of text"),
        pytest.param(pickle.dumps({b"data": {1, 2}}, 2), id="set"),
        pytest.param(pickle.dumps([1, 2], 2), id="list"),
        pytest.param(pickle.dumps({b"data": np.zeros((3, 3), np.uint8)}, 2)[:-20], id="truncated"),
    ],
)
def test_bad_pickle(tmp_path, cifar, data):
    files = cifar.pickled(cifar.contents())
    files["data_batch_2"] = data
    refused(cifar.write_archive(tmp_path / "c.tar.gz", files), "data_batch_2", "original archive")


def test_array_with_more_elements_than_bytes(tmp_path, cifar):
    files = cifar.pickled(cifar.contents(2))
    true, false = (b"J" + n.to_bytes(4, "little") for n in (2, 2**30))
    assert true in files["data_batch_5"]
    files["data_batch_5"] = files["data_batch_5"].replace(b"(K\x01(" + true, b"(K\x01(" + false)
    refused(cifar.write_archive(tmp_path / "c.tar.gz", files), "data_batch_5", "shape")


@pytest.mark.parametrize(
    ("name", "change", "word"),
    [
        ("data_batch_1", {b"labels": [10] + [0] * 9}, "label 10 is not in 0..9"),
        ("data_batch_1", {b"labels": [-1] + [0] * 9}, "label -1"),
        ("data_batch_1", {b"labels": [0] * 9}, "10 images but 9 labels"),
        ("test_batch", {b"labels": [b"cat"] * 10}, "`labels`"),
        ("test_batch", {b"labels": 3}, "`labels`"),
        ("test_batch", {b"data": np.zeros((10, 3072), np.int32)}, "`data`"),
        ("test_batch", {b"data": np.zeros((10, 784), np.uint8)}, "`data`"),
        ("test_batch", {b"data": np.zeros(3072, np.uint8)}, "`data`"),
        ("test_batch", {b"data": [0]}, "`data`"),
        ("batches.meta", {b"label_names": 3}, "`label_names`"),
        ("batches.meta", {b"label_names": []}, "`label_names`"),
    ],
)
def test_other_content(tmp_path, cifar, name, change, word):
    files = cifar.contents()
    files[name].update(change)
    refused(cifar.write_archive(tmp_path / "c.tar.gz", cifar.pickled(files)), name, word)


def test_counts_are_known_for_the_official_archive_only(tmp_path):
    absent = Cifar10(reader="cifar10", path=str(tmp_path / "absent"))
    with pytest.raises(InputError, match="absent: no such file or folder; download"):
        class_counts(absent)
    official = Cifar10(reader="cifar10", path=str(tmp_path))
    counts = class_counts(official)
    assert sum(counts.values()) == 60_000
    assert set(counts.values()) == {6_000}
    assert image_shape(official) == (3, 32, 32)
    assert class_counts(official.model_copy(update={"sha256": "0" * 64})) is None

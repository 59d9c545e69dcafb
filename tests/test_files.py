"""A file or folder is whole or absent, whatever happens while it is written."""

from __future__ import annotations

import errno
import hashlib
import os
import time

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.files import HOST, array_writer, atomic_path, growing_array_writer, sha256_of_file


class Stop(Exception):
    """Stands for any error of a writer."""


def fail_while_writing(target, error=Stop, folder=False):
    with atomic_path(target) as temporary:
        if folder:
            temporary.mkdir()
        (temporary / "a" if folder else temporary).write_text("half")
        raise error


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def test_a_file_appears_under_its_name_and_nothing_else_is_left(tmp_path):
    with atomic_path(tmp_path / "deep" / "a.csv") as temporary:
        temporary.write_text("x")
        assert not (tmp_path / "deep" / "a.csv").exists()
        assert temporary.parent == tmp_path / "deep"  # a rename must not cross a file system
        assert temporary.suffix == ".csv"
    assert names(tmp_path / "deep") == ["a.csv"]
    assert (tmp_path / "deep" / "a.csv").read_text() == "x"


@pytest.mark.parametrize("error", [Stop, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_neither_target_nor_temporary(tmp_path, error):
    with pytest.raises(error):
        fail_while_writing(tmp_path / "a.csv", error)
    assert names(tmp_path) == []


def test_a_failure_leaves_the_old_file(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(Stop):
        fail_while_writing(tmp_path / "a.csv")
    assert names(tmp_path) == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "old"


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path):
    for version, members in (("1", ["a", "b"]), ("2", ["b", "c"])):
        with atomic_path(tmp_path / "samples") as folder:
            (folder / "inner").mkdir(parents=True)
            for member in members:
                (folder / "inner" / member).write_text(version)
    assert names(tmp_path) == ["samples"]
    assert names(tmp_path / "samples" / "inner") == ["b", "c"]
    assert (tmp_path / "samples" / "inner" / "b").read_text() == "2"


def test_a_failure_leaves_the_old_folder(tmp_path):
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "a").write_text("old")
    with pytest.raises(Stop):
        fail_while_writing(tmp_path / "samples", folder=True)
    assert names(tmp_path) == ["samples"]
    assert (tmp_path / "samples" / "a").read_text() == "old"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_writer_that_writes_nothing_fails_and_leaves_what_was_there(tmp_path, kind):
    target = tmp_path / "a"
    if kind == "folder":
        target.mkdir()
    (target / "b" if kind == "folder" else target).write_text("old")
    with pytest.raises(FileNotFoundError), atomic_path(target):
        pass
    assert names(tmp_path) == ["a"]
    assert (target / "b" if kind == "folder" else target).read_text() == "old"


def test_what_a_killed_process_left_is_overwritten(tmp_path):
    with pytest.raises(Stop), atomic_path(tmp_path / "samples") as place:
        raise Stop
    place.mkdir()
    (place / "stale").write_text("half")
    with atomic_path(tmp_path / "samples") as folder:
        assert folder == place
        assert not folder.exists()
        folder.mkdir()
        (folder / "fresh").write_text("whole")
    assert names(tmp_path) == ["samples"]
    assert names(tmp_path / "samples") == ["fresh"]


def test_bytes_reach_the_disk_before_the_name_changes(tmp_path, monkeypatch):
    """Otherwise a power cut could leave an empty file under the final name."""
    events = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda number: (events.append("sync"), sync(number)))
    monkeypatch.setattr(os, "replace", lambda *paths: (events.append("rename"), replace(*paths)))
    with atomic_path(tmp_path / "samples") as folder:
        (folder / "inner").mkdir(parents=True)
        (folder / "a").write_text("x")
        (folder / "inner" / "b").write_text("x")
    assert events == ["sync", "sync", "rename"]


def test_sha256_is_of_all_bytes(tmp_path):
    data = os.urandom(300_000)
    (tmp_path / "a").write_bytes(data)
    assert sha256_of_file(tmp_path / "a") == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_one_error_that_names_the_file_and_keeps_the_old_content(tmp_path, number):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(InputError, match=r"table\.csv: it cannot be written whole .* free some space") as caught:
        fail_while_writing(path, OSError(number, os.strerror(number)))
    assert "\n" not in str(caught.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_errors_of_the_system_pass(tmp_path):
    with pytest.raises(PermissionError), atomic_path(tmp_path / "a"):
        raise PermissionError(errno.EACCES, "denied")


def test_chunks_make_the_file_that_numpy_reads(tmp_path):
    array = np.random.default_rng(0).standard_normal((7, 2, 3)).astype(np.float32)
    with array_writer(tmp_path / "a.npy", array.shape) as append:
        for rows in (array[:3], array[3:3], array[3:].astype(np.float64)):
            append(rows)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), array)
    np.save(tmp_path / "b.npy", array)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


@pytest.mark.parametrize("name", ["a", "b-2.csv"])
def test_a_writer_that_lives_is_left_alone_and_what_a_dead_one_left_is_removed(tmp_path, name):
    living, dead = (tmp_path / f".partial-{HOST}-{pid}-{name}" for pid in (os.getppid(), 999999999))
    for left in (living, dead):
        left.write_text("half")
    with atomic_path(tmp_path / name) as temporary:
        temporary.write_text("whole")
    assert living.exists()
    assert not dead.exists()
    assert (tmp_path / name).read_text() == "whole"


def test_what_a_writer_on_another_host_left_is_removed_after_a_day(tmp_path):
    """Its process cannot be asked for, and has the number of none here."""
    recent, old = (tmp_path / f".partial-00000000-{pid}-a" for pid in (999999999, 999999998))
    for left in (recent, old):
        left.write_text("half")
    os.utime(old, (time.time() - 90_000,) * 2)
    with atomic_path(tmp_path / "a") as temporary:
        temporary.write_text("whole")
    assert recent.exists()
    assert not old.exists()


@pytest.mark.parametrize("dtype", ["uint8", "float32", "int64"])
@pytest.mark.parametrize("rows", [0, 1, 7, 12345])
def test_rows_appended_make_the_file_that_numpy_writes(tmp_path, dtype, rows):
    array = np.random.default_rng(0).integers(0, 200, (rows, 2, 3)).astype(dtype)
    with growing_array_writer(tmp_path / "a.npy", (2, 3), dtype) as append:
        for part in np.array_split(array, 3):
            append(part)
        append(array[:0].astype(np.float64))
    np.save(tmp_path / "b.npy", array)
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy", mmap_mode="r" if rows else None), array)


def test_a_file_never_replaces_a_folder(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "scan").write_text("precious")
    with pytest.raises(InputError, match=r"data: it is a folder"), atomic_path(folder) as temporary:
        temporary.write_text("a file")
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "scan"]


def test_a_path_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"file/out: it cannot be written"), atomic_path(tmp_path / "file" / "out"):
        pass

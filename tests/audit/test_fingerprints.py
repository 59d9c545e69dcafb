"""Hashes of large files are kept, and never outlive the bytes that they are of."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from sweetspot.audit import fingerprints
from sweetspot.audit.fingerprints import fingerprint


@pytest.fixture
def hashed(monkeypatch):
    """Every file is large, and settled; the list of those that are read."""
    read = []

    def sha256(path):
        read.append(path.name)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(fingerprints, "LARGE", 0)
    monkeypatch.setattr(fingerprints, "SETTLED", 0.0)
    monkeypatch.setattr(fingerprints, "sha256_of_file", sha256)
    return read


def test_a_file_is_the_sha256_of_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    found = fingerprint(tmp_path / "a", tmp_path / "none")
    assert (found.sha256, found.size, found.files) == (hashlib.sha256(b"abc").hexdigest(), 3, None)


def test_a_folder_changes_with_the_names_and_bytes_in_it_and_with_nothing_else(tmp_path):
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "a").write_text("a")
    (folder / "deep/b").write_text("b")
    first = fingerprint(folder, folder.parent / "none")
    assert set(first.files) == {"a", "deep/b"}
    assert first.size == 2
    (folder / ".half-written").write_text("x")
    os.utime(folder / "a", (1, 1))
    assert fingerprint(folder, folder.parent / "none") == first
    (folder / "a").rename(folder / "c")
    renamed = fingerprint(folder, folder.parent / "none")
    (folder / "c").write_text("d")
    assert len({first.sha256, renamed.sha256, fingerprint(folder, folder.parent / "none").sha256}) == 3


def test_an_unchanged_large_file_is_read_once_unless_it_is_forced(tmp_path, hashed):
    (tmp_path / "a").write_bytes(b"abc")
    time.sleep(0.01)
    found = [fingerprint(tmp_path / "a", tmp_path / "cache") for _ in range(3)]
    assert hashed == ["a"]
    assert fingerprint(tmp_path / "a", tmp_path / "cache", rehash=True) == found[0] == found[2]
    assert hashed == ["a", "a"]


def test_what_is_forced_corrects_what_was_kept(tmp_path, hashed):
    (tmp_path / "a").write_bytes(b"abc")
    time.sleep(0.01)
    right = fingerprint(tmp_path / "a", tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    entry.write_text(entry.read_text().replace(right.sha256, "0" * 64))
    assert fingerprint(tmp_path / "a", tmp_path / "cache").sha256 == "0" * 64
    assert fingerprint(tmp_path / "a", tmp_path / "cache", rehash=True) == right
    assert fingerprint(tmp_path / "a", tmp_path / "cache") == right


def test_without_a_place_to_keep_it_the_hash_is_the_same(tmp_path, hashed):
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "cache").write_text("no folder")
    time.sleep(0.01)
    assert fingerprint(tmp_path / "a", tmp_path / "cache").sha256 == hashlib.sha256(b"abc").hexdigest()


def test_a_change_shows_even_if_its_size_and_time_are_put_back(tmp_path, hashed):
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    time.sleep(0.01)
    before = fingerprint(file, tmp_path / "cache")
    about = file.stat()
    file.write_bytes(b"abd")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert file.stat().st_mtime_ns == about.st_mtime_ns
    assert fingerprint(file, tmp_path / "cache") != before


def test_a_file_that_has_just_changed_is_not_kept(tmp_path, hashed, monkeypatch):
    monkeypatch.setattr(fingerprints, "SETTLED", 60.0)
    (tmp_path / "a").write_bytes(b"abc")
    for _ in range(2):
        fingerprint(tmp_path / "a", tmp_path / "cache")
    assert hashed == ["a", "a"]


def test_a_damaged_entry_is_made_anew(tmp_path, hashed):
    (tmp_path / "a").write_bytes(b"abc")
    time.sleep(0.01)
    found = fingerprint(tmp_path / "a", tmp_path / "cache")
    for entry in (tmp_path / "cache").iterdir():
        entry.write_text("[1")
    assert fingerprint(tmp_path / "a", tmp_path / "cache") == found


def test_small_files_are_always_read(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    fingerprint(tmp_path / "a", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_where_no_hash_can_be_kept_it_is_made_all_the_same(tmp_path, hashed):
    (tmp_path / "a").write_text("a")
    (tmp_path / "file").write_text("where the folder should be")
    for cache in (tmp_path / "file", Path("/proc/none")):
        assert fingerprint(tmp_path / "a", cache).sha256 == hashlib.sha256(b"a").hexdigest()

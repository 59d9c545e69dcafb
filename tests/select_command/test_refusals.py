"""What `sweetspot select` refuses: one line that says what to do, before any work, and nothing is written."""

import errno
import tempfile

import numpy as np
import pytest

BY_CLASS = ("--per-class", "--labels", "real_labels.npy")


@pytest.fixture
def refused(call, sets, tmp_path):
    """Call the command, which must refuse; returns its message."""
    theirs = sets[1][1]
    np.save(tmp_path / "other.npy", np.where(theirs == "c", "d", theirs))
    np.save(tmp_path / "no_c.npy", np.where(theirs == "c", "b", theirs))
    np.save(tmp_path / "few_b.npy", np.where(np.arange(240) == 1, "a", theirs))

    def run(*arguments, **files):
        code, out, err = call(*arguments, **files)
        assert (code, out) == (1, "")
        assert err.startswith("error: ")
        assert err.count("\n") == 1
        assert not (tmp_path / "selection.csv").exists()
        return err

    return run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--n", 241), "--n: 241 samples cannot be picked, as pool.npy has 240"),
        (("--n", 0), "--n: 0 is less than 1"),
        (("--n", 5, "--dimensions", 0), "--dimensions: 0"),
        (("--n", 5, "--jobs", 0), "--jobs: 0"),
        (("--n", 5, "--jobs", 2), "--per-class"),
        (("--n", 5, "--swaps", -1), "--swaps: -1"),
        (("--n", 5, "--swaps", 1, "--rule", "random"), "covariance and covariance_swap"),
        (("--n", 5, "--convention", "sample", "--rule", "ds3"), "--convention"),
        (("--n", 5, "--features", "pixels"), "holds features already"),
        (("--n", 5, "--rule", "text"), "--text"),
        (("--n", 5, "--text", "real.npy"), "--rule text"),
        (("--n", 5, "--per-class"), "the sets have no classes; give --labels"),
        (("--n", 240, *BY_CLASS, "few_b.npy"), "class b: 80"),
        (("--n", 5, *BY_CLASS, "no_c.npy"), "the pool lacks: c"),
        (("--n", 5, *BY_CLASS, "other.npy"), "has the class 'd', which real.npy does not have"),
        (("--n", 5, *BY_CLASS, "real_labels.npy"), "60 labels for the 240 samples"),
        (("--n", 5, "--value-range", 1, 1), "--value-range: 1 1 is no range"),
        (("--n", 5, "--out", "a.txt"), "ends in none of .csv"),
        (("--n", 5, "--out", "real.npy/a.csv"), "real.npy is a file"),
        (("--n", 5, "--out", f"{'a' * 300}.csv"), "cannot be written (File name too long)"),
    ],
)
def test_arguments(refused, arguments, words):
    assert words in refused(*arguments)


def test_a_folder_that_may_not_be_written_to(refused, monkeypatch):
    def refuse(dir):
        raise PermissionError(errno.EACCES, "Permission denied", dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert "--out: closed/a.csv cannot be written (Permission denied)" in refused("--n", 5, "--out", "closed/a.csv")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pool: pool[:, :5], "has 6 features and changed.npy 5"),
        (lambda pool: np.where(np.arange(240)[:, None] == 7, np.nan, pool), "changed.npy: row 7 holds NaN"),
        (lambda pool: pool[:4], "4 samples; at least 5"),
        (lambda pool: np.concatenate([pool, pool[3:5]]), "2 of 242 samples equal an earlier one (rows from 0: 240 = 3"),
    ],
)
def test_pools(refused, tmp_path, sets, change, words):
    np.save(tmp_path / "changed.npy", change(sets[1][0]))
    assert words in refused("--n", 3, pool="changed.npy")


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        (np.ones((2, 5)), (), "(prompts, 6)"),
        (np.full(6, np.nan), (), "NaN"),
        (np.ones((0, 6)), (), "of shape (0, 6)"),
        (np.eye(6) - np.eye(6)[4] * np.eye(6)[4][:, None], (), "text.npy: row 4 is 0"),
        (np.array(["a"] * 6), (), "numbers"),
        (np.ones((2, 6)), (*BY_CLASS, "pool_labels.npy"), "2 embeddings for 3 classes"),
    ],
)
def test_texts(refused, tmp_path, text, arguments, words):
    np.save(tmp_path / "text.npy", text)
    assert words in refused("--n", 5, "--rule", "text", "--text", "text.npy", *arguments)


def test_several_arrays_as_text(refused):
    np.savez("text.npz", one=np.ones(6))
    assert "text.npz: it holds several arrays" in refused("--n", 5, "--rule", "text", "--text", "text.npz")


def test_a_class_without_variance(refused, tmp_path, sets):
    (real, labels), _ = sets
    np.save(tmp_path / "equal.npy", np.where((labels == "b")[:, None], 1.0, real))
    arguments = ("--n", 9, "--allow-duplicates", *BY_CLASS, "pool_labels.npy")
    assert "equal.npy: all samples of the class 'b' are equal" in refused(*arguments, real="equal.npy")


def test_text_of_images(refused, tmp_path):
    np.save(tmp_path / "r.npy", np.random.default_rng(0).uniform(0, 1, (9, 8, 8)))
    arguments = ("--n", 2, "--rule", "text", "--text", "real.npy")
    assert "images have no text embeddings" in refused(*arguments, real="r.npy", pool="r.npy")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.array(["a", "b"])[(np.arange(60) == 3).astype(int)], "the class 'b' has one sample"),
        (np.full(60, "a"), "all samples are of the class 'a'"),
    ],
)
def test_classes_that_cannot_be_told_apart(refused, call, tmp_path, labels, words):
    """They are no obstacle where the labels are only told."""
    np.save(tmp_path / "real_labels.npy", labels)
    np.save(tmp_path / "pool_labels.npy", np.full(240, "a"))
    assert words in refused("--n", 5, *BY_CLASS, "pool_labels.npy")
    code, out, _ = call("--n", 5, "--labels", "real_labels.npy", "pool_labels.npy")
    assert code == 0
    assert ("1 class;" if len(set(labels)) == 1 else "2 classes;") in out

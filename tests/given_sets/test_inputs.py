"""Which sets of a user are read, and which are refused."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import SIGNED, InputSet, read_input
from sweetspot.given_sets.options import check_value_range
from sweetspot.given_sets.pair import make_pair


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call()
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def write_pictures(root, folders, n=3, size=(6, 4)):
    for k, folder in enumerate(folders):
        (root / folder).mkdir(parents=True, exist_ok=True)
        for i in range(n):
            pixels = np.random.default_rng(10 * k + i).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
            Image.fromarray(pixels).save(root / folder / f"{i}.png")


def test_a_folder_with_classes_and_a_flat_one(tmp_path):
    write_pictures(tmp_path / "a", ["cat", "dog"])
    write_pictures(tmp_path, ["flat"])
    classes, flat = read_input(tmp_path / "a", None), read_input(tmp_path / "flat", None)
    assert list(classes.labels) == ["cat"] * 3 + ["dog"] * 3
    assert classes.values.shape == (6, 1, 4, 6)
    assert classes.value_range == SIGNED
    assert classes.files[2:4] == ("cat/2.png", "dog/0.png")
    assert flat.labels is None
    assert flat.files == ("0.png", "1.png", "2.png")
    assert np.array_equal(flat.values, classes.values[:3])


@pytest.mark.parametrize("shape", [(5, 3, 8, 8), (5, 8, 8), (5, 7)])
def test_arrays_with_labels_of_their_own_or_beside_them(tmp_path, shape):
    values, labels = np.random.default_rng(0).random(shape), np.array(["a", "b", "a", "b", "a"])
    np.save(tmp_path / "x.npy", values)
    np.save(tmp_path / "y.npy", labels)
    np.savez(tmp_path / "x.npz", **{"features" if len(shape) == 2 else "images": values, "labels": labels})
    beside, own = read_input(tmp_path / "x.npy", tmp_path / "y.npy"), read_input(tmp_path / "x.npz", None)
    for each in (beside, own):
        assert np.array_equal(each.values.reshape(shape), values)
        assert list(each.labels) == list(labels)
        assert each.is_images == (len(shape) > 2)
    refused(lambda: read_input(tmp_path / "x.npz", tmp_path / "y.npy"), "labels of its own")


def test_a_table_of_features_needs_pyarrow_or_is_read(tmp_path, monkeypatch):
    table = pd.DataFrame({"a": [0.5, 1.5], "b": [1, 2], "label": ["x", "y"]})
    monkeypatch.setattr(pd, "read_parquet", lambda path: table)
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    found = read_input(tmp_path / "t.parquet", None)
    assert np.array_equal(found.values, [[0.5, 1], [1.5, 2]])
    assert list(found.labels) == ["x", "y"]
    table["b"] = ["no", "number"]
    refused(lambda: read_input(tmp_path / "t.parquet", None), "`b`", "no numbers")

    def missing(path):
        raise ImportError("pyarrow")

    monkeypatch.setattr(pd, "read_parquet", missing)
    refused(lambda: read_input(tmp_path / "t.parquet", None), "t.parquet", "pip install pyarrow")


def test_files_that_are_no_sets(tmp_path):
    (tmp_path / "broken.npy").write_bytes(b"no array")
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    (tmp_path / "a.txt").write_text("1")
    (tmp_path / "empty").mkdir()
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.save(tmp_path / "last.npy", np.zeros((5, 8, 8, 3)))
    np.save(tmp_path / "words.npy", np.array(["a"]))
    np.save(tmp_path / "vector.npy", np.zeros(4))
    np.savez(tmp_path / "other.npz", pictures=np.zeros((5, 3)))
    for name, words in {
        "none.npy": "no such file",
        "broken.npy": "numpy.save",
        "broken.npz": "numpy.savez",
        "a.txt": "ending",
        "empty": "empty",
        "objects.npy": "numpy.save",
        "last.npy": "channels last",
        "words.npy": "numbers",
        "vector.npy": "shape",
        "other.npz": "pictures",
    }.items():
        refused(lambda name=name: read_input(tmp_path / name, None), name, words)


@pytest.mark.parametrize("folder", ["flat", "flat/cat"])
def test_messages_about_folders_name_no_key_of_a_config(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    if folder == "flat":
        refused(lambda: read_input(tmp_path / "flat", None), "the folder of images is empty")
    Image.new("RGBA", (4, 4)).save(tmp_path / folder / "a.png")
    with pytest.raises(InputError, match=r"its mode is RGBA, not L or RGB; convert it$"):
        read_input(tmp_path / "flat", None)


def test_labels_that_do_not_fit(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((5, 3)))
    for labels, words in ((np.zeros(4, int), "4 labels"), (np.zeros(5), "float64"), (np.zeros((5, 1), int), "(5, 1)")):
        np.save(tmp_path / "y.npy", labels)
        refused(lambda: read_input(tmp_path / "x.npy", tmp_path / "y.npy"), words)


def pair(a, b, labels=(None, None), value_range=None):
    return make_pair(InputSet("REAL", a, labels[0]), InputSet("MADE", b, labels[1]), value_range)


NOISE = np.random.default_rng(0).uniform(-1, 1, (40, 3, 8, 8)).astype(np.float32)
VECTORS = NOISE.reshape(40, -1)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (NOISE, NOISE[:, :, :6], "8 x 8"),
        (NOISE, NOISE[:, :1], "channels"),
        (NOISE, VECTORS, "same kind"),
        (NOISE[:3], NOISE, "3 samples"),
        (NOISE, NOISE[:3], "3 images"),
        (NOISE, np.ones_like(NOISE), "constant"),
        (np.ones_like(NOISE), NOISE, "constant"),
        (NOISE, np.where(NOISE > 0.99, np.nan, NOISE), "NaN"),
        (NOISE * 40, NOISE, "different scales"),
        (VECTORS, VECTORS[:, :5], "features"),
        (VECTORS, VECTORS[:3], "3 samples"),
        (VECTORS, np.full_like(VECTORS, np.inf), "row 0"),
        (VECTORS, np.ones_like(VECTORS), "equal"),
        (VECTORS, np.where(np.arange(40)[:, None] == 7, 1e60, VECTORS.astype(float)), "row 7 holds 1e+60"),
        (np.where(np.arange(40)[:, None] == 7, 1e60, VECTORS.astype(float)), VECTORS, "row 7 holds 1e+60"),
    ],
)
def test_sets_that_cannot_be_compared(a, b, words):
    refused(lambda: pair(a, b), words)


def test_ranges_are_brought_together_and_it_is_said():
    as_bytes, unit = np.round((NOISE + 1) * 127.5), (NOISE + 1) / 2
    found = pair(as_bytes, unit)
    assert len(found.warnings) == 1
    for words in ("REAL look like 0 to 255", "MADE like 0 to 1", "--value-range"):
        assert words in found.warnings[0]
    assert found.real == pytest.approx(NOISE, abs=0.005)
    assert found.synthetic == pytest.approx(NOISE, abs=1e-6)
    for a, b in ((unit, NOISE), (NOISE, as_bytes), (as_bytes.astype(np.uint8), unit)):
        assert len(pair(a, b).warnings) == 1
    for each in (as_bytes, as_bytes.astype(np.uint8), unit, NOISE):
        assert pair(each, each[::-1]).warnings == ()


@pytest.mark.parametrize("scale", [(-1, 1), (0, 1), (0, 255)])
def test_noise_beyond_the_range_is_no_other_range(scale):
    real = scale[0] + (NOISE + 1) / 2 * (scale[1] - scale[0])
    noise = np.random.default_rng(1).standard_normal(NOISE.shape)
    found = pair(real, real + 0.5 * (scale[1] - scale[0]) * noise)
    assert found.warnings == ()
    assert found.synthetic == pytest.approx(NOISE + noise, abs=1e-4)


@pytest.mark.parametrize("value_range", [(1, 0), (1, 1), (np.nan, 1), (0, np.inf)])
def test_a_range_that_is_none_is_refused(value_range):
    refused(lambda: check_value_range(value_range), "--value-range", "lowest")


def test_features_have_no_range_of_pixels():
    refused(lambda: pair(VECTORS, VECTORS, value_range=(0, 1)), "--value-range", "leave it out")


def test_columns_in_another_order_are_refused():
    names = tuple(f"f{i}" for i in range(VECTORS.shape[1]))
    own = InputSet("REAL", VECTORS, None, columns=names)
    other = InputSet("MADE", VECTORS, None, columns=(*names[:-2], names[-1], names[-2]))
    refused(lambda: make_pair(own, other, None), "MADE", f"`{names[-1]}`", f"REAL `{names[-2]}`", "order")
    for alike in (InputSet("MADE", VECTORS, None), InputSet("MADE", VECTORS, None, columns=names)):
        assert make_pair(own, alike, None).warnings == ()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame(np.eye(3), columns=["a", "b", "a"]), "`a` is there twice"),
        (pd.DataFrame({"a": [1.0, 2], "label": ["cat", None]}), "row 1 has no label"),
    ],
)
def test_tables_that_lack_something(tmp_path, monkeypatch, table, words):
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(pd, "read_parquet", lambda path: table)
    refused(lambda: read_input(tmp_path / "t.parquet", None), "t.parquet", words)


def test_a_given_range_is_taken():
    found = pair(NOISE * 3, NOISE, value_range=(-2, 2))
    assert found.real == pytest.approx(NOISE * 1.5, abs=1e-6)
    assert found.synthetic == pytest.approx(NOISE / 2, abs=1e-6)


@pytest.mark.parametrize("known", ["real", "made"])
def test_a_given_range_is_not_that_of_files_that_tell_theirs(known):
    """A folder's images were brought to [-1, 1] when they were read."""
    of_folder = InputSet("FOLDER", NOISE, None, SIGNED)
    refused(lambda: make_pair(of_folder, of_folder, (0, 255)), "--value-range", "leave it out")
    array = InputSet("ARRAY", (NOISE + 1) * 5, None)
    found = make_pair(of_folder, array, (0, 10)) if known == "real" else make_pair(array, of_folder, (0, 10))
    for each in (found.real, found.synthetic):
        assert each == pytest.approx(NOISE, abs=1e-6)


def test_a_given_range_is_checked():
    as_bytes, unit = np.round((NOISE + 1) * 127.5).astype(np.uint8), (NOISE + 1) / 2
    refused(lambda: pair(as_bytes, unit, value_range=(0, 255)), "different scales")
    warnings = pair(unit, unit * 3, value_range=(0, 1)).warnings
    assert len(warnings) == 1
    assert "MADE reach from" in warnings[0]


@pytest.mark.parametrize("turned", [False, True])
def test_standardised_images_are_warned_of(turned):
    unit = (NOISE + 1) / 2
    standardised = (unit - unit.mean()) / unit.std()
    for other in (standardised, 0.5 * standardised - 3):
        warnings = pair(other, unit).warnings if turned else pair(unit, other).warnings
        assert len(warnings) == 1
        assert "standardised" in warnings[0]
    assert len(pair(NOISE, standardised).warnings) == 1


def test_classes_are_matched_by_name():
    own, theirs = np.array(["b", "a"] * 20), np.array(["a", "b"] * 20)
    found = pair(NOISE, NOISE, (own, theirs))
    assert found.classes == ("a", "b")
    assert list(found.real_labels[:2]) == [1, 0]
    assert list(found.synthetic_labels[:2]) == [0, 1]
    numbers = pair(NOISE, NOISE, (np.arange(40) % 3 + 7, np.arange(40) % 2 + 7))
    assert numbers.classes == ("7", "8", "9")
    assert "no sample of 9" in numbers.warnings[0]


@pytest.mark.parametrize(
    ("own", "theirs", "words"),
    [
        (np.arange(40) % 2, np.arange(40) % 3, "has the class '2', which"),
        (np.arange(40) % 2, None, "--labels"),
        (None, np.arange(40) % 2, "--labels"),
        (np.zeros(40, int), np.zeros(40, int), "of the class '0'; leave"),
        ((np.arange(40) == 5).astype(int), np.arange(40) % 2, "one sample"),
    ],
)
def test_classes_that_do_not_match(own, theirs, words):
    refused(lambda: pair(NOISE, NOISE, (own, theirs)), words)

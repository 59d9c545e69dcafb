"""Image folders, arrays and the bundled digits: what is read, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sweetspot.config.data import Arrays, Digits, ImageFolder
from sweetspot.data.readers import class_counts, image_shape, read
from sweetspot.errors import InputError


def refused(source, *words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(source)
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_digits():
    source = Digits(reader="digits")
    data = read(source)
    assert data.images.shape == (1797, 1, 8, 8)
    assert data.images.dtype == np.float32
    assert (data.images.min(), data.images.max()) == (-1, 1)
    assert class_counts(source) == dict(zip(data.class_names, np.bincount(data.labels).tolist(), strict=True))
    assert image_shape(source) == data.images.shape[1:]
    assert data.ids[12] == "digits/12"


def picture(seed: int, mode: str = "L", size: tuple[int, int] = (6, 4)) -> Image.Image:
    """Random pixels; `size` is width and height, as Pillow has it."""
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], len(mode))
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "animals"
    for i, name in enumerate(["dog/b.png", "dog/a.png", "cat/0001.png", "cat/2.png", "cat/10.PNG"]):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        picture(i).save(root / name)
    (root / "README.txt").write_text("about")
    (root / "cat" / ".hidden").write_text("")
    return root


def source_of(folder, **keys) -> ImageFolder:
    return ImageFolder(reader="image_folder", path=str(folder), **keys)


def test_image_folder(folder):
    data = read(source_of(folder))
    assert data.class_names == ("cat", "dog")
    assert data.ids == ("cat/0001.png", "cat/10.PNG", "cat/2.png", "dog/a.png", "dog/b.png")
    assert data.labels.tolist() == [0, 0, 0, 1, 1]
    assert data.images.shape == (5, 1, 4, 6)
    assert np.array_equal(np.rint((data.images[3, 0] + 1) * 127.5), np.asarray(picture(1)))
    assert class_counts(source_of(folder)) == {"cat": 3, "dog": 2}
    assert image_shape(source_of(folder)) == (1, 4, 6)
    assert image_shape(source_of(folder, mode="rgb")) == (3, 4, 6)


def test_image_folder_converts_if_asked(folder):
    picture(9, "RGBA").save(folder / "cat" / "2.png")
    assert read(source_of(folder, mode="rgb", size=(4, 6))).images.shape == (5, 3, 4, 6)
    assert read(source_of(folder, mode="grey")).images.shape == (5, 1, 4, 6)


def test_broken_image(folder):
    file = folder / "cat" / "2.png"
    file.write_bytes(file.read_bytes()[:60])
    refused(source_of(folder), str(file), "cannot be read")
    file.write_bytes(b"")
    refused(source_of(folder), str(file), "cannot be read")
    file.write_bytes(b"text")
    refused(source_of(folder, mode="rgb"), str(file), "cannot be read")


def test_images_of_two_sizes(folder):
    file = folder / "dog" / "b.png"
    picture(0, size=(4, 6)).save(file)
    refused(source_of(folder), str(file), "6 x 4, not 4 x 6")
    refused(source_of(folder, size=(8, 8)), "cat/0001.png", "not 8 x 8")


def test_images_of_two_modes(folder):
    file = folder / "dog" / "b.png"
    picture(0, "RGB").save(file)
    refused(source_of(folder), str(file), "mode is RGB, not L")


@pytest.mark.parametrize("keys", [{}, {"mode": "grey"}, {"mode": "rgb"}])
def test_sixteen_bits_a_channel_are_not_cut_silently(folder, keys):
    file = folder / "cat" / "0001.png"
    Image.fromarray(np.full((4, 6), 40_000, np.uint16)).save(file)
    refused(source_of(folder, **keys), str(file), "mode is I;16")


@pytest.mark.parametrize("function", [read, class_counts])
@pytest.mark.parametrize("case", ["absent", "empty class", "no classes", "loose", "text", "nested"])
def test_folder_of_another_layout(folder, case, function):
    path = folder
    match case:
        case "absent":
            path = folder / "absent"
        case "empty class":
            path = folder / "zebra"
            path.mkdir()
            (path / ".hidden").write_text("")
        case "no classes":
            path = folder.parent / "none"
            path.mkdir()
        case "loose":
            path = folder / "loose.png"
            picture(0).save(path)
        case "text":
            path = folder / "dog" / "notes.txt"
            path.write_text("")
        case "nested":
            path = folder / "dog" / "puppies.png"
            path.mkdir()
    root = path if case in ("absent", "no classes") else folder
    with pytest.raises(InputError, match=path.name):
        function(source_of(root))


@pytest.fixture
def arrays(tmp_path):
    """A function that saves arrays and gives their config."""

    def save(images, labels, value_range=(0, 10), **keys) -> Arrays:
        for name, content in (("x.npy", images), ("y.npy", labels)):
            if isinstance(content, bytes):
                (tmp_path / name).write_bytes(content)
            elif content is not None:
                np.save(tmp_path / name, content)
        return Arrays(
            reader="arrays",
            images=str(tmp_path / "x.npy"),
            labels=str(tmp_path / "y.npy"),
            value_range=tuple(map(float, value_range)),
            **keys,
        )

    return save


GOOD = np.arange(3 * 2 * 5 * 5).reshape(3, 2, 5, 5) % 11
LABELS = np.array([1, 0, 1])


@pytest.mark.parametrize("dtype", ["u1", "<i8", ">i4", "f4", "f8", ">f2"])
def test_arrays(arrays, dtype):
    source = arrays(GOOD.astype(dtype), LABELS.astype("u1"), class_names=("a", "b"))
    data = read(source)
    assert data.images.dtype == np.float32
    assert np.allclose(data.images, GOOD / 5 - 1)
    assert (data.images.min(), data.images.max()) == (-1, 1)
    assert data.labels.tolist() == [1, 0, 1]
    assert data.class_names == ("a", "b")
    assert data.ids == ("x.npy/0", "x.npy/1", "x.npy/2")
    assert class_counts(source) == {"a": 1, "b": 2}
    assert image_shape(source) == (2, 5, 5)


def test_grey_arrays_without_channels_in_several_chunks(arrays, monkeypatch):
    monkeypatch.setattr("sweetspot.data.arrays.CHUNK", 2)
    source = arrays(GOOD[:, 0], LABELS)
    data = read(source)
    assert image_shape(source) == (1, 5, 5)
    assert data.images.shape == (3, 1, 5, 5)
    assert np.allclose(data.images[:, 0], GOOD[:, 0] / 5 - 1)
    assert data.class_names == ("0", "1")


def changed(value) -> np.ndarray:
    images = GOOD.astype(float)
    images[2, 1, 0, 3] = value
    return images


@pytest.mark.parametrize(
    ("images", "labels", "keys", "words"),
    [
        pytest.param(changed(np.nan), LABELS, {}, ("x.npy", "image 2", "nan"), id="NaN"),
        pytest.param(changed(-np.inf), LABELS, {}, ("x.npy", "image 2", "-inf"), id="infinite"),
        pytest.param(changed(10.5), LABELS, {}, ("image 2", "10.5", "`value_range`"), id="too high"),
        pytest.param(changed(-0.5), LABELS, {}, ("image 2", "-0.5", "`value_range`"), id="too low"),
        pytest.param(GOOD, LABELS[:2], {}, ("y.npy", "2 labels", "3 images"), id="too few labels"),
        pytest.param(GOOD, LABELS - 1, {}, ("y.npy", "label -1 of image 1"), id="negative label"),
        pytest.param(GOOD, LABELS * 2, {}, ("y.npy", "class 1 has no image"), id="gap"),
        pytest.param(GOOD, LABELS * 10**12, {}, ("y.npy", "label 1000000000000"), id="huge label"),
        pytest.param(GOOD, LABELS, {"class_names": ("a",)}, ("label 1", "`class_names`"), id="too few names"),
        pytest.param(GOOD, LABELS, {"class_names": ("a", "b", "c")}, ("class 2",), id="too many names"),
        pytest.param(GOOD, LABELS.astype(float), {}, ("y.npy", "float64"), id="labels no integers"),
        pytest.param(GOOD, LABELS[:, None], {}, ("y.npy", "(3, 1)"), id="labels 2-D"),
        pytest.param(GOOD, LABELS[:0], {}, ("y.npy",), id="no labels"),
        pytest.param(GOOD[0, 0], LABELS, {}, ("x.npy", "(5, 5)"), id="images 2-D"),
        pytest.param(GOOD[:0], LABELS, {}, ("x.npy",), id="no images"),
        pytest.param(np.moveaxis(GOOD[:, :1], 1, -1), LABELS, {}, ("x.npy", "channels last"), id="channels last"),
        pytest.param(GOOD.astype(complex), LABELS, {}, ("x.npy", "complex"), id="complex"),
        pytest.param(GOOD > 0, LABELS, {}, ("x.npy", "bool"), id="bool"),
        pytest.param(GOOD.astype(object), LABELS, {}, ("x.npy",), id="objects"),
        pytest.param(b"text", LABELS, {}, ("x.npy", "not a readable .npy"), id="images no npy"),
        pytest.param(GOOD, b"", {}, ("y.npy", "not a readable .npy"), id="labels empty file"),
        pytest.param(None, LABELS, {}, ("x.npy", "no such file"), id="no images file"),
        pytest.param(GOOD, None, {}, ("y.npy", "no such file"), id="no labels file"),
    ],
)
def test_bad_arrays(arrays, images, labels, keys, words):
    refused(arrays(images, labels, **keys), *words)


def test_truncated_array(arrays, tmp_path):
    source = arrays(GOOD, LABELS)
    file = tmp_path / "x.npy"
    file.write_bytes(file.read_bytes()[:-50])
    refused(source, str(file), "not a readable .npy")

"""Pictures of samples show what was given, in its place, and the programs find it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from sweetspot.data.images import LabelledImages
from sweetspot.data.slice_set import MASK_CHANNELS, SliceSet
from sweetspot.data.slice_store import COLUMNS
from sweetspot.data.split import SplitImages
from sweetspot.data.store import write_store
from sweetspot.errors import InputError
from sweetspot.figures.class_samples import class_samples_figure
from sweetspot.figures.slice_samples import TISSUE_COLOURS, slice_samples_figure, slices_to_show
from sweetspot.figures.style import save, use_style

SCRIPTS = Path(__file__).parents[2] / "scripts"
STREAM = np.random.default_rng(0)
MODALITIES = ("T1w", "T2w", "PDw")
QUALITIES = ("t=50", "t=150", "t=300")


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


def labelled(channels=1, classes=3, n=9):
    return STREAM.uniform(-1.5, 1.5, (n, channels, 6, 5)).astype(np.float32), np.arange(n)[::-1] % classes


def pictures(figure):
    """The image that each axes of `figure` shows, or None."""
    return [axes.get_images()[0] if axes.get_images() else None for axes in figure.axes]


def test_rows_are_qualities_columns_classes_and_each_shows_the_first_of_its_class():
    real, synthetic = labelled(), {"noise=0": labelled(), "noise=1": labelled()}
    figure = class_samples_figure(real, synthetic, ("cat", "dog", "$x$"))
    shown = pictures(figure)
    for (images, labels), row in zip(
        [real, *synthetic.values()], (shown[first : first + 3] for first in (0, 3, 6)), strict=True
    ):
        for label, picture in enumerate(row):
            assert np.array_equal(picture.get_array(), images[list(labels).index(label), 0])
            assert picture.get_clim() == (-1, 1)
    assert [axes.get_title() for axes in figure.axes[:3]] == ["cat", "dog", "$x$"]
    names = [axes.get_ylabel() for axes in figure.axes[::3]]
    assert names == ["real", "synthetic", "synthetic,\nnoise variance 1"]


def test_three_channels_are_colours():
    images, labels = labelled(channels=3)
    shown = pictures(class_samples_figure((images, labels), {}, ("a", "b", "c")))[0].get_array()
    expected = (np.clip(images[list(labels).index(0)], -1, 1) + 1) / 2
    assert np.asarray(shown) == pytest.approx(expected.transpose(1, 2, 0))


def test_many_classes_and_classes_without_samples():
    images, labels = labelled(classes=5, n=15)
    figure = class_samples_figure((images, labels), {"t=20": (images, np.full(15, 2))}, [str(n) for n in range(14)])
    shown = [picture is not None for picture in pictures(figure)]
    assert shown == [True] * 5 + [False] * 5 + [False, False, True] + [False] * 7
    assert figure.get_supxlabel() == "10 of 14 classes"


def slices(n=2, modalities=3):
    tissue = STREAM.integers(0, len(MASK_CHANNELS) + 1, (n, 6, 5))  # 0 is outside of the brain
    masks = np.stack([tissue == number + 1 for number in range(len(MASK_CHANNELS))], axis=1).astype(np.uint8)
    return SliceSet(STREAM.normal(size=(n, modalities, 6, 5)).astype(np.float32), masks, np.full(n, ""))


def test_each_group_shows_its_modalities_and_its_masks_in_the_colours_of_the_legend():
    groups = {"real": slices(), **{name: slices() for name in QUALITIES}}
    synthetic = {name: groups[name] for name in QUALITIES}
    figure = slice_samples_figure(groups["real"], synthetic, MODALITIES)
    shown = iter(pictures(figure))
    for group in groups.values():
        for row, column in itertools.product(range(len(MODALITIES) + 1), range(2)):
            picture = next(shown)
            assert picture.origin == "lower"
            if row < len(MODALITIES):
                assert np.array_equal(picture.get_array(), group.images[column, row])
                assert picture.get_clim() == (-1, 1)
                continue
            colours = picture.to_rgba(picture.get_array())[..., :3]
            for channel, name in enumerate(MASK_CHANNELS):
                inside = colours[group.masks[column, channel] == 1]
                assert inside == pytest.approx(np.broadcast_to(to_rgb(TISSUE_COLOURS[name]), inside.shape))
            assert np.all(colours[group.masks[column].sum(axis=0) == 0] == 1)
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert [label for label in labels if label] == [*MODALITIES, "mask"]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(MASK_CHANNELS)
    for patch, name in zip(legend.get_patches(), MASK_CHANNELS, strict=True):
        assert patch.get_facecolor()[:3] == to_rgb(TISSUE_COLOURS[name])


def test_tissues_differ_in_grey():
    grey = sorted(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)) for colour in (*TISSUE_COLOURS.values(), "white"))
    assert np.diff(grey).min() > 0.08


@pytest.mark.parametrize("qualities", [("noise=0",), QUALITIES, ("noise=0", *QUALITIES, "noise=1", "steps=60")])
def test_nothing_overlaps_and_all_is_on_the_page(qualities):
    figure = slice_samples_figure(slices(), {name: slices() for name in qualities}, MODALITIES)
    figure.canvas.draw()
    titles = [text.get_window_extent() for text in figure.texts]
    assert len(titles) == 1 + len(qualities)
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(titles))
    (legend,) = [each.get_window_extent() for each in figure.legends]
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    for box in (*titles, legend, *boxes):
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y0 >= 0
        assert box.y1 <= figure.bbox.y1
    pictures = [axes.get_window_extent() for axes in figure.axes]
    assert max(box.y1 for box in pictures) < min(title.y0 for title in titles)
    assert not any(box.overlaps(legend) for box in pictures)


def test_slices_of_other_modalities_are_refused():
    with pytest.raises(InputError, match=r"stopped at t = 50.* have 2 channels"):
        slice_samples_figure(slices(), {"t=50": slices(modalities=2)}, MODALITIES)


def with_lesions(areas):
    masks = np.zeros((len(areas), 4, 6, 5), np.uint8)
    for mask, area in zip(masks, areas, strict=True):
        mask[3].ravel()[:area] = 1
        mask[0] = 1 - mask[3]
    return masks


@pytest.mark.parametrize(
    ("areas", "chosen"),
    [
        ([0, 9, 1, 0, 5, 4, 3, 2, 0, 8, 7, 6, 10, 11], [11, 12]),
        ([0, 0, 3], [2]),
        ([0, 0, 0], [1, 2]),
        ([2, 2, 2], [1, 2]),
    ],
)
def test_a_typical_and_a_large_lesion_are_shown(areas, chosen):
    assert slices_to_show(with_lesions(areas)) == chosen


def test_no_slices_at_all():
    with pytest.raises(InputError, match="no slices"):
        slices_to_show(np.zeros((0, 4, 6, 5), np.uint8))


def run(name, *arguments):
    command = [sys.executable, str(SCRIPTS / f"plot_{name}_samples.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_program_for_classes(tmp_path):
    images, labels = labelled(n=12)
    data = LabelledImages(images, labels, ("a", "b", "c"), tuple(map(str, range(12))))
    hashes = np.array([f"{number:064}" for number in range(12)])
    rows = np.arange(12).reshape(4, 3)
    parts = dict(zip(("generator", "train", "validation", "test"), rows, strict=True))
    paths = tmp_path / "images.npy", tmp_path / "split.csv"
    write_store(*paths, data, SplitImages(parts, hashes, 0, 0))
    folder = tmp_path / "full"
    folder.mkdir()
    np.save(folder / "noise=0.npy", images)
    np.save(folder / "labels.npy", labels)
    out = tmp_path / "samples.png"
    where = ["--images", paths[0], "--split", paths[1], "--samples", folder, "--out", out]
    assert run("class", *where, "--qualities", "noise=0").returncode == 0
    save(class_samples_figure((images[:3], labels[:3]), {"noise=0": (images, labels)}, "abc"), tmp_path / "same.png")
    assert out.read_bytes() == (tmp_path / "same.png").read_bytes()
    refused = run("class", *where, "--qualities", "noise=1")
    assert refused.stderr.startswith("error: ")
    assert "noise=1.npy: no such file" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_program_for_slices(tmp_path):
    real, made = slices(8), slices(5)
    np.save(tmp_path / "images.npy", real.images)
    np.save(tmp_path / "masks.npy", real.masks)
    parts = ["generator"] * 3 + ["train"] * 2 + ["validation", "test", "source"]
    rows = [
        (n, f"s{n}/z=+0.0", f"s{n}", "d", f"s{n}", 0.0, part, 1, "lesion", f"{n:064}") for n, part in enumerate(parts)
    ]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(tmp_path / "split.csv", index=False, lineterminator="\n")
    folder = tmp_path / "full" / "T1w+T2w+PDw"
    folder.mkdir(parents=True)
    for name in QUALITIES:
        np.save(folder / f"{name}.npy", made.images)
    np.save(tmp_path / "made.npy", made.masks)
    out = tmp_path / "samples.png"
    where = [f"--{name}={tmp_path / name}.npy" for name in ("images", "masks")]
    where += ["--split", tmp_path / "split.csv", "--samples", folder, "--sample-masks", tmp_path / "made.npy"]
    where += ["--out", out, "--qualities", *QUALITIES]
    done = run("slice", *where, "--modalities", *MODALITIES)
    assert (done.returncode, done.stderr) == (0, "")

    def chosen(each, end):
        own = slices_to_show(each.masks[:end])
        return SliceSet(each.images[own], each.masks[own], each.scans[own])

    expected = slice_samples_figure(chosen(real, 3), {name: chosen(made, 5) for name in QUALITIES}, MODALITIES)
    save(expected, tmp_path / "same.png")
    assert out.read_bytes() == (tmp_path / "same.png").read_bytes()
    refused = run("slice", *where, "--modalities", "T1w", "FLAIR")
    assert refused.stderr.startswith("error: the slices (real) have 3 channels, but the modalities are T1w, FLAIR")

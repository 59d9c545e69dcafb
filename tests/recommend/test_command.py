"""The command as it is typed: what it prints, writes and refuses."""

import json
import shlex

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def call(sweetspot, monkeypatch, tmp_path, sets):
    """Run `sweetspot recommend` on files of `sets`; returns exit code, standard output and standard error."""
    for name, (images, labels) in zip(("real", "made"), sets, strict=True):
        np.save(tmp_path / f"{name}.npy", images)
        np.save(tmp_path / f"{name}_labels.npy", labels)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, real="real.npy", synthetic="made.npy"):
        return sweetspot("recommend", "--real", real, "--synthetic", synthetic, *arguments)

    return run


LABELS = ("--labels", "real_labels.npy", "made_labels.npy")


def test_it_says_what_to_add_and_draws_it(call, tmp_path):
    code, out, err = call(*LABELS, "--out", "advice.png", "--max-ratio", "2")
    assert (code, err) == (0, "")
    for words in (
        "Real: 60; synthetic: 240;",
        "4 classes",
        "rapsd",
        "at the floor",
        "Recommended ratio: 2 ",
        "add 120 synthetic samples, as much as --max-ratio allows.",
    ):
        assert words in out
    with Image.open(tmp_path / "advice.png") as picture:
        assert min(picture.size) > 500


def test_json_is_the_same_twice(call, tmp_path):
    code, out, _ = call(*LABELS, "--json", "--out", "a.pdf")
    assert code == 0
    assert json.loads(out)["verdict"] == "as much as possible"
    first = (tmp_path / "a.pdf").read_bytes()
    assert call(*LABELS, "--json", "--out", "a.pdf")[1] == out
    assert (tmp_path / "a.pdf").read_bytes() == first


def test_warnings_are_printed(call, tmp_path):
    np.save(tmp_path / "bytes.npy", ((np.load(tmp_path / "made.npy") + 1) * 127.5).astype(np.uint8))
    code, out, _ = call(synthetic="bytes.npy")
    assert code == 0
    assert "Warning: the pixels of real.npy look like -1 to 1 and those of bytes.npy like 0 to 255" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--max-ratio", "0"), "--max-ratio"),
        (("--max-ratio", "nan"), "--max-ratio"),
        (("--value-range", "1", "0"), "--value-range"),
        (("--out", "a.txt"), "--out"),
        (("--out", "folder.png"), "folder.png is a folder"),
        (("--out", "real.npy/below/a.png"), "real.npy is a file"),
        (("--max-ratio", "0.001"), "0.017 or more"),
        (("--labels", "none.npy", "made_labels.npy"), "none.npy"),
        (("--labels", "made_labels.npy", "made_labels.npy"), "240 labels for the 60 samples"),
    ],
)
def test_wrong_arguments_are_one_line(call, arguments, words, tmp_path):
    (tmp_path / "folder.png").mkdir()
    code, out, err = call(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert words in err
    assert err.count("\n") == 1


def test_three_images_are_too_few(call, tmp_path):
    np.save(tmp_path / "three.npy", np.load(tmp_path / "real.npy")[:3])
    assert "3 samples" in call(real="three.npy")[2]
    assert "3 images" in call(synthetic="three.npy")[2]


def test_it_ends_with_the_command_that_picks(call, sweetspot, tmp_path):
    """Which can be pasted: it picks as many samples as were advised."""
    for name in ("real", "made"):
        (tmp_path / f"{name}.npy").rename(tmp_path / f"my {name}.npy")
    out = call(*LABELS, "--max-ratio", "2", real="my real.npy", synthetic="my made.npy")[1]
    line = out.splitlines()[-1]
    words = shlex.split(line.removeprefix("Which ones: "))
    assert words == [
        *("sweetspot", "select", "--real", "my real.npy", "--pool", "my made.npy", "--n", "120"),
        *LABELS,
        "--per-class",
    ]
    assert "Picked 120 of 240 class by class" in sweetspot(*words[1:])[1]

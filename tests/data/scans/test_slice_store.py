"""The slice store and its program: all three files or none, checked whenever they are read, in bounded memory."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.config.scans import PreparedSlices, Slices, SubjectSplit
from sweetspot.data import slice_writer
from sweetspot.data.bids import index
from sweetspot.data.scan import read_scan
from sweetspot.data.slice_store import COLUMNS, load_slices
from sweetspot.data.slice_writer import summary, write_slices
from sweetspot.data.slices import cut_slices
from sweetspot.data.subject_split import SLICE_PARTS
from sweetspot.errors import InputError

PROGRAM = Path(__file__).parents[3] / "scripts" / "prepare_slices.py"
SLICES = Slices(spacing=(1.8, 2.2, 2.6), size=(10, 8), minimum_brain=0.2)
SPLIT = SubjectSplit(train=2, validation=1, test=1)
CUBE = (28, 28, 28)
NAMES = ("images.npy", "masks.npy", "split.csv")


def paths_in(folder: Path) -> list[Path]:
    return [folder / name for name in NAMES]


@pytest.fixture
def config(tmp_path, bids):
    """Six NeuroRx and two MIAC subjects with two sessions each."""
    source = bids.write_data_set(tmp_path / "bids", {"NeuroRx": 6, "MIAC": 2}, ("ses-1", "ses-2"))
    return PreparedSlices(data=source, slices=SLICES, split=SPLIT)


@pytest.fixture
def written(tmp_path, config):
    return write_slices(*paths_in(tmp_path), config)


@pytest.fixture
def stored(tmp_path, written):
    return paths_in(tmp_path)


def test_every_part_holds_the_slices_of_its_subjects(stored, written, config):
    manifest = pd.read_csv(stored[2], keep_default_na=False)
    assert tuple(manifest.columns) == COLUMNS
    scans = {scan.name: scan for scan in index(config.data, SPLIT)}
    assert written.duplicates == 0
    rows = 0
    for part, subjects in zip(SLICE_PARTS, (2, 2, 1, 1, 2), strict=True):
        slices = load_slices(*stored, part)
        assert (slices.images.dtype, slices.masks.dtype) == (np.float32, np.uint8)
        assert isinstance(slices.images, np.memmap)
        assert isinstance(slices.masks, np.memmap)
        table = manifest[manifest["part"] == part]
        assert table.index.tolist() == list(range(rows, rows + len(slices.images)))
        assert slices.scans.tolist() == table["scan"].tolist()
        assert table["subject"].nunique() == subjects
        assert set(table["domain"]) == {"MIAC" if part == "source" else "NeuroRx"}
        assert table["label"].tolist() == slices.has_lesion().tolist()
        assert set(zip(table["label"], table["class"], strict=True)) == {(0, "no lesion"), (1, "lesion")}
        for name in dict.fromkeys(table["scan"]):
            modalities = config.data.modalities
            cut = cut_slices(read_scan(scans[name], modalities, SLICES.spacing), SLICES, name, modalities)
            np.testing.assert_array_equal(slices.images[slices.scans == name], cut.images)
            np.testing.assert_array_equal(slices.masks[slices.scans == name], cut.masks)
            own = table[table["scan"] == name]
            np.testing.assert_allclose(own["z"], cut.z, atol=1e-3)
            assert own["id"].tolist() == [f"{name}/z={z:+.1f}" for z in cut.z]
        rows += len(slices.images)
    assert rows == len(manifest)
    assert set(manifest["scan"]) == set(scans)


def test_all_sessions_of_a_subject_are_in_one_part(stored):
    manifest = pd.read_csv(stored[2], keep_default_na=False)
    assert manifest.groupby("subject")["part"].nunique().max() == 1
    assert manifest.groupby("subject")["scan"].nunique().min() == 2


def test_changes_stay_in_memory(stored):
    slices = load_slices(*stored, "train")
    before = slices.images[0].copy()
    slices.images[0] = 0
    np.testing.assert_array_equal(load_slices(*stored, "train").images[0], before)


def test_same_config_gives_the_same_bytes_wherever_the_data_are(tmp_path, config, stored, bids):
    moved = Path(shutil.move(config.data.path, tmp_path / "moved"))
    table = moved / "participants.tsv"
    head, *rows = table.read_text().splitlines()
    table.write_text("\n".join([head, *reversed(rows)]) + "\n")
    again = config.model_copy(update={"data": bids.source(moved)})
    write_slices(*paths_in(tmp_path / "again"), again)
    for first, second in zip(stored, paths_in(tmp_path / "again"), strict=True):
        assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path) not in stored[2].read_text()


def test_summary_counts_subjects_scans_and_slices(written):
    lines = summary(written).splitlines()
    assert [line.split()[:5] for line in lines if line.startswith("train")] == [
        ["train", "NeuroRx", "2", "4", str((written.manifest["part"] == "train").sum())]
    ]
    assert "0 slices left out" in lines[-1]


def test_summary_names_a_part_without_lesions(written):
    assert "no lesion" not in summary(written)
    manifest = written.manifest
    healthy = manifest.assign(label=manifest["label"].where(~manifest["part"].isin(["test", "source"]), 0))
    added = set(summary(dataclasses.replace(written, manifest=healthy)).splitlines()[-1:])
    assert added == {"no lesion in any slice of test"}


def test_summary_counts_subjects_of_a_third_domain(tmp_path, config, written, bids):
    root = Path(config.data.path)
    domains = dict(line.split("\t") for line in (root / "participants.tsv").read_text().splitlines()[1:])
    bids.write_participants(root, domains | {"sub-101": "Oslo", "sub-102": "Oslo"})
    again = write_slices(*paths_in(tmp_path / "again"), config)
    pd.testing.assert_frame_equal(again.manifest, written.manifest)
    added = set(summary(again).splitlines()) - set(summary(written).splitlines())
    assert added == {"2 subjects left out: of neither the target nor the source"}


def test_a_part_may_be_empty_and_a_window_too_small(tmp_path, config):
    split = SubjectSplit(train=0, validation=0, test=0, source=None)
    small = SLICES.model_copy(update={"size": (5, 6)})
    written = write_slices(*paths_in(tmp_path), config.model_copy(update={"split": split, "slices": small}))
    assert set(written.manifest["part"]) == {"generator"}
    for part in ("train", "source"):
        slices = load_slices(*paths_in(tmp_path), part)
        assert (slices.images.shape, slices.masks.shape, len(slices.scans)) == ((0, 2, 5, 6), (0, 4, 5, 6), 0)
    assert "12 scans have brain beyond the config key `slices.size`" in summary(written)


def copy_images(bids, root: Path, from_scan: tuple[str, str], to_scan: tuple[str, str], lesions: bool) -> None:
    names = [("T1w", ""), ("T2w", "")] + [("label-lesion_mask", "lesions")] * lesions
    for name, derivative in names:
        paths = [bids.file_of(root, subject, name, session, derivative) for subject, session in (from_scan, to_scan)]
        shutil.copy(*paths)


def test_a_scan_that_is_there_twice_is_left_out_and_counted(tmp_path, config, bids):
    root = Path(config.data.path)
    copy_images(bids, root, ("sub-001", "ses-1"), ("sub-001", "ses-2"), lesions=True)
    written = write_slices(*paths_in(tmp_path), config)
    alone = written.manifest["scan"].value_counts()["sub-001/ses-1"]
    assert written.duplicates == alone
    assert "sub-001/ses-2" not in set(written.manifest["scan"])
    assert written.manifest["sha256"].is_unique


def test_one_person_as_two_subjects_is_refused(tmp_path, config, bids):
    copy_images(bids, Path(config.data.path), ("sub-001", "ses-1"), ("sub-008", "ses-1"), lesions=True)
    words = r"sub-00[18]/ses-1/z=.*: its image equals that of sub-00[18]/ses-1/z=.*remove sub-00[18] or sub-00[18]"
    with pytest.raises(InputError, match=words):
        write_slices(*paths_in(tmp_path), config)
    assert not any(path.exists() for path in paths_in(tmp_path))


def test_equal_images_with_other_lesions_are_refused(tmp_path, config, bids):
    copy_images(bids, Path(config.data.path), ("sub-001", "ses-1"), ("sub-001", "ses-2"), lesions=False)
    lesions = bids.file_of(Path(config.data.path), "sub-001", "label-lesion_mask", "ses-2", "lesions")
    bids.save(lesions, (bids.anatomy(seed=99) == 3).astype(np.uint8))
    with pytest.raises(InputError, match=r"sub-001/ses-2/z=.*: its image equals that of sub-001/ses-1/z="):
        write_slices(*paths_in(tmp_path), config)
    assert not any(path.exists() for path in paths_in(tmp_path))


def edit(path: Path, change) -> None:
    change(pd.read_csv(path, keep_default_na=False)).to_csv(path, index=False)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda m: m.assign(sha256=m["sha256"][0]), "identical images"),
        (lambda m: m.assign(subject="sub-001"), "one subject"),
        (lambda m: m.assign(part=m["part"].replace("test", "exam")), "unknown part 'exam'"),
        (lambda m: m.drop(columns="scan"), "columns"),
        (lambda m: m.iloc[::-1], "numbered"),
        (lambda m: m.iloc[:-1], "rows; prepare"),
        (lambda m: m.assign(z="high"), "not a readable manifest"),
        (lambda m: m.assign(part=["train", *m["part"][1:]], subject=["sub-100", *m["subject"][1:]]), "not together"),
    ],
)
def test_damaged_manifest(stored, change, word):
    edit(stored[2], change)
    with pytest.raises(InputError, match=word) as caught:
        load_slices(*stored, "train")
    assert "split.csv" in str(caught.value)


def test_damaged_arrays(stored):
    with pytest.raises(InputError, match="unknown part 'exam'"):
        load_slices(*stored, "exam")
    masks = np.load(stored[1])
    np.save(stored[1], masks.astype(np.float32))
    with pytest.raises(InputError, match=r"masks.npy: it holds float32"):
        load_slices(*stored, "train")
    np.save(stored[1], masks[:, :, 1:])
    with pytest.raises(InputError, match=r"masks.npy: its shape .* does not fit"):
        load_slices(*stored, "train")
    stored[0].write_bytes(stored[0].read_bytes()[:-8])
    with pytest.raises(InputError, match=r"images.npy: not a readable .npy file"):
        load_slices(*stored, "train")
    stored[0].unlink()
    with pytest.raises(InputError, match=r"images.npy: no such file"):
        load_slices(*stored, "train")


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("name", ["images", "masks"])
def test_full_disk(tmp_path, config, monkeypatch, name):
    writer = slice_writer.growing_array_writer
    monkeypatch.setattr(
        slice_writer, "growing_array_writer", lambda path, *about: writer(FULL if name in path.name else path, *about)
    )
    with pytest.raises(InputError, match=r"No space left on device.* free some space"):
        write_slices(*paths_in(tmp_path), config)
    assert [path.name for path in tmp_path.iterdir()] == ["bids"]


def write_many(root: Path, bids, subjects: int) -> None:
    """Subjects with the same masks, as links, and images of their own."""
    bids.write_scan(root.parent / "model", "sub-000", shape=CUBE)
    labels = bids.anatomy(CUBE)
    names = {f"sub-{number:03}": "NeuroRx" for number in range(subjects)}
    for number, subject in enumerate(names):
        for path in (root.parent / "model").rglob("*.nii.gz"):
            link = root / str(path.relative_to(root.parent / "model")).replace("sub-000", subject)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
        image = bids.file_of(root, subject, "T1w")
        image.unlink()
        bids.save(image.with_name(f"{subject}_T1w.nii"), bids.intensities(labels, "T1w", number))
    bids.write_participants(root, names)


def peak_memory(tmp_path: Path, bids, subjects: int) -> int:
    """Bytes that Python and numpy hold at most while slices of so many subjects are written."""
    root, out = tmp_path / f"bids-{subjects}", tmp_path / f"out-{subjects}"
    write_many(root, bids, subjects)
    slices = Slices(spacing=(0.9, 1.1, 1.3), size=CUBE[:2], minimum_brain=0.01)
    split = SubjectSplit(train=2, validation=2, test=2, source=None)
    config = PreparedSlices(data=bids.source(root), slices=slices, split=split)
    tracemalloc.start()
    try:
        written = write_slices(*paths_in(out), config)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written.manifest["subject"].nunique() == subjects
    return peak


def test_a_hundred_subjects_need_hardly_more_memory_than_ten(tmp_path, bids):
    """What grows is the manifest and no array: the slices of 90 subjects would be 90 % of the files."""
    peak_memory(tmp_path, bids, 7)  # The first run imports modules.
    growth = peak_memory(tmp_path, bids, 100) - peak_memory(tmp_path, bids, 10)
    size = sum(path.stat().st_size for path in paths_in(tmp_path / "out-100")[:2])
    assert size > 20e6
    assert growth < 0.15 * size


def prepare(folder: Path, config: dict) -> subprocess.CompletedProcess:
    images, masks, split = (str(path) for path in paths_in(folder))
    command = [sys.executable, str(PROGRAM), "--config", json.dumps(config)]
    command += ["--images", images, "--masks", masks, "--split-table", split]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_program(tmp_path, config, stored, written):
    result = prepare(tmp_path / "out", config.model_dump(mode="json"))
    assert result.returncode == 0, result.stderr
    assert "16/16" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == summary(written) + "\n"
    for first, second in zip(stored, paths_in(tmp_path / "out"), strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_program_that_meets_a_broken_scan_leaves_nothing(tmp_path, config, bids):
    path = bids.file_of(Path(config.data.path), "sub-008", "T2w", "ses-2")
    path.write_bytes(path.read_bytes()[:-400])
    result = prepare(tmp_path / "out", config.model_dump(mode="json"))
    assert result.returncode == 1
    assert f"error: {path}: broken or cut off" in result.stderr
    assert "Traceback" not in result.stderr
    assert list((tmp_path / "out").iterdir()) == []

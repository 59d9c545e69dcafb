"""The phantom as files: valid BIDS, reproducible bytes, correct affines, whole or absent."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest

from sweetspot.config.block import parse
from sweetspot.config.phantom import MIAC, MODALITIES, NEURORX, Phantom
from sweetspot.data.phantom import bids_writer
from sweetspot.data.phantom.anatomy import deformed_brain
from sweetspot.data.phantom.bids_writer import GAIN, write_phantom
from sweetspot.data.phantom.lesions import grow_lesions
from sweetspot.data.phantom.scanner import scan_brain
from sweetspot.data.slice_set import MASK_CHANNELS

VALIDATOR = Path(sys.executable).with_name("bids-validator-deno")
PROGRAM = Path(__file__).parents[3] / "scripts" / "write_phantom.py"


def phantom(subjects, **keys):
    return parse(Phantom, {"reader": "phantom", "subjects": subjects, **keys})


def digests(folder):
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """One subject of each organisation, in one session and in two."""
    root = tmp_path_factory.mktemp("phantom")
    for sessions in (1, 2):
        write_phantom(phantom({"NeuroRx": 1, "MIAC": 1}, sessions=sessions), root / f"sessions-{sessions}")
    return root


@pytest.mark.parametrize("sessions", [1, 2])
def test_validator_finds_no_error(written, sessions):
    done = subprocess.run(
        [str(VALIDATOR), "--recursive", "--format", "json", str(written / f"sessions-{sessions}")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    report = json.loads(done.stdout)
    parts = {"": report, **report["derivativesSummary"]}
    assert {name.strip("/") for name in parts} == {"", "derivatives/lesions", "derivatives/tissues"}
    for part in parts.values():
        assert [issue for issue in part["issues"]["issues"] if issue["severity"] == "error"] == []
    assert report["summary"]["subjects"] == ["MIAC001", "NeuroRx001"]


def test_participants_and_sidecars(written):
    table = (written / "sessions-1" / "participants.tsv").read_text().splitlines()
    assert table == ["participant_id\tcro", "sub-MIAC001\tMIAC", "sub-NeuroRx001\tNeuroRx"]
    sidecar = json.loads((written / "sessions-1/sub-MIAC001/anat/sub-MIAC001_T2w.json").read_text())
    assert sidecar["RepetitionTime"] == MIAC.T2w.repetition_time / 1000  # BIDS wants seconds
    assert sidecar["EchoTime"] == MIAC.T2w.echo_time / 1000
    assert sidecar["MagneticFieldStrength"] == 1.5


def load(root, subject, name):
    return nibabel.load(root / subject / "anat" / f"{subject}_{name}.nii.gz")


def masks_of(root, subject):
    return {
        label: load(
            root / "derivatives" / ("lesions" if label == "lesion" else "tissues"), subject, f"label-{label}_mask"
        )
        for label in MASK_CHANNELS
    }


@pytest.mark.parametrize(("subject", "scanner"), [("sub-NeuroRx001", NEURORX), ("sub-MIAC001", MIAC)])
def test_masks_and_images_share_a_grid_and_masks_exclude_each_other(written, subject, scanner):
    root = written / "sessions-1"
    masks = masks_of(root, subject)
    images = {modality: load(root, subject, modality) for modality in MODALITIES}
    for each in [*masks.values(), *images.values()]:
        assert np.array_equal(each.affine, images["T1w"].affine)
        assert each.shape == images["T1w"].shape
        assert nibabel.aff2axcodes(each.affine) == tuple(scanner.orientation)
        assert np.allclose(each.header.get_qform(), each.affine, atol=1e-5)
        assert each.header.get_xyzt_units()[0] == "mm"
    total = sum(np.asarray(mask.dataobj) for mask in masks.values())
    assert set(np.unique(total)) == {0, 1}
    for image in images.values():
        assert image.get_data_dtype() == np.int16
        assert np.array_equal(np.asarray(image.dataobj) > 0, total == 1)


def test_round_trip_is_exact_up_to_the_stored_integer(written, template):
    config = phantom({"MIAC": 1})
    subject = "sub-MIAC001"
    brain = deformed_brain(template, config.anatomy, config.field_of_view, subject, config.seed)
    (maps,) = grow_lesions(brain, config.lesions, subject, config.seed, 1)
    scan = scan_brain(brain, maps, MIAC, config.field_of_view, f"{subject}/ses-01", config.seed)
    for modality in MODALITIES:
        read = nibabel.as_closest_canonical(load(written / "sessions-1", subject, modality))
        assert np.allclose(read.affine, scan.affine)
        assert np.abs(read.get_fdata() / GAIN - scan.images[modality]).max() <= 0.5001 / GAIN
    for n, (label, mask) in enumerate(masks_of(written / "sessions-1", subject).items(), start=1):
        assert np.array_equal(nibabel.as_closest_canonical(mask).get_fdata(), scan.labels == n), label


@pytest.mark.parametrize("orientation", ["RAS", "LPI", "SAR", "PIL"])
def test_storage_changes_no_voxels_place(tmp_path, written, orientation):
    scanner = NEURORX.model_dump(mode="json") | {"orientation": orientation}
    write_phantom(phantom({"NeuroRx": 1}, scanners={"NeuroRx": scanner}), tmp_path / "other")
    one = load(written / "sessions-1", "sub-NeuroRx001", "T2w")
    other = load(tmp_path / "other", "sub-NeuroRx001", "T2w")
    assert nibabel.aff2axcodes(other.affine) == tuple(orientation)
    one, other = nibabel.as_closest_canonical(one), nibabel.as_closest_canonical(other)
    assert np.array_equal(one.get_fdata(), other.get_fdata())
    assert np.allclose(one.affine, other.affine, atol=1e-4)


def test_same_config_same_bytes_and_additions_change_no_one(tmp_path, written):
    write_phantom(phantom({"NeuroRx": 2, "MIAC": 1, "Third": 1}, scanners=three_scanners()), tmp_path / "more")
    few, more = digests(written / "sessions-1"), digests(tmp_path / "more")
    scans = {name: digest for name, digest in few.items() if "sub-" in name}
    assert len(scans) == 2 * (2 * len(MODALITIES) + len(MASK_CHANNELS))
    assert {name: more[name] for name in scans} == scans
    write_phantom(phantom({"NeuroRx": 1, "MIAC": 1}), tmp_path / "again")
    assert digests(tmp_path / "again") == few
    images = [name for name in more if name.endswith("_T1w.nii.gz")]
    assert len({more[name] for name in images}) == len(images) == 4


def three_scanners():
    models = {"NeuroRx": NEURORX, "MIAC": MIAC, "Third": MIAC}
    return {name: scanner.model_dump(mode="json") for name, scanner in models.items()}


def test_another_seed_is_other_data(tmp_path, written):
    write_phantom(phantom({"NeuroRx": 1}, seed=1), tmp_path / "other")
    name = "sub-NeuroRx001/anat/sub-NeuroRx001_T1w.nii.gz"
    assert (tmp_path / "other" / name).read_bytes() != (written / "sessions-1" / name).read_bytes()


def test_gzip_header_has_neither_name_nor_time(written):
    for file in (written / "sessions-1").rglob("*.nii.gz"):
        header = file.read_bytes()[:10]
        assert header[3] == 0
        assert header[4:8] == bytes(4)
        assert len(gzip.decompress(file.read_bytes())) > 352


def test_sessions_nest_and_the_first_is_that_of_a_single_session(written):
    for subject in ("sub-NeuroRx001", "sub-MIAC001"):
        anat = [written / "sessions-2" / part / subject for part in ("", "derivatives/lesions")]
        first, second = (
            nibabel.load(anat[1] / session / "anat" / f"{subject}_{session}_label-lesion_mask.nii.gz").get_fdata()
            for session in ("ses-01", "ses-02")
        )
        assert np.all(second >= first)
        one = (written / "sessions-1" / subject / "anat" / f"{subject}_PDw.nii.gz").read_bytes()
        images = [
            (anat[0] / session / "anat" / f"{subject}_{session}_PDw.nii.gz").read_bytes()
            for session in ("ses-01", "ses-02")
        ]
        assert images[0] == one
        assert images[1] != one


def test_an_interrupted_write_leaves_what_was_there(tmp_path, monkeypatch):
    out = tmp_path / "phantom"
    out.mkdir()
    (out / "old").write_text("old")
    calls = iter([True, False])

    def scan(*arguments):
        if not next(calls):
            raise KeyboardInterrupt
        return scan_brain(*arguments)

    monkeypatch.setattr(bids_writer, "scan_brain", scan)
    with pytest.raises(KeyboardInterrupt):
        write_phantom(phantom({"MIAC": 2}), out)
    assert [path.name for path in tmp_path.iterdir()] == ["phantom"]
    assert [path.name for path in out.iterdir()] == ["old"]


def run_program(config, out):
    command = [sys.executable, str(PROGRAM), "--config", json.dumps(config), "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_program_writes_and_shows_progress(tmp_path, written):
    done = run_program({"reader": "phantom", "subjects": {"NeuroRx": 1, "MIAC": 1}}, tmp_path / "phantom")
    assert done.returncode == 0, done.stderr
    assert "2/2" in done.stderr
    assert digests(tmp_path / "phantom") == digests(written / "sessions-1")


def test_program_names_what_is_wrong(tmp_path):
    done = run_program({"reader": "phantom", "subjects": {"Elsewhere": 3}}, tmp_path / "phantom")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "`scanners`: 'Elsewhere' has subjects and no scanner" in done.stderr
    assert list(tmp_path.iterdir()) == []

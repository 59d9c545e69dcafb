"""A phantom as a BIDS data set."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from tqdm import tqdm

from sweetspot.config.phantom import Phantom, Scanner, SpinEcho
from sweetspot.data.phantom.anatomy import deformed_brain
from sweetspot.data.phantom.lesions import grow_lesions
from sweetspot.data.phantom.scanner import Scan, scan_brain
from sweetspot.data.phantom.template import load_template
from sweetspot.data.slice_set import MASK_CHANNELS, TISSUES
from sweetspot.files import atomic_path

BIDS_VERSION = "1.10.0"
# Stored integers are the signal times this; a signal is relative to that of CSF at infinite TR and zero TE.
GAIN = 1000
README = """\
A simulated data set: no person was scanned.

Brains are the MNI152 template under smooth random deformations, with lesions of multiple sclerosis grown in white
matter. T1w, T2w and PDw are computed from the spin-echo signal equation at 1.5 T, with partial volume, a bias field and
Rician noise. Images are skull-stripped: exactly 0 outside of the brain and above 0 inside. Stored values are 1000 times
the signal relative to that of CSF at infinite TR and zero TE. The column `cro` of participants.tsv names the contract
research organisation whose scanner is simulated.

derivatives/lesions and derivatives/tissues hold the true masks, by what fills most of a voxel.

The template and its tissue maps (ICBM 152 nonlinear 2009a) are Copyright (C) 1993-2009 Louis Collins, McConnell Brain
Imaging Centre, Montreal Neurological Institute, McGill University.
"""


def write_phantom(config: Phantom, folder: Path) -> None:
    """Write the data set to `folder`, whole or not at all. Equal configs give equal bytes.

    Raises
    ------
    InputError : the disk is full.
    """
    with atomic_path(folder) as root:
        _write_descriptions(config, root)
        names = [(cro, f"sub-{cro}{n + 1:03d}") for cro in sorted(config.subjects) for n in range(config.subjects[cro])]
        rows = ["participant_id\tcro", *(f"{subject}\t{cro}" for cro, subject in names)]
        _write_text(root / "participants.tsv", "\n".join(rows) + "\n")
        with tqdm(total=len(names) * config.sessions, unit="scan", mininterval=5) as progress:
            for cro, subject in names:
                _write_subject(config, config.scanners[cro], subject, root, progress)


def _write_subject(config: Phantom, scanner: Scanner, subject: str, root: Path, progress: tqdm) -> None:
    template = load_template(config.anatomy.resolution)
    brain = deformed_brain(template, config.anatomy, config.field_of_view, subject, config.seed)
    lesions = grow_lesions(brain, config.lesions, subject, config.seed, config.sessions)
    for number, maps in enumerate(lesions, start=1):
        names = [subject] if config.sessions == 1 else [subject, f"ses-{number:02d}"]
        # Bias field and noise of a first session are the same whether or not there is a second.
        stream = f"{subject}/ses-{number:02d}"
        scan = scan_brain(brain, maps, scanner, config.field_of_view, stream, config.seed)
        _write_scan(scan, scanner, root, Path(*names, "anat"), "_".join(names))
        progress.update()


def _write_scan(scan: Scan, scanner: Scanner, root: Path, anat: Path, name: str) -> None:
    inside = scan.labels > 0
    for modality, image in scan.images.items():
        stored = np.where(inside, np.clip(np.round(image * GAIN), 1, np.iinfo(np.int16).max), 0).astype(np.int16)
        _write_nifti(root / anat / f"{name}_{modality}.nii.gz", stored, scan.affine, scanner.orientation)
        _write_json(root / anat / f"{name}_{modality}.json", _sidecar(scanner, getattr(scanner, modality)))
    for index, label in enumerate(MASK_CHANNELS, start=1):
        derivative = "tissues" if label in TISSUES else "lesions"
        path = root / "derivatives" / derivative / anat / f"{name}_label-{label}_mask.nii.gz"
        _write_nifti(path, (scan.labels == index).astype(np.uint8), scan.affine, scanner.orientation)


def _sidecar(scanner: Scanner, sequence: SpinEcho) -> dict[str, Any]:
    return {
        "EchoTime": sequence.echo_time / 1000,
        "MagneticFieldStrength": 1.5,
        "MRAcquisitionType": "2D",
        "RepetitionTime": sequence.repetition_time / 1000,
        "ScanningSequence": "SE",
        "SkullStripped": True,
        "SliceThickness": scanner.voxel[2],
    }


def _write_descriptions(config: Phantom, root: Path) -> None:
    generated = [{"Name": "sweetspot", "Description": "digital brain phantom"}]
    common = {"BIDSVersion": BIDS_VERSION, "GeneratedBy": generated}
    _write_json(
        root / "dataset_description.json", {"Name": "Multiple sclerosis phantom", "DatasetType": "raw", **common}
    )
    for folder, masks in (("lesions", "lesions"), ("tissues", "grey matter, white matter and CSF")):
        description = {"Name": f"True masks of {masks}", "DatasetType": "derivative", **common}
        _write_json(root / "derivatives" / folder / "dataset_description.json", description)
    _write_text(root / "README", README)
    levels = dict.fromkeys(sorted(config.subjects), "simulated scanner of this name")
    column = {"Description": "contract research organisation that scanned the subject", "Levels": levels}
    _write_json(root / "participants.json", {"cro": column})


def _write_nifti(path: Path, voxels: np.ndarray, affine: np.ndarray, orientation: str) -> None:
    image = nibabel.Nifti1Image(voxels, affine)
    image = image.as_reoriented(
        nibabel.orientations.ornt_transform(
            nibabel.orientations.axcodes2ornt("RAS"), nibabel.orientations.axcodes2ornt(orientation)
        )
    )
    image.header.set_xyzt_units("mm")
    image.set_qform(image.affine, "scanner")
    image.set_sform(image.affine, "scanner")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without name and time in gzip's header, equal images are equal bytes.
    path.write_bytes(gzip.compress(image.to_bytes(), compresslevel=1, mtime=0))


def _write_json(path: Path, content: dict[str, Any]) -> None:
    _write_text(path, json.dumps(content, indent=2, sort_keys=True) + "\n")


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

"""Small BIDS data sets, written to temporary folders with nibabel."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import nibabel
import numpy as np
import pytest
from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform

from sweetspot.config.scans import Bids
from sweetspot.data.slice_set import TISSUES

# T1w and other contrasts of CSF, GM, WM and lesion.
CONTRASTS = {"T1w": (200, 600, 900, 500), "T2w": (900, 600, 400, 800)}
SHAPE = (14, 16, 12)
# Neither the spacing nor the origin are numbers that a float32 holds exactly.
AFFINE = np.array([[0.9, 0, 0, -6.37], [0, 1.1, 0, -8.13], [0, 0, 1.3, 4.71], [0, 0, 0, 1.0]])


def anatomy(shape=SHAPE, seed=0) -> np.ndarray:
    """Labels 0 background, 1 CSF, 2 GM, 3 WM, 4 lesion: nested ellipsoids, a little different in each seed."""
    stream = np.random.default_rng(seed)
    axes = np.meshgrid(*(np.linspace(-1, 1, size) for size in shape), indexing="ij")
    radius = np.sqrt(sum((axis / stream.uniform(0.8, 0.9)) ** 2 for axis in axes))
    labels = np.searchsorted([0.55, 0.8, 1.0], radius)
    labels = np.array([3, 2, 1, 0])[labels]
    middle = [size // 2 + int(stream.integers(-1, 2)) for size in shape]
    labels[tuple(slice(place - 1, place + 1) for place in middle)] = 4
    return labels


def intensities(labels: np.ndarray, modality: str, seed=0) -> np.ndarray:
    """int16, 0 outside of the brain, with noise inside."""
    stream = np.random.default_rng([seed, *modality.encode()])
    image = np.array([0, *CONTRASTS[modality]])[labels] + stream.integers(-40, 41, labels.shape)
    return np.where(labels > 0, image, 0).astype(np.int16)


def save(path: Path, array: np.ndarray, affine=AFFINE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(array, None)
    image.set_sform(affine, code=1)
    nibabel.save(image, path)
    return path


def reorient(path: Path, axes: str) -> None:
    """Store the same volume with other axes, such as "LPS", and the affine that goes with them."""
    image = nibabel.load(path)
    image = nibabel.Nifti1Image(np.asanyarray(image.dataobj), image.affine)
    target = ornt_transform(io_orientation(image.affine), axcodes2ornt(tuple(axes)))
    turned = image.as_reoriented(target)
    save(path, np.asanyarray(turned.dataobj), turned.affine)


def file_of(root: Path, subject: str, suffix: str, session="", derivative="") -> Path:
    """Path of an image, or of a mask if `suffix` has an entity, such as "label-lesion_mask"."""
    folder = root / "derivatives" / derivative if derivative else root
    parts = [part for part in (subject, session) if part]
    return folder.joinpath(*parts, "anat", "_".join([*parts, suffix]) + ".nii.gz")


def write_scan(root: Path, subject: str, session="", seed=0, shape=SHAPE, affine=AFFINE, tissues=True, brain=False):
    labels = anatomy(shape, seed)
    for modality in CONTRASTS:
        save(file_of(root, subject, modality, session), intensities(labels, modality, seed), affine)
    lesions = file_of(root, subject, "label-lesion_mask", session, "lesions")
    save(lesions, (labels == 4).astype(np.uint8), affine)
    for name, number in zip(TISSUES, (2, 3, 1), strict=True) if tissues else ():
        mask = (labels == number).astype(np.uint8)
        save(file_of(root, subject, f"label-{name}_mask", session, "tissues"), mask, affine)
    if brain:
        save(file_of(root, subject, "desc-brain_mask", session, "brains"), (labels > 0).astype(np.uint8), affine)


def write_participants(root: Path, rows: dict[str, str], column="cro") -> Path:
    path = root / "participants.tsv"
    lines = ["participant_id\t" + column, *(f"{subject}\t{domain}" for subject, domain in rows.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def source(root: Path, **keys) -> Bids:
    settings = {"reader": "bids", "path": str(root), "modalities": tuple(CONTRASTS), "tissue_masks": "tissues"}
    return Bids(**(settings | keys))


def write_data_set(root: Path, domains: dict[str, int], sessions=("",), **keys) -> Bids:
    """Subjects sub-001, sub-002, ... of each domain, with all sessions."""
    rows = {}
    for domain, count in domains.items():
        for _ in range(count):
            subject = f"sub-{len(rows) + 1:03}"
            rows[subject] = domain
            for number, session in enumerate(sessions):
                write_scan(root, subject, session, seed=1000 * len(rows) + number, **keys)
    write_participants(root, rows)
    return source(root)


@pytest.fixture
def bids() -> SimpleNamespace:
    return SimpleNamespace(
        SHAPE=SHAPE,
        AFFINE=AFFINE,
        TISSUES=TISSUES,
        anatomy=anatomy,
        intensities=intensities,
        save=save,
        reorient=reorient,
        file_of=file_of,
        write_scan=write_scan,
        write_participants=write_participants,
        write_data_set=write_data_set,
        source=source,
    )

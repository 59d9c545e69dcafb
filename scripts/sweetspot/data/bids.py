"""The index of a BIDS data set: its scans, with their images, masks and domains; no voxel is read.

Names of files are taken apart by ancpbids, so entities such as `space` or `desc` may stand in them. Only the folders
that the config names are looked at, since a data set may hold many derivatives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sweetspot.config.scans import Bids, SubjectSplit
from sweetspot.data.participants import of_other_domains, participants_file, read_domains, subjects_by_domain
from sweetspot.data.slice_set import TISSUES
from sweetspot.data.subject_split import split_subjects
from sweetspot.errors import InputError

ENDINGS = (".nii.gz", ".nii")


@dataclass(frozen=True)
class Scan:
    """One session of a subject.

    session : such as "ses-01"; empty where a subject has no sessions.
    images : one for each modality of the config, in its order.
    tissues : masks of GM, WM and CSF; None if they have to be made.
    brain : None if the images are skull-stripped.
    """

    subject: str
    session: str
    domain: str
    images: tuple[Path, ...]
    lesions: Path
    tissues: tuple[Path, ...] | None
    brain: Path | None

    @property
    def name(self) -> str:
        """Such as "sub-01/ses-02", or "sub-01" without sessions."""
        return "/".join(filter(None, (self.subject, self.session)))

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the scan that are read."""
        return (*self.images, self.lesions, *(self.tissues or ()), *([self.brain] if self.brain else ()))


@dataclass(frozen=True)
class _File:
    """An image file with its name taken apart; `entities` are those beside subject and session."""

    path: Path
    suffix: str
    entities: dict[str, str]


def index(source: Bids, split: SubjectSplit) -> tuple[Scan, ...]:
    """The scans of a split's two domains, sorted by subject and session.

    Subjects of other domains are left out before anything of theirs is checked: they need no complete files.

    Raises
    ------
    InputError : a folder or an image is missing, a file is a broken link, a name is not as BIDS wants it, an image is
        there twice, or the participants with domains are not those with scans.
    """
    root = Path(source.path)
    if not root.is_dir():
        raise InputError(f"{root}: no such folder; put a BIDS data set there or correct the key `path`")
    if source.tissue_masks is None and "T1w" not in source.modalities:
        raise InputError(
            f"{root}: tissues are found on T1w, which is not in `modalities`; name a folder of masks in the config key "
            "`tissue_masks`, or add T1w"
        )
    domains = read_domains(source)
    left_out = of_other_domains(source, split)
    images = {
        key: chosen
        for key, files in _files_of_scans(root, left_out).items()
        if (chosen := [file for file in files if file.suffix in source.modalities])
    }
    if not images and not left_out:
        raise InputError(f"{root}: no image sub-*/[ses-*/]anat/*_{source.modalities[0]}.nii.gz; is it a BIDS data set?")
    _check_participants(source, set(domains) - left_out, {subject for subject, _ in images})
    masks = {name: _masks(root, name, set(images), left_out) for name in _derivatives(source)}

    def scan(key: tuple[str, str]) -> Scan:
        def mask(derivative: str, **entities: str) -> Path:
            return _only(masks[derivative].get(key, []), root / "derivatives" / derivative, key, "mask", entities)

        return Scan(
            *key,
            domain=domains[key[0]],
            images=tuple(_only(images[key], root, key, modality, {}) for modality in source.modalities),
            lesions=mask(source.lesion_masks, label="lesion"),
            tissues=tuple(mask(source.tissue_masks, label=tissue) for tissue in TISSUES)
            if source.tissue_masks
            else None,
            brain=mask(source.brain_masks, desc="brain") if source.brain_masks else None,
        )

    scans = tuple(scan(key) for key in sorted(images))
    for path in (path for scan in scans for path in scan.files):
        if not path.is_file():
            raise InputError(
                f"{path}: a link to a file that is not there; fetch it (for example with datalad get) or remove it"
            )
    return scans


def check(source: Bids, split: SubjectSplit, key_prefix: str) -> None:
    """Refuse a data set, or a split that it cannot fill, before any job runs.

    Parameters
    ----------
    key_prefix : full name of the split's key in the config, such as "tasks.ms.split".

    Raises
    ------
    InputError : see `index` and `sweetspot.data.subject_split.split_subjects`.
    """
    index(source, split)
    split_subjects(subjects_by_domain(source), split, key_prefix)


def source_files(source: Bids) -> list[str]:
    """The single files that the reader opens beside the scans, which are in `listing`."""
    path = participants_file(source)
    return [] if path is None else [str(path)]


def listing(source: Bids, split: SubjectSplit) -> str:
    """A hash of name, size and time of all scans and masks that are used, to notice a changed one.

    Raises
    ------
    InputError : see `index`.
    """
    root = Path(source.path)
    files = [(file, file.stat()) for file in scan_files(source, split)]
    rows = [(file.relative_to(root).as_posix(), stat.st_size, stat.st_mtime_ns) for file, stat in files]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def scan_files(source: Bids, split: SubjectSplit) -> list[Path]:
    """All scans and masks that are used.

    Raises
    ------
    InputError : see `index`.
    """
    return [file for scan in index(source, split) for file in scan.files]


def _derivatives(source: Bids) -> list[str]:
    names = [source.lesion_masks, source.tissue_masks, source.brain_masks]
    return list(dict.fromkeys(name for name in names if name is not None))


def _masks(
    root: Path, name: str, scans: set[tuple[str, str]], left_out: set[str]
) -> dict[tuple[str, str], list[_File]]:
    folder = root / "derivatives" / name
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; it should hold masks, see the config keys that end in `_masks`")
    masks = _files_of_scans(folder, left_out)
    for key in sorted(set(masks) - scans):
        raise InputError(f"{masks[key][0].path}: a mask of a scan that has no images in {root}")
    return masks


def _files_of_scans(folder: Path, left_out: set[str]) -> dict[tuple[str, str], list[_File]]:
    """The image files in `folder` of each (subject, session), without the subjects `left_out`."""
    scans: dict[tuple[str, str], list[_File]] = {}
    for pattern in ("sub-*/anat/*.nii*", "sub-*/ses-*/anat/*.nii*"):
        for path in sorted(folder.glob(pattern)):
            subject, session = path.relative_to(folder).parts[0], path.parent.parent.name
            key = (subject, session if session != subject else "")
            if subject in left_out:
                continue
            scans.setdefault(key, []).extend(_take_apart(path, key))
    return scans


def _take_apart(path: Path, key: tuple[str, str]) -> Iterator[_File]:
    from ancpbids.utils import parse_bids_name

    if path.name.startswith(".") or not path.name.endswith(ENDINGS):
        return
    parts = parse_bids_name(path.name)
    if parts is None:
        raise InputError(f"{path}: not a name as BIDS wants it, sub-XX[_ses-YY][_key-value...]_suffix.nii.gz")
    entities = dict(parts["entities"])
    named = tuple(f"{entity}-{entities.pop(entity)}" if entity in entities else "" for entity in ("sub", "ses"))
    if named != key:
        raise InputError(f"{path}: subject and session in the name are not those of the folders; rename one of them")
    yield _File(path, parts["suffix"], entities)


def _only(files: list[_File], folder: Path, key: tuple[str, str], suffix: str, entities: dict[str, str]) -> Path:
    """The one file with this suffix and these entities; a name without further entities goes first."""
    found = [file for file in files if file.suffix == suffix and entities.items() <= file.entities.items()]
    plain = [file for file in found if file.entities == entities]
    chosen = plain if len(plain) == 1 else found
    if len(chosen) > 1:
        raise InputError(f"{chosen[0].path}: there is also {chosen[1].path.name}; keep one of them")
    if not chosen:
        parts = list(filter(None, key))
        name = "_".join([*parts, *(f"{name}-{value}" for name, value in entities.items()), suffix])
        raise InputError(
            f"{folder.joinpath(*parts, 'anat', name)}.nii.gz: no such file; every scan needs one. Add it, or take the "
            f"scan {'/'.join(parts)} out of the data set"
        )
    return chosen[0].path


def _check_participants(source: Bids, participants: set[str], scanned: set[str]) -> None:
    where = participants_file(source) or "the config key `domains`"
    for subject in sorted(participants - scanned):
        raise InputError(f"{where}: {subject} is listed and has no scan in {Path(source.path, subject)}")
    for subject in sorted(scanned - participants):
        raise InputError(f"{Path(source.path, subject)}: it has scans, and {subject} is not listed in {where}")

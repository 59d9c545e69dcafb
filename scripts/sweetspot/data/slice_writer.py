"""Writing the slice store: a data set is read scan by scan, and its slices are appended part after part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from sweetspot.config.scans import PreparedSlices
from sweetspot.data.bids import Scan, index
from sweetspot.data.participants import of_other_domains, subjects_by_domain
from sweetspot.data.parts import PARTS, SLICE_PARTS, verify_disjoint
from sweetspot.data.scan import read_scan
from sweetspot.data.slice_set import LESION, MASK_CHANNELS
from sweetspot.data.slice_store import COLUMNS
from sweetspot.data.slices import cut_slices
from sweetspot.data.split import content_hash
from sweetspot.data.subject_split import split_subjects
from sweetspot.errors import InputError
from sweetspot.files import atomic_path, growing_array_writer

CLASSES = ("no lesion", "lesion")


@dataclass(frozen=True)
class Written:
    """What a slice store was made of.

    other_domains : number of subjects left out, of neither the target nor the source.
    duplicates : slices left out since the subject has an equal image with equal lesions earlier.
    cut_off : for each scan, the share of its brain outside of the slices' window.
    """

    manifest: pd.DataFrame
    other_domains: int
    duplicates: int
    cut_off: dict[str, float]


def write_slices(
    images_path: str | Path, masks_path: str | Path, split_path: str | Path, config: PreparedSlices
) -> Written:
    """Read a data set scan by scan and write its slices, part after part; one scan is in memory at a time.

    Raises
    ------
    InputError : see `sweetspot.data.bids.check` and `sweetspot.data.scan.read_scan`; equal images of two subjects, or
        with other lesions; or no space left. Then none of the files is written.
    """
    scans = index(config.data, config.split)
    parts = split_subjects(subjects_by_domain(config.data), config.split, "split")
    height, width = config.slices.size
    store = _Manifest()
    with atomic_path(images_path) as images_file, atomic_path(masks_path) as masks_file:
        with (
            growing_array_writer(images_file, (len(config.data.modalities), height, width), "float32") as add_images,
            growing_array_writer(masks_file, (len(MASK_CHANNELS), height, width), "uint8") as add_masks,
        ):
            for part, scan in tqdm(list(_in_order(scans, parts)), unit="scan", mininterval=5):
                gridded = read_scan(scan, config.data.modalities, config.slices.spacing)
                cut = cut_slices(gridded, config.slices, scan.name, config.data.modalities)
                kept = store.add(part, scan, cut.images, cut.masks, cut.z)
                store.cut_off[scan.name] = cut.cut_off
                add_images(cut.images[kept])
                add_masks(cut.masks[kept])
        manifest = pd.DataFrame(store.rows, columns=COLUMNS)
        verify_disjoint(manifest, str(split_path), SLICE_PARTS)
        with atomic_path(split_path) as split_file:
            manifest.to_csv(split_file, index=False, lineterminator="\n")
    left_out = len(of_other_domains(config.data, config.split))
    return Written(manifest, left_out, store.duplicates, store.cut_off)


def summary(written: Written) -> str:
    """Subjects, scans and slices of each part and domain, and what was left out, as text."""
    manifest = written.manifest
    counts = manifest.groupby(["part", "domain"], sort=False).agg(
        subjects=("subject", "nunique"), scans=("scan", "nunique"), slices=("id", "size"), with_lesion=("label", "sum")
    )
    without = counts[counts["with_lesion"] == 0].index.get_level_values("part")
    beyond = {name: share for name, share in written.cut_off.items() if share > 0}
    lines = [counts.to_string(), f"{written.duplicates:,} slices left out: an equal image comes earlier"]
    lines += [f"no lesion in any slice of {part}" for part in without if part in PARTS]
    if written.other_domains:
        lines.append(f"{written.other_domains:,} subjects left out: of neither the target nor the source")
    if beyond:
        worst = max(beyond, key=lambda name: beyond[name])
        lines.append(
            f"{len(beyond):,} scans have brain beyond the config key `slices.size`, "
            f"at most {beyond[worst]:.1%} of it ({worst})"
        )
    return "\n".join(lines)


def _in_order(scans: tuple[Scan, ...], parts: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Scan]]:
    for part, subjects in parts.items():
        members = set(subjects)
        yield from ((part, scan) for scan in scans if scan.subject in members)


class _Manifest:
    """The rows so far."""

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []
        self.seen: dict[str, tuple[str, str, str]] = {}
        self.duplicates = 0
        self.cut_off: dict[str, float] = {}

    def add(self, part: str, scan: Scan, images: np.ndarray, masks: np.ndarray, z: np.ndarray) -> list[int]:
        """Add rows for the slices of a scan that are not there yet; the positions of these."""
        kept = []
        for position, (image, mask, height) in enumerate(zip(images, masks, z, strict=True)):
            name = f"{scan.name}/z={height:+.1f}"
            digest, lesions = content_hash(image), content_hash(mask[LESION])
            subject, earlier, its_lesions = self.seen.setdefault(digest, (scan.subject, name, lesions))
            if subject != scan.subject:
                raise InputError(
                    f"{name}: its image equals that of {earlier}, so one person seems to be there as two subjects; "
                    f"remove {scan.subject} or {subject}"
                )
            if its_lesions != lesions:
                raise InputError(f"{name}: its image equals that of {earlier}, and its lesions differ; remove one scan")
            if earlier != name:
                self.duplicates += 1
                continue
            label = int(mask[LESION].any())
            about = (name, scan.subject, scan.domain, scan.name, round(float(height), 3))
            self.rows.append((len(self.rows), *about, part, label, CLASSES[label], digest))
            kept.append(position)
        return kept

"""The sample store: images in one `.npy` file and a manifest with one row for each.

Manifest columns: index (row of the image array), id, subject, domain (both empty where there are none), part,
label, class, sha256.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sweetspot.data.images import LabelledImages
from sweetspot.data.manifest import open_array, read_manifest
from sweetspot.data.parts import PARTS, verify_disjoint
from sweetspot.data.split import SplitImages
from sweetspot.errors import InputError
from sweetspot.files import array_writer, atomic_path

COLUMNS = ("index", "id", "subject", "domain", "part", "label", "class", "sha256")
# Images written at a time.
CHUNK = 1024


def write_store(
    images_path: str | Path, split_path: str | Path, data: LabelledImages, split: SplitImages
) -> pd.DataFrame:
    """Write the images of all parts, part after part, and their manifest, which is returned.

    Raises
    ------
    InputError : an image in two parts, or no space left; then neither file is written.
    """
    order = np.concatenate([split.parts[part] for part in PARTS])
    labels = data.labels[order]
    manifest = pd.DataFrame(
        {
            "index": np.arange(len(order)),
            "id": [data.ids[i] for i in order],
            "subject": "",
            "domain": "",
            "part": np.repeat(PARTS, [len(split.parts[part]) for part in PARTS]),
            "label": labels,
            "class": [data.class_names[label] for label in labels],
            "sha256": split.hashes[order],
        }
    )
    verify_disjoint(manifest, str(split_path))
    with atomic_path(images_path) as images_file:
        with array_writer(images_file, (len(order), *data.images.shape[1:])) as append:
            for start in range(0, len(order), CHUNK):
                append(data.images[order[start : start + CHUNK]])
        with atomic_path(split_path) as split_file:
            manifest.to_csv(split_file, index=False, lineterminator="\n")
    return manifest


def load_part(images_path: str | Path, split_path: str | Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of one part, after checking that the parts are disjoint.

    Returns
    -------
    images : float32 in [-1, 1], shape (n, channels, height, width); a memory map of the file. Changes
        to it stay in memory, so that it may be handed to torch as it is.
    labels : int64, shape (n,).

    Raises
    ------
    InputError : see `read_manifest`; an unknown part; or an image file that is missing, broken or too long.
    """
    if part not in PARTS:
        raise InputError(f"unknown part {part!r}; the parts are {', '.join(PARTS)}")
    manifest = read_manifest(Path(split_path), COLUMNS, PARTS)
    images = open_array(Path(images_path), np.float32, "(n, channels, height, width)")
    if len(images) != len(manifest):
        raise InputError(
            f"{images_path}: {len(images)} images, but {split_path} has {len(manifest)} rows; prepare the data again"
        )
    rows = np.flatnonzero(manifest["part"] == part)
    labels = manifest["label"].to_numpy(dtype=np.int64)[rows]
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return images[rows[0] : rows[-1] + 1], labels
    return images[rows], labels


def class_names(split_path: str | Path) -> tuple[str, ...]:
    """The name of each class, in order of label.

    Raises
    ------
    InputError : see `read_manifest`.
    """
    manifest = read_manifest(Path(split_path), COLUMNS, PARTS)
    names = manifest.drop_duplicates("label").sort_values("label")["class"]
    return tuple(names)

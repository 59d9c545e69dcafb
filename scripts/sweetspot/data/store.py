"""The sample store: images in one `.npy` file and a manifest with one row for each.

Manifest columns: index (row of the image array), id, subject, domain (both empty where there are none), part,
label, class, sha256.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sweetspot.data.images import LabelledImages
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


def load_manifest(split_path: str | Path) -> pd.DataFrame:
    """The manifest, checked: its columns, the order of its rows, and that the parts are disjoint.

    Raises
    ------
    InputError : the file is missing, is no manifest, or has an image or a subject in two parts.
    """
    path = Path(split_path)
    if not path.is_file():
        raise InputError(f"{path}: no such file; prepare the data first")
    text = dict.fromkeys(("id", "subject", "domain", "part", "class", "sha256"), str)
    try:
        # A class may well be called "None" or "NA": only text is read, nothing is taken for a missing value.
        manifest = pd.read_csv(
            path, dtype={**text, "index": np.int64, "label": np.int64}, keep_default_na=False, na_filter=False
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable manifest ({error}); prepare the data again") from None
    if tuple(manifest.columns) != COLUMNS:
        raise InputError(f"{path}: its columns are not {', '.join(COLUMNS)}; prepare the data again")
    if not np.array_equal(manifest["index"], np.arange(len(manifest))):
        raise InputError(f"{path}: the rows are not numbered 0, 1, 2, ...; prepare the data again")
    verify_disjoint(manifest, str(path))
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
    InputError : see `load_manifest`; an unknown part; or an image file that is missing, broken or too long.
    """
    if part not in PARTS:
        raise InputError(f"unknown part {part!r}; the parts are {', '.join(PARTS)}")
    manifest = load_manifest(split_path)
    images = _open_images(Path(images_path))
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
    InputError : see `load_manifest`.
    """
    manifest = load_manifest(split_path)
    names = manifest.drop_duplicates("label").sort_values("label")["class"]
    return tuple(names)


def _open_images(path: Path) -> np.ndarray:
    if not path.is_file():
        raise InputError(f"{path}: no such file; prepare the data first")
    try:
        images = np.lib.format.open_memmap(path, mode="c")
    except (ValueError, EOFError, OSError, SyntaxError) as error:
        raise InputError(f"{path}: not a readable .npy file ({error}); prepare the data again") from None
    if images.dtype != np.float32 or images.ndim != 4:
        raise InputError(
            f"{path}: it holds {images.dtype} of shape {images.shape}, not float32 of shape "
            "(n, channels, height, width); prepare the data again"
        )
    return images

"""The real set and the pool that a user gives, read from folders of images, arrays or tables of features."""

from __future__ import annotations

import tokenize
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sweetspot.config.data import ImageFolder
from sweetspot.data import image_folder
from sweetspot.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".npy", ".npz", ".parquet")
BYTES, UNIT, SIGNED = (0.0, 255.0), (0.0, 1.0), (-1.0, 1.0)  # usual ranges of pixel values
VALUES, LABELS = ("images", "features"), "labels"  # names of arrays in a .npz file


@dataclass(frozen=True)
class InputSet:
    """One set as it was read.

    name : what messages call it, its path.
    values : images (n, channels, height, width), or features (n, d); in the units of the file.
    labels : the class of each sample as the file names it, (n,); None without labels.
    value_range : lowest and highest possible pixel value, where the file's form tells; else None.
    files : of a folder, the path of each image within it; else None.
    columns : of a table, the names of the features; else None.
    """

    name: str
    values: np.ndarray
    labels: np.ndarray | None
    value_range: tuple[float, float] | None = None
    files: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None

    @property
    def is_images(self) -> bool:
        """Whether it holds images, and not features."""
        return self.values.ndim == 4

    def __len__(self) -> int:
        return len(self.values)


def read_input(path: Path, labels_path: Path | None) -> InputSet:
    """One set; images of a folder are float32 in [-1, 1], arrays as they are stored.

    A folder holds images, or a folder of images for each class; a `.npy` file an array of images (n, channels, height,
    width) or (n, height, width), or of features (n, d); a `.npz` file such an array under the name `images` or
    `features`, and maybe `labels`; a `.parquet` file a column for each feature, and maybe a column `label`.

    Raises
    ------
    InputError : missing or broken files, another shape, labels of another number, or labels given twice.
    """
    files = columns = None
    if path.is_dir():
        values, labels, files = _read_folder(path)
    else:
        values, labels, columns = _read_file(path)
    if labels_path is not None:
        if labels is not None:
            raise InputError(f"{labels_path}: {path} has labels of its own; leave out --labels")
        labels = load_array(labels_path)
    if labels is not None:
        if labels.ndim != 1 or labels.dtype.kind not in "iuU":
            raise InputError(
                f"{labels_path or path}: labels must be whole numbers or names of shape (n,), they are "
                f"{labels.dtype} of shape {labels.shape}"
            )
        if len(labels) != len(values):
            raise InputError(
                f"{labels_path or path}: {len(labels)} labels for the {len(values)} samples of {path}; give one "
                "for each"
            )
    known = SIGNED if path.is_dir() else BYTES if values.dtype == np.uint8 else None
    return InputSet(str(path), values, labels, known, files, columns)


def _read_folder(path: Path) -> tuple[np.ndarray, np.ndarray | None, tuple[str, ...]]:
    if not image_folder.has_classes(path):
        images, files = image_folder.read_unlabelled(path)
        return images, None, files
    data = image_folder.read(ImageFolder(reader="image_folder", path=str(path)), from_config=False)
    return data.images, np.array(data.class_names)[data.labels], data.ids


def _read_file(path: Path) -> tuple[np.ndarray, np.ndarray | None, tuple[str, ...] | None]:
    columns = None
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder; give a folder of images, or a file of {', '.join(ENDINGS)}")
    if path.suffix == ".parquet":
        values, labels, columns = _read_parquet(path)
    elif path.suffix == ".npz":
        values, labels = _read_npz(path)
    elif path.suffix == ".npy":
        values, labels = load_array(path), None
    else:
        raise InputError(
            f"{path}: its ending is none of {', '.join(ENDINGS)}; give one of these, or a folder of images"
        )
    if values.dtype.kind not in "fiu":
        raise InputError(f"{path}: it holds {values.dtype}; save images or features as numbers")
    if values.ndim not in (2, 3, 4) or 0 in values.shape:
        raise InputError(
            f"{path}: its shape is {values.shape}; save images as (n, channels, height, width) or (n, height, width), "
            "features as (n, d)"
        )
    if values.ndim == 4 and values.shape[3] in (1, 3, 4) and values.shape[1] > 4:
        raise InputError(
            f"{path}: its shape {values.shape} has the channels last; save images as (n, channels, height, width)"
        )
    return values[:, np.newaxis] if values.ndim == 3 else values, labels, columns


def load_array(path: Path) -> np.ndarray:
    """The array of a `.npy` file, memory-mapped.

    Raises
    ------
    InputError : a missing or broken file, one of several arrays, or one of Python objects.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, OverflowError, SyntaxError, tokenize.TokenError) as error:
        raise InputError(
            f"{path}: not a readable .npy file ({error}); save it again with numpy.save, as an array of numbers or text"
        ) from None
    if not isinstance(array, np.ndarray):
        raise InputError(f"{path}: it holds several arrays; save the one that is meant with numpy.save")
    return array


def _read_npz(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            found = [name for name in archive.files if name in VALUES]
            if len(found) != 1:
                raise InputError(
                    f"{path}: it holds {', '.join(archive.files) or 'nothing'}; name one array `images` or `features`, "
                    "and the classes `labels`"
                )
            return archive[found[0]], archive[LABELS] if LABELS in archive.files else None
    except InputError:
        raise
    except (
        ValueError,
        EOFError,
        OSError,
        OverflowError,
        SyntaxError,
        tokenize.TokenError,
        zipfile.BadZipFile,
    ) as error:
        raise InputError(f"{path}: not a readable .npz file ({error}); save it again with numpy.savez") from None


def _read_parquet(path: Path) -> tuple[np.ndarray, np.ndarray | None, tuple[str, ...]]:
    import pandas as pd

    try:
        table = pd.read_parquet(path)
    except ImportError:
        raise InputError(
            f"{path}: reading Parquet needs the package pyarrow; install it (pip install pyarrow), or save the "
            "features with numpy.save"
        ) from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a readable Parquet file ({error})") from None
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise InputError(f"{path}: the column `{twice[0]}` is there twice; give each another name")
    features = table.drop(columns="label", errors="ignore")
    wrong = [str(name) for name in features if features[name].dtype.kind not in "fiu"]
    if wrong:
        raise InputError(f"{path}: the column `{wrong[0]}` holds no numbers; keep features and one column `label` only")
    names = tuple(map(str, features))
    return features.to_numpy(dtype=float), _labels_of(table["label"], path) if "label" in table else None, names


def _labels_of(column: pd.Series, path: Path) -> np.ndarray:
    missing = np.flatnonzero(column.isna())
    if missing.size:
        raise InputError(f"{path}: row {missing[0]} has no label; add it, or leave the row out")
    return column.to_numpy(dtype=np.int64 if column.dtype.kind in "iu" else str)

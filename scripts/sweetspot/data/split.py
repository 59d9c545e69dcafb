"""Disjoint, stratified parts of a data set, and the check that they are disjoint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from sweetspot.config.data import Split
from sweetspot.data.images import LabelledImages
from sweetspot.errors import InputError
from sweetspot.streams import numpy_stream


@dataclass(frozen=True)
class SplitImages:
    """Which images each part holds.

    parts : for each part, the positions of its images in the source, ascending.
    hashes : SHA-256 of each image of the source.
    duplicates : images left out since an equal one with the same label comes earlier in the source.
    conflicts : images left out since an equal one has another label; neither label can be trusted.
    """

    parts: dict[str, np.ndarray]
    hashes: np.ndarray
    duplicates: int
    conflicts: int


def content_hash(image: np.ndarray) -> str:
    """SHA-256 of one image's shape and float32 values."""
    digest = hashlib.sha256(str(image.shape).encode())
    # Adding zero turns -0.0, which equals 0.0 but has other bytes, into 0.0.
    digest.update(np.ascontiguousarray(image, dtype="<f4") + np.float32(0))
    return digest.hexdigest()


def check_counts(counts: dict[str, int], split: Split, key_prefix: str) -> None:
    """Refuse a split that `counts` images of each class cannot fill.

    Raises
    ------
    InputError : more images asked for than there are, or a class so small that its share of some part is less
        than one image. The message names the key, which starts with `key_prefix`.
    """
    available = sum(counts.values())
    sizes = split.sizes()
    asked = sum(sizes.values())
    if asked > available:
        parts = " + ".join(f"{size:,} {part}" for part, size in sizes.items())
        raise InputError(
            f"`{key_prefix}`: {parts} = {asked:,} images are asked for, but the data have {available:,}; "
            "make the parts smaller"
        )
    name = min(counts, key=lambda name: counts[name])
    for part, size in sizes.items():
        if size and size * counts[name] < available:
            raise InputError(
                f"`{key_prefix}.{part}`: class {name!r} has only {counts[name]} of the {available:,} images: "
                f"less than one for a part of {size:,}; make the part larger, add images to the class or "
                "leave it out"
            )


def split_images(data: LabelledImages, split: Split, key_prefix: str = "split") -> SplitImages:
    """Drop repeated images and split the others; the parts do not depend on the order of the source.

    Raises
    ------
    InputError : see `check_counts`, for the images that are left.
    """
    hashes = np.array([content_hash(image) for image in data.images])
    kept, duplicates, conflicts = _distinct(hashes, data.labels)
    labels = data.labels[kept]
    counts = np.bincount(labels, minlength=len(data.class_names))
    dropped = duplicates + conflicts
    try:
        check_counts(dict(zip(data.class_names, counts.tolist(), strict=True)), split, key_prefix)
    except InputError as error:
        note = f" ({dropped:,} repeated images were left out)" if dropped else ""
        raise InputError(f"{error}{note}") from None

    sizes = split.sizes()
    table = allocate(counts, list(sizes.values()))
    stream = numpy_stream("split", split.seed)
    parts: dict[str, list[np.ndarray]] = {part: [] for part in sizes}
    for label in range(len(counts)):
        members = kept[labels == label]
        # In order of content before the shuffle, so that the order of the source does not matter.
        members = stream.permutation(members[np.argsort(hashes[members])])
        ends = np.cumsum(table[:, label])
        for part, start, end in zip(parts, [0, *ends[:-1]], ends, strict=True):
            parts[part].append(members[start:end])
    return SplitImages(
        {part: np.sort(np.concatenate(members)) for part, members in parts.items()},
        hashes,
        duplicates,
        conflicts,
    )


def _distinct(hashes: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, int, int]:
    """Positions of the images to keep, and how many are left out as duplicates and as conflicts."""
    _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    conflicting = np.zeros(len(first), dtype=bool)
    np.logical_or.at(conflicting, group, labels != labels[first[group]])
    conflicts = int(conflicting[group].sum())
    kept = np.sort(first[~conflicting])
    return kept, len(hashes) - conflicts - len(kept), conflicts


def allocate(counts: np.ndarray, sizes: list[int]) -> np.ndarray:
    """How many images of each class each part gets.

    Each number is its quota, `size * count / total`, rounded up or down, and the numbers of a part add up to
    its size. As with the method of largest remainders, quotas with larger fractions are rounded up first;
    here for all parts and the unused rest at once, since parts that are rounded one by one may ask for more
    images of a class than there are.

    Parameters
    ----------
    counts : images available of each class, shape (classes,).
    sizes : images asked for in each part; their sum is at most that of `counts`.

    Returns
    -------
    int64, shape (parts, classes).
    """
    from scipy.optimize import linprog
    from scipy.sparse import identity, kron, vstack

    total = int(counts.sum())
    rows = np.array([*sizes, total - sum(sizes)], dtype=np.int64)
    product = np.outer(rows, counts.astype(np.int64))
    floor, remainder = product // total, product % total
    # One variable for each entry: is it rounded up? Rows and columns must add up. These are the constraints
    # of a transport problem, so the corners of the feasible set, one of which the simplex method returns, are
    # whole numbers.
    r, c = product.shape
    solution = linprog(
        -(remainder / total).ravel(),
        A_eq=vstack([kron(identity(r), np.ones((1, c))), kron(np.ones((1, r)), identity(c))]).tocsr(),
        b_eq=np.concatenate([rows - floor.sum(axis=1), counts - floor.sum(axis=0)]),
        bounds=[(0, int(fraction > 0)) for fraction in remainder.ravel()],
        method="highs-ds",
    )
    table = floor + np.rint(solution.x).astype(np.int64).reshape(r, c)
    if not (np.array_equal(table.sum(axis=1), rows) and np.array_equal(table.sum(axis=0), counts)):
        raise AssertionError("the rounded table does not add up")
    return table[:-1]

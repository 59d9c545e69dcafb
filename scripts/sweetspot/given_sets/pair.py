"""Two sets made comparable: checked, on one scale, with common classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import InputSet
from sweetspot.given_sets.scales import on_one_scale
from sweetspot.measure.checks import LEAST_IMAGES, check_comparable

FEWEST_REAL = 10  # of `recommend`, so that two halves of 5 remain to measure the floor on
FEWEST_OF_A_CLASS = 2  # where classes are told apart
LARGEST_FACTOR = 1e50  # of features over typical ones; the fourth power of a greater one is beyond float64


@dataclass(frozen=True)
class Pair:
    """What is compared.

    real, synthetic : images float32 (n, channels, height, width), in [-1, 1] up to noise, or features float64 (n, d).
    real_labels, synthetic_labels : int64 (n,), positions in `classes`; None without labels.
    classes : their names.
    warnings : what the user should know about the input, in words.
    real_name : what messages call the real set.
    """

    real: np.ndarray
    synthetic: np.ndarray
    real_labels: np.ndarray | None
    synthetic_labels: np.ndarray | None
    classes: tuple[str, ...]
    warnings: tuple[str, ...]
    real_name: str

    @property
    def is_images(self) -> bool:
        """Whether the sets hold images, and not features."""
        return self.real.ndim == 4

    @property
    def has_labels(self) -> bool:
        """Whether both sets have labels."""
        return self.real_labels is not None


def make_pair(
    real: InputSet,
    synthetic: InputSet,
    value_range: tuple[float, float] | None,
    fewest_real: int = FEWEST_REAL,
    by_class: bool = True,
) -> Pair:
    """Check both sets against each other.

    `value_range` is the lowest and highest pixel value, which become -1 and 1, of a set whose files do not tell; None
    to find it out. `fewest_real` is how many real samples there must be, and `by_class` whether what follows
    tells classes apart, so that there must be several and enough real samples of each.

    Raises
    ------
    InputError : images against features; other sizes, channels or dimensions; too few samples; NaN or infinite values;
        constant images; scales that cannot be brought together; columns or classes that do not match.
    """
    if real.is_images != synthetic.is_images:
        kinds = {True: "images", False: "features"}
        raise InputError(
            f"{real.name} holds {kinds[real.is_images]} and {synthetic.name} {kinds[synthetic.is_images]}; give two "
            "sets of the same kind"
        )
    if len(real) < fewest_real:
        raise InputError(f"{real.name}: {len(real)} samples; at least {fewest_real} real ones are needed")
    warnings: list[str] = []
    if real.is_images:
        check_comparable(real.values, synthetic.values, real.name, synthetic.name)
        a, b = on_one_scale(real, synthetic, value_range, warnings)
    else:
        if value_range is not None:
            raise InputError(f"--value-range: {real.name} holds features, and no pixels; leave it out")
        a, b = _features(real, synthetic)
    labels, names = _common_classes(real, synthetic, by_class, warnings)
    return Pair(a, b, *labels, names, tuple(warnings), real.name)


def _features(real: InputSet, synthetic: InputSet) -> tuple[np.ndarray, np.ndarray]:
    if real.values.shape[1] != synthetic.values.shape[1]:
        raise InputError(
            f"{real.name} has {real.values.shape[1]} features and {synthetic.name} {synthetic.values.shape[1]}; take "
            "both from the same network"
        )
    _check_columns(real, synthetic)
    for each in (real, synthetic):
        if len(each) < LEAST_IMAGES:
            raise InputError(f"{each.name}: {len(each)} samples; at least {LEAST_IMAGES} are needed")
        broken = np.flatnonzero(~np.isfinite(each.values).all(axis=1))
        if broken.size:
            raise InputError(f"{each.name}: row {broken[0]} holds NaN or an infinite value; replace it or leave it out")
        if np.all(each.values == each.values[0]):
            raise InputError(f"{each.name}: all rows are equal, so there is nothing to compare; check how it was made")
    a, b = np.asarray(real.values, dtype=float), np.asarray(synthetic.values, dtype=float)
    typical = float(np.median(np.abs(a).max(axis=1)))
    for each, values in ((real, a), (synthetic, b)):
        largest = np.abs(values).max(axis=1)
        if largest.max() / LARGEST_FACTOR > typical > 0:
            raise InputError(
                f"{each.name}: row {largest.argmax()} holds {largest.max():.3g}, while half of the rows of {real.name} "
                f"reach no more than {typical:.3g}; save both on one scale"
            )
    return a, b


def _check_columns(real: InputSet, synthetic: InputSet) -> None:
    """Whether columns that have names in both sets have the same ones, in the same order."""
    if real.columns is None or synthetic.columns is None:
        return
    for i, (own, theirs) in enumerate(zip(real.columns, synthetic.columns, strict=True)):
        if own != theirs:
            raise InputError(
                f"{synthetic.name}: its feature {i} is the column `{theirs}` and that of {real.name} `{own}`; give "
                "both the same columns in the same order"
            )


def _common_classes(
    real: InputSet, synthetic: InputSet, by_class: bool, warnings: list[str]
) -> tuple[tuple[np.ndarray | None, np.ndarray | None], tuple[str, ...]]:
    """Labels of both sets as positions in the names of the classes, which are those of the real set."""
    if real.labels is None and synthetic.labels is None:
        return (None, None), ()
    if real.labels is None or synthetic.labels is None:
        given, missing = (real, synthetic) if synthetic.labels is None else (synthetic, real)
        if not by_class:
            warnings.append(f"{given.name} has labels and {missing.name} has none; they are left out")
            return (None, None), ()
        raise InputError(f"{given.name} has labels and {missing.name} has none; give both with --labels, or neither")
    own, theirs = real.labels.astype(str), synthetic.labels.astype(str)
    names, positions, counts = np.unique(own, return_inverse=True, return_counts=True)
    unknown = sorted(set(theirs) - set(names))
    if unknown:
        raise InputError(
            f"{synthetic.name} has the class {str(unknown[0])!r}, which {real.name} does not have (its classes: "
            f"{', '.join(names[:10])}{', ...' if len(names) > 10 else ''}); name the classes of both alike"
        )
    if by_class and len(names) < 2:
        raise InputError(
            f"{real.name}: all samples are of the class {str(names[0])!r}; leave the labels out, or give more"
        )
    if by_class and counts.min() < FEWEST_OF_A_CLASS:
        raise InputError(
            f"{real.name}: the class {str(names[counts.argmin()])!r} has one sample; at least "
            f"{FEWEST_OF_A_CLASS} are needed"
        )
    absent = sorted(set(names) - set(theirs))
    if absent:
        warnings.append(f"{synthetic.name} has no sample of {', '.join(absent)}: adding it makes these classes rarer")
    return (positions.astype(np.int64), np.searchsorted(names, theirs).astype(np.int64)), tuple(map(str, names))

"""The scale of pixel values: which range they have, and both sets brought to [-1, 1]."""

from __future__ import annotations

import numpy as np

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import BYTES, SIGNED, UNIT, InputSet

# Sets whose standard deviations differ by more than this factor cannot be on one scale.
LARGEST_FACTOR = 20.0
# Where one set has no usual range of pixel values, a warning is due beyond these: of the standard deviations' ratio, of
# the means' difference in standard deviations; and how near to mean 0 and standard deviation 1 is standardised.
NOTABLE_FACTOR, LARGEST_MOVE, STANDARDISED = 4.0, 0.5, 0.02


def on_one_scale(
    real: InputSet, synthetic: InputSet, value_range: tuple[float, float] | None, warnings: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Both sets of images with the range of pixel values taken to [-1, 1].

    The range is that of their files, else `value_range`, else what the values look like. Adds to `warnings` what may be
    wrong.

    Raises
    ------
    InputError : scales that cannot be brought together, or a `value_range` that the files of both sets contradict.
    """
    if value_range is not None:
        _check_given_range((real, synthetic), value_range, warnings)
    range_a, range_b = (_range_of(each, value_range) for each in (real, synthetic))
    if range_a is not None and range_b is not None and range_a != range_b:
        warnings.append(
            f"the pixels of {real.name} look like {range_a[0]:g} to {range_a[1]:g} and those of {synthetic.name} like "
            f"{range_b[0]:g} to {range_b[1]:g}: each set was brought to -1 to 1 by its own range; if that is wrong, "
            "save both on one scale or give --value-range"
        )
    # Noise may leave the range of the images that it was added to: such a pool has the range of the real set.
    a = _scaled(real.values, range_a or SIGNED)
    b = _scaled(synthetic.values, (range_b if range_a else None) or range_a or SIGNED)
    factor = float(b.std(dtype=float) / a.std(dtype=float))
    if not 1 / LARGEST_FACTOR < factor < LARGEST_FACTOR:
        raise InputError(
            f"the pixels of {synthetic.name} spread {factor:.3g} times as much as those of {real.name}: the two are on "
            "different scales, such as 0..255 and 0..1; save both on one scale"
        )
    if (range_a is None) != (range_b is None):
        _warn_of_another_scale((real, synthetic) if range_b is None else (synthetic, real), (a, b), factor, warnings)
    return a, b


def _check_given_range(sets: tuple[InputSet, InputSet], value_range: tuple[float, float], warnings: list[str]) -> None:
    """Whether --value-range says something about either set, and holds for it.

    Raises
    ------
    InputError : the files of both sets tell another one.
    """
    if all(each.value_range not in (None, value_range) for each in sets):
        raise InputError(
            f"--value-range: {sets[0].name} and {sets[1].name} hold 8-bit pixels, whose range is known; leave it out"
        )
    for each in sets:
        low, high = float(each.values.min()), float(each.values.max())
        if each.value_range is None and not value_range[0] <= low <= high <= value_range[1]:
            warnings.append(
                f"the pixels of {each.name} reach from {low:g} to {high:g}, beyond --value-range "
                f"{value_range[0]:g} {value_range[1]:g}"
            )


def _warn_of_another_scale(
    sets: tuple[InputSet, InputSet], scaled: tuple[np.ndarray, np.ndarray], factor: float, warnings: list[str]
) -> None:
    """Warn where the pixels of the second of `sets` have no usual range, and may be on another scale than the first's.

    Noise added to images leaves their range too, but keeps their mean. Standardised images have mean 0 and standard
    deviation 1.
    """
    known, other = sets
    mean, spread = float(other.values.mean(dtype=float)), float(other.values.std(dtype=float))
    moved = abs(float(scaled[1].mean(dtype=float) - scaled[0].mean(dtype=float)))
    apart = moved > LARGEST_MOVE * float(scaled[0].std(dtype=float))
    standardised = abs(mean) < STANDARDISED and abs(spread - 1) < STANDARDISED
    if apart or standardised or not 1 / NOTABLE_FACTOR < factor < NOTABLE_FACTOR:
        warnings.append(
            f"the pixels of {other.name} (mean {mean:.3g}, standard deviation {spread:.3g}) have no usual range, and "
            f"were taken to be on the scale of {known.name}; that is right for added noise, but if they were "
            "standardised or scaled otherwise, the result is wrong: save both on one scale"
        )


def _range_of(images: InputSet, given: tuple[float, float] | None) -> tuple[float, float] | None:
    """The range of pixel values: as the file's form tells, else as `given`, else a usual one that the values look like,
    else None."""
    if images.value_range is not None or given is not None:
        return images.value_range or given
    low, high = float(images.values.min()), float(images.values.max())
    if low >= 0 and 2 < high <= 255:
        return BYTES
    if low >= 0 and high <= 1:
        return UNIT
    return SIGNED if low >= -1 and high <= 1 else None


def _scaled(values: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    low, high = value_range
    scaled = np.array(values, dtype=np.float32)
    scaled -= np.float32((low + high) / 2)
    scaled /= np.float32((high - low) / 2)
    return scaled

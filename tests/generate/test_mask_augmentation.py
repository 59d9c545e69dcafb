"""Masks for sampling: what augmentation keeps, and that every mask is used equally often."""

import numpy as np
import pytest
from scipy.ndimage import center_of_mass

from sweetspot.config.mask_sampling import MaskAugmentation, MaskPool
from sweetspot.errors import InputError
from sweetspot.generate.mask_augmentation import augment, augmented_masks
from sweetspot.streams import numpy_stream

NOTHING = MaskAugmentation(flip=False, rotation=0, scale=0, shift=0, deformation=0)


def masks(count=5, size=24) -> np.ndarray:
    """Discs of three tissues with a lesion, none like another."""
    y, x = np.indices((size, size)) - (size - 1) / 2
    radius = np.hypot(y, x)
    result = np.zeros((count, 4, size, size), np.uint8)
    for number in range(count):
        lesion = np.hypot(y - 3, x - 4 + number) < 2
        for channel, (inner, outer) in enumerate([(7, 10), (3, 7), (0, 3)]):
            result[number, channel] = (radius >= inner) & (radius < outer) & ~lesion
        result[number, 3] = lesion
    return result


def drawn(own: np.ndarray, count: int, augmentation: MaskAugmentation, seed: int) -> np.ndarray:
    return np.stack(list(augmented_masks(own, MaskPool(images=count, seed=seed, augmentation=augmentation))))


def test_without_augmentation_the_pool_is_permutations_of_the_masks():
    pool = drawn(masks(), 12, NOTHING, seed=3)
    index = [int(np.flatnonzero([(own == made).all() for own in masks()])[0]) for made in pool]
    assert sorted(index[:5]) == sorted(index[5:10]) == [0, 1, 2, 3, 4]
    assert index[:5] != index[5:10]


def test_a_larger_pool_begins_with_the_smaller_one_and_seeds_differ():
    own = masks()
    small, large = (drawn(own, count, MaskAugmentation(), seed=0) for count in (4, 9))
    np.testing.assert_array_equal(large[:4], small)
    assert (drawn(own, 4, MaskAugmentation(), seed=1) != small).any()


def test_an_augmented_mask_is_still_a_mask():
    pool = drawn(masks(), 40, MaskAugmentation(), seed=0)
    assert pool.dtype == np.uint8
    assert set(np.unique(pool)) == {0, 1}
    assert pool.sum(1).max() == 1
    own = masks().sum((0, 2, 3)) / 5
    np.testing.assert_allclose(pool.sum((0, 2, 3)) / 40, own, rtol=0.15)  # sizes change by at most 8 %, evenly
    assert len({made.tobytes() for made in pool}) == 40


def test_no_masks_to_draw_from_are_refused():
    with pytest.raises(InputError, match="no slice in the part generator"):
        drawn(masks(0), 1, MaskAugmentation(), seed=0)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"flip": True}, "mirrored"),
        ({"shift": 0.2}, "moved"),
    ],
)
def test_each_part_of_the_augmentation_does_what_it_says(setting, expected):
    own = masks()[0]
    made = [augment(own, NOTHING.model_copy(update=setting), numpy_stream(f"test/{number}", 0)) for number in range(30)]
    if expected == "mirrored":
        kinds = [(each == own).all() for each in made]
        assert {True, False} == set(kinds)
        assert all((each == own).all() or (each == own[..., ::-1]).all() for each in made)
    else:
        centres = np.array([center_of_mass(each[3]) for each in made]) - center_of_mass(own[3])
        assert np.abs(centres).max() <= 0.2 * 24 + 0.5
        assert np.abs(centres).max(0).min() > 2


def test_rotation_turns_and_scale_resizes_about_the_centre():
    own = masks()[0]
    for number in range(20):
        turned = augment(own, NOTHING.model_copy(update={"rotation": 90.0}), numpy_stream(f"turn/{number}", 0))
        centre = (np.array(own.shape[1:]) - 1) / 2
        before, after = (np.linalg.norm(center_of_mass(each[3]) - centre) for each in (own, turned))
        assert after == pytest.approx(before, abs=0.6)
    larger = [augment(own, NOTHING.model_copy(update={"scale": 0.3}), numpy_stream(f"size/{n}", 0)) for n in range(40)]
    areas = np.array([each.sum() for each in larger]) / own.sum()
    assert 0.4 < areas.min() < 0.75
    assert 1.3 < areas.max() < 1.75

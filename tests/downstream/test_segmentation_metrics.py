"""Dice by scan and F1 over lesions: hand-made cases, symmetries, and MONAI's Dice on single slices."""

import numpy as np
import pytest
import torch

from sweetspot.downstream.segmentation_metrics import lesion_counts, lesion_f1, overlap_counts, scan_dice


def mask(*rows: str) -> np.ndarray:
    """One slice, `#` where there is a lesion."""
    return np.array([[letter == "#" for letter in row] for row in rows])[None]


NOTHING = mask("....", "....", "....")
TWO = mask("##..", "....", "...#")


def dice(predicted, true, scans):
    return scan_dice(overlap_counts(predicted, true), np.array(scans))


def f1(predicted, true):
    return lesion_f1(lesion_counts(predicted, true))


@pytest.fixture
def masks():
    stream = np.random.default_rng(0)
    true, predicted = stream.random((2, 12, 16, 16)) < 0.1
    return predicted, true, np.repeat(["a", "b", "c"], [3, 5, 4])


def test_perfect_and_empty_predictions():
    assert (dice(TWO, TWO, ["a"]), f1(TWO, TWO)) == (1, 1)
    assert (dice(NOTHING, TWO, ["a"]), f1(NOTHING, TWO)) == (0, 0)
    assert (dice(TWO, NOTHING, ["a"]), f1(TWO, NOTHING)) == (0, 0)
    assert (dice(NOTHING, NOTHING, ["a"]), f1(NOTHING, NOTHING)) == (1, 1)


def test_dice_of_a_single_slice_is_monais(masks):
    from monai.metrics import DiceMetric

    predicted, true, _ = masks
    expected = DiceMetric(reduction="none")(*(torch.from_numpy(each)[:, None].float() for each in (predicted, true)))
    for each, value in enumerate(expected[:, 0].tolist()):
        assert dice(predicted[[each]], true[[each]], ["a"]) == pytest.approx(value, rel=1e-6)


def test_dice_pools_the_slices_of_a_scan_and_averages_scans():
    predicted = np.concatenate([mask("##.."), mask("#..."), mask("....")])
    true = np.concatenate([mask("##.."), mask("...."), mask(".###")])
    # Scan a: 2 * 2 / (3 + 2); the slice without lesion adds its false positive. Scan b: nothing found.
    assert dice(predicted, true, ["a", "a", "b"]) == pytest.approx((4 / 5 + 0) / 2)
    assert dice(predicted, true, ["a", "b", "a"]) == pytest.approx((4 / 7 + 0) / 2)


def test_a_scan_without_lesion_counts_1_unless_something_is_predicted():
    true = np.concatenate([TWO, NOTHING])
    assert dice(true, true, ["a", "b"]) == 1
    assert dice(np.concatenate([TWO, TWO]), true, ["a", "b"]) == 0.5


def test_lesions_touch_at_corners():
    assert lesion_counts(NOTHING, mask("#...", ".#..", "..#.")).tolist() == [[0, 1, 0, 0]]
    assert lesion_counts(NOTHING, mask("#.#.", "....", "#.#.")).tolist() == [[0, 4, 0, 0]]


def test_a_lesion_is_found_by_any_overlap():
    true = mask("##..#", ".....", "#...#")
    predicted = mask(".####", ".....", ".##..")
    # One predicted lesion covers parts of two true ones; another touches none; two true ones are missed.
    assert lesion_counts(predicted, true).tolist() == [[2, 4, 1, 2]]
    sensitivity, predictive_value = 2 / 4, 1 / 2
    expected = 2 * sensitivity * predictive_value / (sensitivity + predictive_value)
    assert f1(predicted, true) == pytest.approx(expected)


def test_lesions_of_different_slices_are_not_connected():
    both = np.concatenate([TWO, TWO])
    assert lesion_counts(both, both).sum(0).tolist() == [4, 4, 4, 4]


def test_neither_order_nor_mirroring_matters(masks):
    predicted, true, scans = masks
    order = np.random.default_rng(1).permutation(len(true))
    for change in (
        lambda each: each[order],
        lambda each: each[..., ::-1] if each.ndim > 1 else each,
        lambda each: each[:, ::-1] if each.ndim > 1 else each,
        lambda each: each.swapaxes(1, 2) if each.ndim > 1 else each,
    ):
        changed = change(predicted), change(true)
        assert f1(*changed) == f1(predicted, true)
        assert dice(*changed, change(scans)) == pytest.approx(dice(predicted, true, scans), rel=1e-12)


def test_both_are_symmetric_in_truth_and_prediction(masks):
    predicted, true, scans = masks
    assert dice(predicted, true, scans) == dice(true, predicted, scans)
    assert f1(predicted, true) == pytest.approx(f1(true, predicted), rel=1e-12)
    assert 0 < f1(predicted, true) < 1


def test_counts_may_be_gathered_in_parts(masks):
    predicted, true, _ = masks
    for count in (overlap_counts, lesion_counts):
        parts = [count(predicted[i : i + 5], true[i : i + 5]) for i in range(0, 12, 5)]
        assert np.array_equal(np.concatenate(parts), count(predicted, true))


def test_an_empty_set_has_no_lesion():
    assert lesion_counts(TWO[:0], TWO[:0]).shape == (0, 4)

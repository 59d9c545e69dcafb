"""How well predicted lesions match the true ones: Dice by scan, and F1 over lesions.

Both are made of counts for each slice, so that a set may be counted part by part. Masks are boolean, shape
(n, height, width).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label

# Pixels that touch at a corner belong to one lesion.
NEIGHBOURS = np.ones((3, 3), dtype=int)


def overlap_counts(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Pixels of each slice that are lesion in both masks, in `predicted`, and in `true`; int64, shape (n, 3)."""
    counts = [np.count_nonzero(mask, axis=(1, 2)) for mask in (predicted & true, predicted, true)]
    return np.stack(counts, axis=1).astype(np.int64)


def scan_dice(counts: np.ndarray, scans: np.ndarray) -> float:
    """Mean over scans of the Dice coefficient of all slices of a scan together.

        D = 2 |P and T| / (|P| + |T|)

    with the sizes summed over the scan's slices. A slice without lesion so adds what was wrongly predicted there to
    |P|, and nothing else. A scan without lesion in the truth has D = 1 if nothing is predicted, else 0.

    Parameters
    ----------
    counts : (n, 3) of `overlap_counts`.
    scans : (n,), the scan of each slice.
    """
    names, scan_of = np.unique(scans, return_inverse=True)
    totals = np.zeros((len(names), 3))
    np.add.at(totals, scan_of, counts)
    both, sizes = totals[:, 0], totals[:, 1] + totals[:, 2]
    return float(np.mean(np.divide(2 * both, sizes, out=np.ones_like(both), where=sizes > 0)))


def lesion_counts(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """For each slice: true lesions that are found, true lesions, predicted ones that are right, predicted ones.

    A lesion is a connected component of a slice, neighbours at corners included. A true lesion is found if a predicted
    pixel is inside, and a predicted one is right if a true pixel is inside. Returns int64, shape (n, 4).
    """
    counts = [
        (*_touched(each_true, each_predicted), *_touched(each_predicted, each_true))
        for each_predicted, each_true in zip(predicted, true, strict=True)
    ]
    return np.array(counts, dtype=np.int64).reshape(-1, 4)


def lesion_f1(counts: np.ndarray) -> float:
    """F1 over the lesions of all slices.

        F1 = 2 S V / (S + V)

    S, the sensitivity, is the share of true lesions that are found; V, the predictive value, the share of predicted
    lesions that are right. With no lesion in truth and prediction F1 = 1; if only one of the two has any, or nothing
    overlaps, F1 = 0.

    Simplified from Commowick et al., Scientific Reports 8:13650, 2018: lesions are 2-D, in slices, rather than 3-D, and
    any overlap counts, where they ask for a least share of it.

    Parameters
    ----------
    counts : (n, 4) of `lesion_counts`.
    """
    found, true, right, predicted = counts.sum(axis=0).tolist()
    if true == predicted == 0:
        return 1.0
    if found == 0:
        return 0.0
    sensitivity, predictive_value = found / true, right / predicted
    return 2 * sensitivity * predictive_value / (sensitivity + predictive_value)


def _touched(mask: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Components of `mask` with a pixel of `other` inside, and all components."""
    components, number = label(mask, structure=NEIGHBOURS)
    inside = np.unique(components[other & mask])
    return len(inside), number

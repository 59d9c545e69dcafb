"""What the reasons of an advice say: who judged, how far the sets are apart, how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sweetspot.recommend.floors import Distance

# Without labels the rule whose ratio does not depend on the unit of the pixels.
LABELLED, UNLABELLED, UNLABELLED_FEATURES = "leave_one_out_alone", "rapsd", "frechet"
NETWORK = "cross_validation"  # runs of a network, asked for with --measure
# How sure: the interval's share of the whole range on the scale of log(1 + ratio).
SURE, UNSURE = 1 / 3, 2 / 3


@dataclass(frozen=True)
class Judge:
    """Whom a method trains, what it is tested on, and the loss that decides."""

    who: str
    tested_on: str
    loss: str


JUDGES = {
    LABELLED: Judge("a linear classifier", "real samples that it had not seen", "squared error"),
    NETWORK: Judge("the network", "folds of the real set that it had not seen", "cross-entropy"),
}


def change(factor: float) -> str:
    """1.1 as "10.0 % more", 0.9 as "10.0 % less"."""
    return f"{100 * abs(factor - 1):.1f} % {'more' if factor > 1 else 'less'}"


def about_distances(distances: Sequence[Distance], n: int) -> str:
    """Whether a distance exceeds its floor; `n` is the size of the real set. Finding none proves none."""
    above = [each for each in distances if each.above_floor]
    if not above:
        return (
            f"No difference was found with {n:,} real samples: no distance is larger than between two halves of the "
            "real set. With more of them a small difference might show."
        )
    farthest = max(above, key=lambda each: each.value / max(each.floor, 1e-300))
    return (
        f"{len(above)} of {len(distances)} distances are larger than between two halves of the real set, by up to "
        f"{farthest.value / max(farthest.floor, 1e-300):.3g} times ({farthest.metric})."
    )


def sureness(low: float, high: float, largest: float, n: int, method: str) -> str:
    """How much of the range up to `largest` the interval takes, and what it leaves out; `n` real samples were given."""
    if method not in JUDGES:
        return "Unsure: no labels were given."
    share = (np.log1p(high) - np.log1p(low)) / np.log1p(largest)
    how = "Fairly sure" if share <= SURE else "Rather unsure" if share <= UNSURE else "Unsure"
    width = f"the interval takes {100 * share:.0f} % of the range that was looked at, from {n:,} real samples"
    if method == NETWORK:
        return f"{how}: {width}."
    return (
        f"{how} for {JUDGES[method].who}, not for a network: {width}, and covers sampling noise only. A network's best "
        "ratio may lie outside it, for instance lower where the pool is noisy; --measure trains one."
    )

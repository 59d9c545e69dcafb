"""Which sets of images are compared.

The reference is the real part `train` of the target domain. It is compared with

- `synthetic`: a pool of one quality;
- `more_real`: real images that are in neither the reference nor a test, the generator's own part. They are of the same
  distribution, so this is the floor: what a distance is at these sizes where there is nothing to find. The generator
  has learnt from this part, not from the reference, so that nothing which it knows by heart makes a pool seem nearer;
- `more_source`: slices of the source domain;
- training sets under domain shift, as figure 3(b) of paper 1 follows them: `source`, and `source` with `synthetic`,
  `more_source` or `target_real` added. Slices that are added as `target_real` are of the part `train`: all those that
  any of these training sets holds are taken out of the reference of all of them.

Outside of training sets both sides have the same number of images. No part shares an image with another, and features
that are learnt, components and the task's network, are learnt from the part `validation`, which is on no side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.data.subsets import nested_order
from sweetspot.measure.checks import check_comparable, check_count


@dataclass(frozen=True, eq=False)
class Part:
    """Images that a comparison draws from.

    name : what the table calls it, such as `train`.
    images : float32, (n, channels, height, width).
    labels : the classes in whose proportions subsets are drawn, (n,).
    units : what is resampled together, (n,): the subject of a slice, or the image itself.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    units: np.ndarray

    def first(self, n: int, seed: int) -> Part:
        """A subset of n images in the proportions of the classes; a smaller one is part of a larger one."""
        rows = np.sort(nested_order(self.labels, f"distances/{self.name}", seed)[:n])
        return self.rows(rows)

    def rows(self, rows: np.ndarray) -> Part:
        """The images at these positions, read into memory."""
        return Part(self.name, np.asarray(self.images[rows]), self.labels[rows], self.units[rows])

    def with_added(self, other: Part) -> Part:
        """Both together; units of the two differ."""
        return Part(
            f"{self.name}+{other.name}",
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([np.char.add("a", self.units.astype(str)), np.char.add("b", other.units.astype(str))]),
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """A pair of sets: `a` the reference, `b` what is compared with it, `floor` as many real images as `b`, or None."""

    arm: str
    quality: str
    a: Part
    b: Part
    floor: Part | None
    metrics: tuple[str, ...] | None = None  # all of them if None


class Reference:
    """The reference, and the real images that the floor is measured on."""

    def __init__(self, train: Part, more_real: Part, most: int, seed: int) -> None:
        """`most` images at most are on either side of a comparison."""
        self.train, self.more_real, self.most, self.seed = train, more_real, most, seed
        self._subsets: dict[tuple[str, int], Part] = {}

    def against(self, arm: str, quality: str, part: Part) -> Comparison:
        """The reference against as many images of `part`.

        Raises
        ------
        InputError : see `check_comparable`.
        """
        name = f"{part.name} {quality}".strip()
        # The smallest part sets the size of all: it is the one to blame, not those that are cut to it.
        for each, known_as in ((self.train, None), (self.more_real, None), (part, name)):
            check_count(len(each.labels), known_as or f"the part {each.name}")
        n = min(self.most, len(self.train.labels), len(self.more_real.labels), len(part.labels))
        a, floor = self._subset(self.train, n), self._subset(self.more_real, n)
        b = floor if part is self.more_real else part.first(n, self.seed)
        check_comparable(a.images, b.images, f"the part {a.name}", name)
        return Comparison(arm, quality, a, b, floor)

    def floor_for(self, part: Part) -> Part | None:
        """As many real images as `part` has, if there are so many."""
        n = len(part.labels)
        return self._subset(self.more_real, n) if n <= len(self.more_real.labels) else None

    def _subset(self, part: Part, n: int) -> Part:
        # One object for each, so that its features are computed once.
        if (part.name, n) not in self._subsets:
            self._subsets[part.name, n] = part.first(n, self.seed)
        return self._subsets[part.name, n]

"""What a method may look at when it predicts the ratio: a small real set and a synthetic pool, never a test set."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Sample:
    """A set of images with what linear methods see of them.

    images : (n, channels, height, width).
    features : float64 (n, rows, p). For classification there is one row for each image; for segmentation a row is a
        position in the image. The last feature is constant. As many rows in every image of every set, so that the ratio
        of rows is that of images.
    labels : int64 (n, rows), the class of each row, from 0.
    """

    images: np.ndarray
    features: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        if self.features.ndim != 3 or self.labels.shape != self.features.shape[:2]:
            raise ValueError(
                "features must be (n, rows, p) and labels (n, rows), "
                f"their shapes are {self.features.shape} and {self.labels.shape}"
            )
        if len(self.images) != len(self.features):
            raise ValueError(f"{len(self.images)} images, but features of {len(self.features)}")

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: np.ndarray) -> Sample:
        """The images at the positions `rows`."""
        return Sample(self.images[rows], self.features[rows], self.labels[rows])


@dataclass(frozen=True)
class Evidence:
    """All that a method sees.

    real, synthetic : the user's real training set and the pool.
    held_out : more real images of the distribution to do well on, such as the validation set that training needs
        anyway; None if there are none.
    classes : their number; labels are below it.
    largest_ratio : of synthetic to real images, the largest that may be predicted.
    seed : of the random draws of a method.
    real_is_target : False under domain shift, where `real` is of another distribution than `held_out`, which counts.
    """

    real: Sample
    synthetic: Sample
    held_out: Sample | None
    classes: int
    largest_ratio: float
    seed: int
    real_is_target: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.largest_ratio <= len(self.synthetic) / len(self.real):
            raise ValueError(
                f"largest_ratio must be above 0 and {len(self.synthetic)} samples must reach it, "
                f"got {self.largest_ratio!r} for {len(self.real)} real images"
            )
        if not self.real_is_target and self.held_out is None:
            raise ValueError("under domain shift the evidence needs held-out images of the target")

    @property
    def target(self) -> Sample:
        """Real images of the distribution to do well on."""
        return self.real if self.real_is_target else self.held_out

    def one_hot(self, sample: Sample) -> np.ndarray:
        """Targets of linear methods, (n, rows, classes): 1 for the class, less the mean over the classes."""
        return np.eye(self.classes)[sample.labels] - 1 / self.classes

    def candidates(self, count: int) -> np.ndarray:
        """`count` ratios from 0 to the largest, even in log(1 + ratio)."""
        ratios = np.expm1(np.linspace(0, np.log1p(self.largest_ratio), count))
        ratios[-1] = self.largest_ratio
        return ratios

    def leading(self, count: int) -> Evidence:
        """The same with the first `count` features and the constant only."""
        kept = [*range(min(count, self.real.features.shape[2] - 1)), -1]

        def less(sample: Sample | None) -> Sample | None:
            return None if sample is None else replace(sample, features=sample.features[:, :, kept])

        return replace(self, real=less(self.real), synthetic=less(self.synthetic), held_out=less(self.held_out))

"""What the selection of samples from a pool depends on: the pool, the rules, and how many samples they pick."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.sampling import parse_quality

RuleName = Literal[
    "covariance", "covariance_swap", "random", "center_matching", "center_sampling", "k_means", "ds3", "all"
]
# What rules are held against: no more than the real images, and as many more real ones as they pick.
Reference = Literal["none", "more_real"]
Per = Literal["class", "task"]


class SelectionPool(Block):
    """The images that rules pick from: a mixture of qualities, with real images hidden in it or without."""

    parts: dict[str, int] = key(
        REQUIRED,
        "number of images of each quality; any quality, also one that is not in `sampling.qualities`. No image is in "
        "a pool twice: qualities that share a reverse chain take other images of it",
        unit="images",
        min_length=1,
    )
    hidden_real: int = key(0, "real images hidden among them, none of which is among the `n_real`", unit="images", ge=0)

    @field_validator("parts")
    @classmethod
    def _usable(cls, parts: dict[str, int]) -> dict[str, int]:
        for quality, images in parts.items():
            parse_quality(quality)
            if images < 1:
                raise ValueError(f"`{quality}`: {images} images; each part needs 1 or more")
        return parts

    @property
    def synthetic(self) -> int:
        """Synthetic images in the pool."""
        return sum(self.parts.values())

    @property
    def images(self) -> int:
        """Images in the pool."""
        return self.synthetic + self.hidden_real


class SampleSelection(Block):
    """The picks of all rules and seeds from one pool; images and features are given by files."""

    n_real: int = key(REQUIRED, "real images that the rules see", ge=2)
    n: int = key(REQUIRED, "images to pick", ge=1)
    pool: SelectionPool | None = key(REQUIRED, "the pool; null for more real images and for none")
    rules: tuple[RuleName | Reference, ...] = key(REQUIRED, "how they are picked", min_length=1)
    seeds: int = key(REQUIRED, "pools and real subsets", ge=1)
    per: Per = key(REQUIRED, "whether each class is picked for itself")

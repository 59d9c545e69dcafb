"""The `sampling` block of a segmentation task: the masks that condition the samples, and the reverse chain."""

from __future__ import annotations

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.sampling import QUALITY_HELP, Sampling

PAPER = "paper 1, Section 6 (MS lesion segmentation)"


class MaskAugmentation(Block):
    """How a mask of the generator's part is changed before it conditions a sample: bounds of uniform draws."""

    flip: bool = key(True, "mirror left to right with probability 1/2")
    rotation: float = key(6.0, "largest rotation", unit="degrees", ge=0, le=180)
    scale: float = key(0.05, "largest change of size, as a share", ge=0, lt=1)
    shift: float = key(0.03, "largest shift in each direction, as a share of height and width", ge=0, lt=1)
    deformation: float = key(
        0.01, "standard deviation of a smooth displacement, as a share of height and width", ge=0, lt=1
    )
    smoothness: float = key(
        0.12, "standard deviation of the Gaussian that smooths the displacement, as a share of the height", gt=0, lt=1
    )


class MaskPool(Block):
    """What the masks of a synthetic pool depend on, whichever networks, chains and qualities are sampled with them."""

    images: int = key(REQUIRED, "masks to draw", ge=1, le=100_000_000)
    seed: int = key(0, "names the streams of the masks' order and of their augmentation", ge=0)
    augmentation: MaskAugmentation = key(MaskAugmentation(), "how the masks are changed")


class MaskSampling(Sampling):
    """Drawing the synthetic pool, each slice from a mask of its own."""

    images: int = key(REQUIRED, "size of the synthetic pool of each quality", unit="slices", ge=1, le=100_000_000)
    batch_size: int = key(100, "slices sampled together", unit="slices", ge=1)
    qualities: tuple[str, ...] = key(
        REQUIRED, QUALITY_HELP, min_length=1, source=PAPER, paper=["t=50", "t=150", "t=300"]
    )
    augmentation: MaskAugmentation = key(MaskAugmentation(), "how the masks are changed")

    def mask_pool(self) -> MaskPool:
        """The part that only the masks depend on, and all that they depend on."""
        return MaskPool(images=self.images, seed=self.seed, augmentation=self.augmentation)

    def chains(self) -> dict[str, Sampling]:
        """As of any sampling; how masks are changed is no part of it, since the sampler is given their file."""
        settings = {chain: each.model_dump(exclude={"augmentation"}) for chain, each in super().chains().items()}
        return {chain: Sampling(**each) for chain, each in settings.items()}

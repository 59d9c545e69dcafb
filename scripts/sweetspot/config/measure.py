"""The `measure` block: how distances between real and synthetic images are measured."""

from __future__ import annotations

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.segmenter import Segmenter


class Measure(Block):
    """Sizes, and the pretrained networks whose features are used beside pixels, components and the task's network."""

    images: int = key(
        1000,
        "most images on either side of a distance; fewer if a part or a pool has fewer",
        unit="images",
        ge=5,
        le=20_000,
    )
    replicates: int = key(100, "bootstrap resamples of an interval", unit="resamples", ge=20, le=100_000)
    components: int = key(
        32,
        "principal components of the pixels of the images of the part `validation`; at most one less than there are",
        ge=1,
        le=10_000,
    )
    projections: int = key(50, "random directions of the sliced Wasserstein distance", ge=1, le=100_000)
    seed: int = key(0, "names the streams of subsets, directions, folds and resamples", ge=0)
    inception: str | None = key(
        None,
        "file of the FID's Inception weights for torch-fidelity, or `download`; null: not used. Needs "
        "`pip install sweetspot[inception]`",
        source="paper 1, Section 6",
    )
    clip: str | None = key(
        None,
        "folder or hub id of a CLIP network, such as openai/clip-vit-base-patch32; null: not used. Needs "
        "`pip install sweetspot[pretrained]`",
    )
    dino: str | None = key(
        None,
        "folder or hub id of a DINOv2 network, such as facebook/dinov2-small; null: not used. Needs "
        "`pip install sweetspot[pretrained]`",
    )

    def pretrained(self) -> dict[str, str]:
        """The pretrained networks to use: where each is."""
        named = {name: getattr(self, name) for name in ("inception", "clip", "dino")}
        return {name: source for name, source in named.items() if source is not None}


class ClassDistances(Block):
    """What the distances of a classification task depend on."""

    measure: Measure = key(REQUIRED, "how distances are measured")
    qualities: tuple[str, ...] = key(REQUIRED, "the synthetic pools", min_length=1)
    classifier: Classifier = key(REQUIRED, "the network whose hidden layer gives features")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long that network trains", discriminator="unit")


class Mixtures(Block):
    """The training sets of `domain_shift`, whose distances figure 3(b) shows."""

    n_real: int = key(REQUIRED, "slices of the source domain", unit="slices", ge=1)
    ratios: tuple[float, ...] = key(REQUIRED, "added slices for each of them", min_length=1)
    qualities: tuple[str, ...] = key(REQUIRED, "the synthetic pools that are added", min_length=1)
    more_real: bool = key(REQUIRED, "whether real slices are added too")


class SliceDistances(Block):
    """What the distances of a segmentation task depend on."""

    measure: Measure = key(REQUIRED, "how distances are measured")
    qualities: tuple[str, ...] = key(REQUIRED, "the synthetic pools", min_length=1)
    segmenter: Segmenter = key(REQUIRED, "the network whose deepest level gives features")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long that network trains", discriminator="unit")
    mixtures: Mixtures | None = key(None, "training sets under domain shift; null if there are none")

"""The `segmenter` and `experiments` blocks of a segmentation task: the downstream network and the runs to make."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.compute import Compute

PAPER = "paper 1, Section 6 (MS lesion segmentation)"


class Segmenter(Block):
    """The vanilla U-Net for lesions and its training."""

    channels: tuple[int, ...] = key(
        (64, 128, 256), "feature channels of each level, from full size down", min_length=2, source=PAPER
    )
    normalisation: Literal["none", "group"] = key("none", "after each convolution: nothing, or group normalisation")
    norm_groups: int = key(8, "groups of the group normalisation; divides every entry of `channels`", ge=1)
    prior: float = key(
        0.5,
        "probability of lesion that the untrained network's last bias stands for; 0.5 is none. Lesions are rare, "
        "and a small one saves the first steps (Lin et al., ICCV 2017, Section 3.3)",
        gt=0,
        lt=1,
    )
    optimiser: Literal["adam"] = key("adam", "the optimiser", source=PAPER)
    learning_rate: float = key(1e-3, "learning rate of Adam at the first step", gt=0)
    decay: float = key(
        0.1,
        "the learning rate falls exponentially, as the paper's, by this factor over the whole budget; 1 for none",
        gt=0,
        le=1,
    )
    batch_size: int = key(16, "slices in a batch", unit="slices", ge=1)
    focal_gamma: float = key(2.0, "exponent gamma of the focal loss", ge=0)
    focal_weight: float = key(1.0, "weight of the focal loss beside the Tversky loss", ge=0)
    tversky_false_positives: float = key(0.3, "weight alpha of false positives in the Tversky loss", ge=0)
    tversky_false_negatives: float = key(0.7, "weight beta of false negatives in the Tversky loss", ge=0)
    compute: Compute = key(Compute(), "device, precision, compilation, determinism")

    @model_validator(mode="after")
    def _widths_fit(self) -> Segmenter:
        if min(self.channels) < 1:
            raise ValueError("`channels`: each entry must be 1 or more")
        if self.normalisation == "group" and any(width % self.norm_groups for width in self.channels):
            raise ValueError(f"`channels`: each entry must be a multiple of `norm_groups`, which is {self.norm_groups}")
        if not self.tversky_false_positives + self.tversky_false_negatives:
            raise ValueError("`tversky_false_negatives`: it must be above 0 if `tversky_false_positives` is 0")
        return self


class SegmenterRuns(Block):
    """What one job of an experiment depends on: an arm at some ratios, for some seeds."""

    segmenter: Segmenter = key(REQUIRED, "the network and its training")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    real: Literal["target", "source"] = key(REQUIRED, "domain of the real slices at ratio 0")
    n_real: int = key(REQUIRED, "real slices at ratio 0", ge=1)
    first_seed: int = key(0, "seed of the first run", ge=0)
    seeds: int = key(REQUIRED, "number of runs", ge=1)

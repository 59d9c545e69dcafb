"""The `pilot` block of an experiment: the few runs from which the best ratio is predicted."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.segmenter import Segmenter


class Pilot(Block):
    """A thin sweep on one real set, judged on the validation part; it never sees the test part."""

    runs: int = key(3, "runs at each ratio, ratio 0 included", unit="runs", ge=1, le=1000)
    ratios: tuple[float, ...] = key((), "added samples per real one; empty means the ratios of the experiment")
    jobs: int = key(1, "jobs that its runs are dealt out to; the results do not depend on it", unit="jobs", ge=1)

    @field_validator("ratios")
    @classmethod
    def _usable(cls, ratios: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 < ratio <= 1e6 for ratio in ratios):
            raise ValueError("each ratio must be above 0 and at most 1000000; ratio 0 is always run")
        return tuple(sorted(set(ratios)))


class PilotRuns(Block):
    """What the runs of a pilot depend on, whatever the network: the data are given by files."""

    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(REQUIRED, "real samples at ratio 0", ge=1)
    qualities: tuple[str, ...] = key(REQUIRED, "qualities to try")
    ratios: tuple[float, ...] = key(REQUIRED, "added samples per real one, ascending; 0 is always run")
    runs: int = key(REQUIRED, "runs at each ratio", ge=1)
    first_seed: int = key(REQUIRED, "seed of the first run; that of the first one after the sweep's", ge=0)


class ClassifierPilot(PilotRuns):
    """What the pilot of a classification experiment depends on."""

    classifier: Classifier = key(REQUIRED, "the network and its training")


class SegmenterPilot(PilotRuns):
    """What the pilot of a segmentation experiment depends on."""

    segmenter: Segmenter = key(REQUIRED, "the network and its training")
    real: Literal["target", "source"] = key(REQUIRED, "domain of the real slices")


class PredictionInputs(Block):
    """What the prediction of an experiment's ratios depends on, beside its pilot."""

    n_real: int = key(REQUIRED, "real samples at ratio 0", ge=1)
    qualities: tuple[str, ...] = key(REQUIRED, "qualities to predict a ratio for")
    largest_ratio: float = key(REQUIRED, "the largest ratio that may be predicted", gt=0)
    real: Literal["target", "source"] = key("target", "domain of the real samples; `target` for classification")

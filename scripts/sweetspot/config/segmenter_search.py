"""The `search` block of a segmentation task: which hyperparameters of the segmenter are tried, and how."""

from __future__ import annotations

import itertools
from typing import Any, Literal

from pydantic import ValidationError, field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.segmenter import Segmenter

# Those that can be judged by the validation loss; the weights of the loss itself cannot.
SEARCHED = ("channels", "normalisation", "learning_rate", "decay", "batch_size")


class SegmenterSearch(Block):
    """A grid of settings, each trained on real slices of the target domain and judged by the validation loss."""

    channels: tuple[tuple[int, ...], ...] = key((), "values of `segmenter.channels` to try; none: the chosen one alone")
    normalisation: tuple[Literal["none", "group"], ...] = key((), "values of `segmenter.normalisation` to try")
    learning_rate: tuple[float, ...] = key((), "values of `segmenter.learning_rate` to try")
    decay: tuple[float, ...] = key((), "values of `segmenter.decay` to try")
    batch_size: tuple[int, ...] = key((), "values of `segmenter.batch_size` to try")
    budget: StepBudget | EpochBudget = key(REQUIRED, "how long each run trains", discriminator="unit")
    n_real: int = key(REQUIRED, "real slices in a training set", unit="slices", ge=1)
    seeds: int = key(REQUIRED, "runs of each setting, with seeds 0, 1, ...", unit="runs", ge=2, le=10_000)

    @field_validator(*SEARCHED)
    @classmethod
    def _distinct(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(values)) < len(values):
            raise ValueError("a value stands twice; list each once")
        return values


class SearchedSegmenter(Block):
    """What the search of one task depends on, and what table 3 shows of it."""

    segmenter: Segmenter = key(REQUIRED, "the chosen network and training")
    search: SegmenterSearch | None = key(None, "the search; null if there is none")

    @model_validator(mode="after")
    def _grid_holds_the_chosen_setting(self) -> SearchedSegmenter:
        for name in SEARCHED if self.search else ():
            values, chosen = getattr(self.search, name), getattr(self.segmenter, name)
            if values and chosen not in values:
                raise ValueError(f"`search.{name}`: it lacks the chosen value of `segmenter.{name}`, {chosen}; add it")
        self.settings()
        return self

    def settings(self) -> list[Segmenter]:
        """All settings of the grid: every combination of the values listed, in their order; none without a search."""
        if self.search is None:
            return []
        tried = [getattr(self.search, name) or (getattr(self.segmenter, name),) for name in SEARCHED]
        return [self._with(dict(zip(SEARCHED, values, strict=True))) for values in itertools.product(*tried)]

    def _with(self, values: dict[str, Any]) -> Segmenter:
        try:
            return Segmenter.model_validate(self.segmenter.model_dump() | values)
        except ValidationError as error:
            reason = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise ValueError(f"`search`: the setting {values} cannot be: {reason}") from None


class SegmenterSearches(Block):
    """What table 3 is made from."""

    tasks: dict[str, SearchedSegmenter] = key(REQUIRED, "the segmentation tasks, by name")

"""The table of distances: every comparison, on all features, by all metrics.

The metric `frechet` is the squared distance, as the FID is; `bures_wasserstein` is its root. The arm `more_real` is the
null: real images against other real ones, so it tells nothing about synthetic data but what every other arm's distance
is to be held against. It is the `floor` of the rows of its sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sweetspot.errors import InputError
from sweetspot.measure.bootstrap import Interval
from sweetspot.measure.comparison import Comparison, Part
from sweetspot.measure.distances import Effort, Features, distances, metrics_of
from sweetspot.measure.features import Extractor
from sweetspot.measure.kernel_distances import median_distance

COLUMNS = (
    "task",
    "arm",
    "quality",
    "metric",
    "features",
    "n_a",
    "n_b",
    "value",
    "ci_low",
    "ci_high",
    "split_a",
    "split_b",
    "floor",  # the value of `more_real` at the same sizes
    "floor_high",  # the upper end of its interval
)


def distance_table(
    task: str, comparisons: Sequence[Comparison], extractors: Mapping[str, Extractor], effort: Effort
) -> pd.DataFrame:
    """All distances of all comparisons on the features of all `extractors`; rows with `COLUMNS`.

    Raises
    ------
    InputError : features that are the same for most images of a reference.
    """
    rows = []
    for name, extract in extractors.items():
        space = _Space(name, extract, effort)
        for each in comparisons:
            floors = {} if each.floor is None else space.distances(each.a, each.floor, each.metrics)
            for metric, found in space.distances(each.a, each.b, each.metrics).items():
                floor = floors.get(metric, Interval(np.nan, np.nan, np.nan))
                key = (task, each.arm, each.quality, metric, name, len(each.a.labels), len(each.b.labels))
                value = (found.value, found.low, found.high)
                rows.append((*key, *value, each.a.name, each.b.name, floor.value, floor.high))
    return pd.DataFrame(rows, columns=COLUMNS)


class _Space:
    """The distances on the features of one extractor; of no set or pair of sets are they computed twice."""

    def __init__(self, name: str, extract: Extractor, effort: Effort) -> None:
        self.name, self.extract, self.effort = name, extract, effort
        self._features: dict[Part, Features] = {}
        self._bandwidths: dict[Part, float] = {}
        self._found: dict[tuple[Part, Part], dict[str, Interval]] = {}

    def distances(self, a: Part, b: Part, metrics: Sequence[str] | None) -> dict[str, Interval]:
        wanted = [metric for metric in metrics_of(self.name) if metrics is None or metric in metrics]
        known = self._found.setdefault((a, b), {})
        missing = [metric for metric in wanted if metric not in known]
        if missing:
            known |= distances(self._of(a), self._of(b), missing, self.effort, self._bandwidth(a))
        return {metric: known[metric] for metric in wanted}

    def _of(self, part: Part) -> Features:
        if part not in self._features:
            self._features[part] = Features(self.extract(part.images), part.units)
        return self._features[part]

    def _bandwidth(self, reference: Part) -> float:
        if reference not in self._bandwidths:
            self._bandwidths[reference] = median_distance(self._of(reference).values)
        if not self._bandwidths[reference]:
            raise InputError(
                f"the features `{self.name}` are the same for most images of the part {reference.name}, so they tell "
                "no distance: train longer (the budget of `in_domain`), or look at the images"
            )
        return self._bandwidths[reference]

"""Which runs share a job: the fan-out of an experiment over jobs. The results do not depend on it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from sweetspot.config.block import REQUIRED, Block, key

RunsPerJob = Literal["cell", "curve"] | Annotated[int, Field(ge=1)]
RUNS_PER_JOB_HELP = (
    "runs that share a job: `cell`, all seeds of an arm at one ratio; `curve`, those at all its ratios; or a number, "
    "the most that share one, which is then part of a cell or whole cells: 1 for one run per job. The results do not "
    "depend on it, on a CPU to the last bit, but a change of it makes the runs again"
)
LONGEST_NAME = 180  # of the ratios of a job, which are part of a file's name
# No comma, which separates the wildcards of a job where Snakemake names it to a cluster.
SHARE = r"ratio=[0-9.e+_-]+(?:/seeds=[0-9]+-[0-9]+)?"


@dataclass(frozen=True)
class Share:
    """The runs of one job: an arm at some ratios, for some seeds; the quality of real data is empty."""

    arm: str
    quality: str
    ratios: tuple[float, ...]
    seeds: range
    whole: bool  # whether these are all seeds of the experiment

    @property
    def path(self) -> str:
        """ARM/QUALITY/SHARE, such as `synthetic/t=50/ratio=1_4` or `real_only/none/ratio=0/seeds=0-4`."""
        seeds = "" if self.whole else f"/seeds={self.seeds[0]}-{self.seeds[-1]}"
        return f"{self.arm}/{self.quality or 'none'}/ratio={_joined(self.ratios)}{seeds}"


def parse_share(name: str) -> tuple[tuple[float, ...], range | None]:
    """The ratios and seeds of a share's name, the last part of its path; None for all seeds."""
    ratios, _, seeds = name.partition("/")
    first_last = re.fullmatch(r"seeds=(\d+)-(\d+)", seeds)
    chosen = range(int(first_last[1]), int(first_last[2]) + 1) if first_last else None
    return tuple(map(float, ratios.removeprefix("ratio=").split("_"))), chosen


class Curve(Block):
    """An arm, with a quality of synthetic samples or without, and the ratios at which it is run."""

    arm: str = key(REQUIRED, "arm of `runs.csv`")
    quality: str = key(REQUIRED, "quality of the synthetic samples, empty for real data")
    ratios: tuple[float, ...] = key(REQUIRED, "added samples per real one, ascending")


class FanOut(Block):
    """All runs of an experiment, and how many of them share a job."""

    curves: tuple[Curve, ...] = key(REQUIRED, "the arms and qualities with their ratios")
    seeds: int = key(REQUIRED, "runs of each arm at each ratio", ge=1)
    runs_per_job: RunsPerJob = key(REQUIRED, RUNS_PER_JOB_HELP)

    def cells(self) -> list[tuple[str, str, float]]:
        """Each arm and quality at each ratio."""
        return [(curve.arm, curve.quality, ratio) for curve in self.curves for ratio in curve.ratios]

    def shares(self) -> list[Share]:
        """The jobs."""
        everyone = range(self.seeds)
        if isinstance(self.runs_per_job, int) and self.runs_per_job < self.seeds:
            firsts = range(0, self.seeds, self.runs_per_job)
            return [
                Share(curve.arm, curve.quality, (ratio,), everyone[first : first + self.runs_per_job], False)
                for curve in self.curves
                for ratio in curve.ratios
                for first in firsts
            ]
        most = {"cell": 1, "curve": math.inf}.get(self.runs_per_job) or self.runs_per_job // self.seeds
        return [
            Share(curve.arm, curve.quality, ratios, everyone, True)
            for curve in self.curves
            for ratios in _in_parts(curve.ratios, most)
        ]


def _in_parts(ratios: tuple[float, ...], most: float) -> list[tuple[float, ...]]:
    """The ratios in their order, at most so many together and no more than a file's name can hold."""
    parts: list[tuple[float, ...]] = []
    for ratio in ratios:
        longer = (*parts[-1], ratio) if parts else ()
        if longer and len(longer) <= most and len(_joined(longer)) <= LONGEST_NAME:
            parts[-1] = longer
        else:
            parts.append((ratio,))
    return parts


def _joined(ratios: tuple[float, ...]) -> str:
    return "_".join(f"{ratio:g}" for ratio in ratios)


class AllRuns(Block):
    """The runs of all experiments."""

    experiments: dict[str, dict[str, FanOut]] = key(REQUIRED, "the experiments of each task")

    def paths(self) -> list[str]:
        """TASK/EXPERIMENT/ARM/QUALITY/SHARE of every job."""
        return [
            f"{task}/{experiment}/{share.path}"
            for task, experiments in self.experiments.items()
            for experiment, fan_out in experiments.items()
            for share in fan_out.shares()
        ]

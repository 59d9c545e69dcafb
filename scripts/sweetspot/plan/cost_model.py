"""What work costs: seconds of a job from its start and its work, with an interval.

seconds = start of its program + sum over kinds of work of (units of work * seconds for one unit)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sweetspot.plan.job import Job, Kind


@dataclass(frozen=True)
class Estimate:
    """Seconds, with the ends of an interval."""

    seconds: float
    low: float
    high: float

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.seconds + other.seconds, self.low + other.low, self.high + other.high)

    def __mul__(self, times: float) -> Estimate:
        return Estimate(self.seconds * times, self.low * times, self.high * times)


NOTHING = Estimate(0.0, 0.0, 0.0)


def total(estimates: Iterable[Estimate]) -> Estimate:
    """The sum; the ends of intervals are added too, as what is unknown of one job is unknown of all of its kind."""
    return sum(estimates, NOTHING)


@dataclass(frozen=True)
class Rate:
    """What one unit of work of a kind takes.

    factor : the interval is from seconds / factor to seconds * factor.
    source : where it was found, in words.
    """

    seconds: float
    factor: float
    source: str


@dataclass(frozen=True)
class CostModel:
    """Rates by kind, and the start of the program of each rule; no start for rules whose unit of work is a whole job.

    waiting : seconds from the end of a job to the start of the next one.
    """

    rates: Mapping[Kind, Rate]
    starts: Mapping[str, float]
    start_factor: float
    waiting: float

    def rate(self, kind: Kind) -> Rate | None:
        """Of this kind, or of the network of the same rule that is nearest in size; None without any.

        Larger networks use a processor better, so a rate of another size is the less certain the more they differ: its
        interval grows by the square root of the quotient of sizes.
        """
        if kind in self.rates:
            return self.rates[kind]
        alike = [each for each in self.rates if each.rule == kind.rule]
        if not alike:
            return None
        nearest = min(alike, key=lambda each: abs(_log_quotient(each, kind)))
        away = math.exp(abs(_log_quotient(nearest, kind)))
        found = self.rates[nearest]
        source = f"{found.source}; network {away:.2g} times {'larger' if kind.flops > nearest.flops else 'smaller'}"
        return Rate(found.seconds, found.factor * math.sqrt(away), source)

    def estimate(self, job: Job) -> Estimate:
        """Seconds of one job.

        Raises
        ------
        KeyError : there is no rate of a kind of its work, nor one of its rule.
        """
        start = self.starts.get(job.rule, 0.0)
        result = Estimate(start, start / self.start_factor, start * self.start_factor)
        for kind, units in job.work.items():
            rate = self.rate(kind)
            if rate is None:
                raise KeyError(kind)
            least = job.least.get(kind, units) if job.least is not None else units
            seconds = units * rate.seconds
            result += Estimate(seconds, least * rate.seconds / rate.factor, seconds * rate.factor)
        return result


def _log_quotient(a: Kind, b: Kind) -> float:
    return math.log(b.flops / a.flops) if a.flops and b.flops else 0.0

"""Rates of work from the benchmark files of runs already made."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path

from sweetspot.benchmark_files import benchmark_seconds
from sweetspot.plan.cost_model import Rate
from sweetspot.plan.job import Job, Kind

# The start of a program is at most this share of the shortest job of its rule.
LARGEST_START = 0.9
LEAST_WORK = 0.01  # share of a job's seconds that is work, whatever other work and the start are taken to be


def measured_seconds(folder: Path, jobs: Iterable[Job]) -> dict[str, float]:
    """Seconds of each job that has a benchmark file in `folder`, by name.

    Raises
    ------
    InputError : a file is broken.
    """
    files = {job.name: folder / f"{job.name}.tsv" for job in jobs}
    return {name: benchmark_seconds(file) for name, file in files.items() if file.is_file()}


def starts_within(seconds: Mapping[str, float], jobs: Iterable[Job], starts: Mapping[str, float]) -> dict[str, float]:
    """The starts of programs as far as the jobs of their rules leave room for them."""
    shortest: dict[str, float] = {}
    for job in jobs:
        if job.name in seconds:
            shortest[job.rule] = min(seconds[job.name], shortest.get(job.rule, math.inf))
    return {rule: min(start, LARGEST_START * shortest.get(rule, math.inf)) for rule, start in starts.items()}


def fit_rates(
    jobs: Iterable[Job],
    seconds: Mapping[str, float],
    starts: Mapping[str, float],
    expected: Mapping[Kind, float],
    source: str,
    least_factor: float,
) -> dict[Kind, Rate]:
    """The rate of each kind of work in jobs whose seconds are known.

    A kind's rate is the median over jobs of (seconds - start - other work) / units, where the other work is of kinds
    whose rate is known from jobs that do nothing else. Of several kinds of which none is known alone, each takes the
    same multiple of what is `expected`. The interval holds what the median of the other jobs misses of each one, and
    is at least `least_factor`.
    """
    measured = [job for job in jobs if job.name in seconds and job.work]
    rates: dict[Kind, Rate] = {}
    for several in (False, True):
        found: dict[Kind, list[float]] = {}
        for job in measured:
            unknown = {kind: units for kind, units in job.work.items() if kind not in rates}
            divisible = len(unknown) == 1 or all(kind in expected for kind in unknown)
            if (len(job.work) > 1) != several or not unknown or not divisible:
                continue
            of_one = dict.fromkeys(unknown, 1.0) if len(unknown) == 1 else {kind: expected[kind] for kind in unknown}
            known = sum(units * rates[kind].seconds for kind, units in job.work.items() if kind in rates)
            rest = seconds[job.name] - starts.get(job.rule, 0.0) - known
            multiple = max(rest, LEAST_WORK * seconds[job.name]) / sum(
                units * of_one[kind] for kind, units in unknown.items()
            )
            for kind, each in of_one.items():
                found.setdefault(kind, []).append(multiple * each)
        rates |= {kind: _rate(values, source, least_factor) for kind, values in found.items()}
    return rates


def _rate(values: list[float], source: str, least_factor: float) -> Rate:
    middle = statistics.median(values)
    jobs = "1 job" if len(values) == 1 else f"{len(values)} jobs"
    return Rate(middle, max(least_factor, _left_out_factor(values)), f"{source}, {jobs}")


def _left_out_factor(values: list[float]) -> float:
    """The root mean square factor by which the median of the others misses the mean, in the logarithm."""
    if len(values) < 3:
        return 1.0
    # A sum over many jobs is planned, whose single errors average out; what stays is that of their mean.
    missed = [
        math.log(values[left_out] / statistics.median(values[:left_out] + values[left_out + 1 :]))
        for left_out in range(len(values))
    ]
    return math.exp(math.sqrt(statistics.fmean(each**2 for each in missed)))

"""The cost model of a plan: from benchmark files, or from short timings here, and from a reference for the rest."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sweetspot.plan import reference
from sweetspot.plan.benchmark_rates import fit_rates, measured_seconds, starts_within
from sweetspot.plan.cost_model import CostModel, Rate
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.timing import Timing
from sweetspot.plan.trial import Trial
from sweetspot.plan.trials import run_trials

# Rules with many short jobs, and the rule of the pilots that train the same network.
PILOT_RULES = {"train_classifier": "pilot_classifier", "train_segmenter": "pilot_segmenter"}
# Seconds on the clock for each of processor time, from which on it is worth a word.
BUSY = 1.15


@dataclass(frozen=True)
class Calibration:
    """A cost model, whether its seconds of networks are of a GPU, and where they come from, in words."""

    model: CostModel
    on_gpu: bool
    sources: tuple[str, ...]


def from_benchmarks(folder: Path, jobs: Sequence[Job]) -> Calibration | None:
    """From the benchmark files in `folder` of runs of `jobs`; None without any of a network.

    Raises
    ------
    InputError : a file is broken.
    """
    seconds = measured_seconds(folder, jobs)
    by_name = {job.name: job for job in jobs}
    if not any(by_name[name].gpu for name in seconds):
        return None
    speed, how = _speed_of_benchmarks(seconds, by_name)
    starts = starts_within(seconds, jobs, {rule: start * speed for rule, start in reference.STARTS.items()})
    rates = fit_rates(jobs, seconds, starts, reference.UNITS, "benchmark files", reference.BENCHMARK_FACTOR)
    device, on_gpu = _device(folder, [by_name[name] for name in seconds])
    sources = (f"rates from {len(seconds)} benchmark files in {folder}, of runs on {device}", how)
    return Calibration(_model(rates, starts, speed), on_gpu, sources)


def from_trials(trials: Mapping[Kind, Trial], at_once: int) -> Calibration:
    """From short timings of the networks here."""
    timings, measured = run_trials(trials.values(), _timed_starts(trials), at_once)
    speed, starts = _here(measured)
    for timing in timings:
        for rule in (timing.kind.rule, PILOT_RULES.get(timing.kind.rule)):
            if rule:
                starts[rule] += timing.first
    rates = {timing.kind: _rate(timing) for timing in timings}
    device = " and ".join(dict.fromkeys(timing.device for timing in timings))
    sources = (f"rates of networks from short timings on {device}, {at_once} at a time", _words(speed))
    on_gpu = any(timing.device_type != "cpu" for timing in timings)
    busy = statistics.median(timing.busy for timing in timings)
    if busy > BUSY and not on_gpu:
        sources += (f"this machine was busy: beside such other work a run takes about {busy:.1f} times as long",)
    if any(timing.lowest == timing.highest for timing in timings):
        sources += ("large networks were timed once, on few or small images: their intervals are too narrow",)
    return Calibration(_model(rates, starts, speed), on_gpu, sources)


def from_throughput(trials: Iterable[Kind], tflops: float, at_once: int) -> Calibration:
    """From what the user says that a GPU does: 10^12 floating point operations in a second."""
    rates = {kind: Rate(1 / (tflops * 1e12), reference.THROUGHPUT_FACTOR, "--tflops") for kind in trials}
    _, measured = run_trials((), _timed_starts(rates), at_once)
    speed, starts = _here(measured)
    sources = (
        f"rates of networks from --tflops {tflops:g}: your number, which was not checked; networks reach unlike shares "
        f"of what a GPU can do, so their intervals are a factor {reference.THROUGHPUT_FACTOR:g} to both sides",
        _words(speed),
    )
    return Calibration(_model(rates, starts, speed), True, sources)


def _timed_starts(kinds: Iterable[Kind]) -> list[str]:
    """The rules whose starts are timed: those of the others are found through them."""
    return sorted({kind.rule for kind in kinds} & set(PILOT_RULES))


def _here(measured: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    speed = statistics.median(seconds / reference.STARTS[rule] for rule, seconds in measured.items())
    return speed, {rule: start * speed for rule, start in reference.STARTS.items()} | dict(measured)


def _words(speed: float) -> str:
    return f"other work: the reference of config.yaml times {speed:.2f}, as programs start so much slower here"


def _model(rates: Mapping[Kind, Rate], starts: Mapping[str, float], speed: float) -> CostModel:
    units = {**reference.UNITS, **{Kind(rule): seconds for rule, seconds in reference.JOB_SECONDS.items()}}
    others = {kind: Rate(seconds * speed, reference.FACTOR, "reference") for kind, seconds in units.items()}
    return CostModel({**others, **rates}, starts, reference.FACTOR, reference.WAITING * speed)


def _rate(timing: Timing) -> Rate:
    spread = max(timing.highest / timing.seconds, timing.seconds / timing.lowest)
    return Rate(timing.seconds, max(spread, reference.TRIAL_FACTOR), "short timing")


def _speed_of_benchmarks(seconds: Mapping[str, float], jobs: Mapping[str, Job]) -> tuple[float, str]:
    """How much slower than the reference jobs were that take little more than their start."""
    found = [
        value / reference.JOB_SECONDS[rule]
        for name, value in seconds.items()
        if (rule := jobs[name].rule) in reference.JOB_SECONDS
    ]
    if not found:
        return 1.0, "starts of programs and other work: the reference of config.yaml, as no figure was benchmarked"
    speed = statistics.median(found)
    return speed, f"starts of programs: the reference of config.yaml times {speed:.2f}, as figures took there"


def _device(folder: Path, jobs: Iterable[Job]) -> tuple[str, bool]:
    """What the networks of benchmarked jobs computed on, as their logs say, and whether it is a GPU."""
    for job in jobs:
        log = folder.parent / "logs" / f"{job.name}.log"
        if not job.gpu or not log.is_file():
            continue
        for line in log.read_text(errors="replace").splitlines():
            if line.startswith("compute: {"):
                facts = json.loads(line.removeprefix("compute: "))
                kind = "a CPU" if facts["device"] == "cpu" else f"a GPU ({facts['device']})"
                return facts["gpu"] or f"{kind} of {facts['processor']}", facts["device"] != "cpu"
    return "a device that no log names", False

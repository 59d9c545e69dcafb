"""`sweetspot plan`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
import math
import os
from pathlib import Path

from sweetspot.config.workflow import Workflow
from sweetspot.errors import InputError
from sweetspot.load_config import load_workflow, read_config

BENCHMARKS = Path("results/benchmarks")


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_argument(
        "--configfile", type=Path, default=Path("config.yaml"), help="the config to plan (default: config.yaml)"
    )
    arguments.add_argument(
        "--cores", type=int, help="jobs at a time (default: this machine's cores; with --gpus, as many more)"
    )
    arguments.add_argument("--gpus", type=int, help="GPUs to run on: each job with a network holds one")
    arguments.add_argument(
        "--benchmarks",
        type=Path,
        help=f"folder of the benchmark files of runs already made (default: {BENCHMARKS}, if there are any)",
    )
    arguments.add_argument(
        "--benchmarked", type=Path, metavar="CONFIG", help="the config of those runs (default: the one to plan)"
    )
    arguments.add_argument(
        "--tflops", type=float, help="10^12 floating point operations a second that networks reach on your GPU"
    )
    arguments.add_argument(
        "--calibrate", action="store_true", help="time the networks here, whatever benchmark files there are"
    )
    arguments.add_argument("--json", action="store_true", help="print JSON instead of a table: seconds and bytes")


def plan(options: argparse.Namespace) -> None:
    """Say what a run will cost before it is started: jobs, time and disk by stage, and those of one predicted ratio
    instead of the sweep. The data need not be there."""
    # Not at the top, so that the command's other parts start quickly.
    from sweetspot.plan.plan import Workers, make_plan
    from sweetspot.plan.report import as_json, as_text
    from sweetspot.plan.workflow_jobs import task_sizes

    _check(options)
    workflow = _workflow(options.configfile)
    sizes = task_sizes(workflow)
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    calibration = _calibrate(options, workflow, sizes, min(options.cores or here, here))
    gpus = options.gpus or (1 if calibration.on_gpu else None)
    workers = Workers(options.cores or here + (options.gpus or 0), gpus)
    notes = [*calibration.sources, *_warnings(options, workflow, sizes, calibration.on_gpu)]
    report = as_json if options.json else as_text
    print(report(make_plan(workflow, sizes, calibration.model, workers), workers, calibration.on_gpu, notes))


def _check(options: argparse.Namespace) -> None:
    for name in ("cores", "gpus", "tflops"):
        value = getattr(options, name)
        if value is not None and not (math.isfinite(value) and value > 0):
            raise InputError(f"--{name}: {value:g} is not above 0")
    if options.benchmarks and not options.benchmarks.is_dir():
        raise InputError(f"--benchmarks: {options.benchmarks} is no folder")
    if (options.benchmarks or options.benchmarked) and (options.calibrate or options.tflops):
        raise InputError("--benchmarks and --benchmarked do not go with --calibrate or --tflops: choose one")
    if options.calibrate and options.tflops:
        raise InputError("--calibrate does not go with --tflops: choose one")


def _workflow(path: Path) -> Workflow:
    try:
        return load_workflow(read_config(path), data_needed=False)
    except InputError as error:
        message = str(error)
        raise InputError(message if message.startswith(str(path)) else f"{path}: {message}") from None


def _calibrate(options, workflow, sizes, at_once):
    """The benchmark files asked for, or those in the usual place, or short timings here."""
    from sweetspot.plan.calibration import from_benchmarks, from_throughput
    from sweetspot.plan.workflow_jobs import task_sizes, workflow_jobs

    kinds = {kind for job in workflow_jobs(workflow, sizes) for kind in job.work if kind.flops}
    if options.tflops:
        return from_throughput(kinds, options.tflops, at_once)
    folder = options.benchmarks or BENCHMARKS
    if not options.calibrate and folder.is_dir():
        made = _workflow(options.benchmarked) if options.benchmarked else workflow
        found = from_benchmarks(folder, workflow_jobs(made, task_sizes(made) if options.benchmarked else sizes))
        if found is None and options.benchmarks:
            raise InputError(
                f"--benchmarks: {folder} has no benchmark file of a job with a network of this config; name the config "
                "of those runs with --benchmarked"
            )
        missing = [] if found is None else sorted({k.rule for k in kinds if found.model.rate(k) is None})
        if missing and options.benchmarks:
            raise InputError(
                f"--benchmarks: {folder} has no benchmark file of the rule {missing[0]}; leave out --benchmarks to "
                "time the networks here"
            )
        if found is not None and not missing:
            return found
    return _timed_here(workflow, sizes, at_once)


def _timed_here(workflow, sizes, at_once):
    from sweetspot.plan.calibration import from_trials
    from sweetspot.plan.trials import trials_of

    try:
        trials = trials_of(workflow, sizes)
    except InputError as error:
        raise InputError(f"{error}, or plan where that device is, or give --tflops or --benchmarks") from None
    return from_trials(trials, at_once)


def _warnings(options, workflow, sizes, on_gpu) -> list[str]:
    from sweetspot.config.budget import EpochBudget

    notes = [f"assumed of {name}: {each}" for name, size in sizes.items() for each in size.assumed]
    experiments = [each for task in workflow.tasks.values() for each in task.experiments.values()]
    if any(isinstance(each.budget, EpochBudget) for each in experiments):
        notes.append("budgets in epochs are counted whole; the low end of the interval stops as early as it may")
    if any(task.generator.processes > 1 for task in workflow.tasks.values()):
        notes.append("processes that train a generator together are taken to lose no time to each other")
    if not on_gpu:
        as_if = "Times are as if each GPU were one core of a CPU. " if options.gpus else "Times are those of a CPU. "
        notes.append(
            f"NO GPU WAS TIMED: a run on GPUs takes other times than these. {as_if}To plan it, run `sweetspot plan` on "
            "a node with a GPU (with --calibrate if there are benchmark files of a CPU), or say with --tflops what "
            "networks reach on yours, in 10^12 floating point operations a second"
        )
    return notes

"""A plan as a table for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sweetspot.plan.cost_model import Estimate
from sweetspot.plan.plan import Cost, Plan, Workers

TIMES = (("days", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0))
SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def duration(seconds: float) -> str:
    """Seconds in the largest unit of which there is more than one and a half."""
    return _in_units(seconds, TIMES, 1.5)


def size(number: float) -> str:
    """Bytes in the largest unit of which there is one."""
    return _in_units(number, SIZES, 1.0)


def _in_units(value: float, units: Sequence[tuple[str, float]], least: float) -> str:
    name, unit = next((each for each in units if value >= least * each[1]), units[-1])
    return f"{value / unit:.0f} {name}" if value >= 99.5 * unit or not value else f"{value / unit:.2g} {name}"


def interval(estimate: Estimate) -> str:
    """An estimate with its interval."""
    return f"{duration(estimate.seconds)} [{duration(estimate.low)}, {duration(estimate.high)}]"


def as_text(plan: Plan, workers: Workers, on_gpu: bool, notes: Sequence[str]) -> str:
    """The table, the comparison, and what the numbers rest on."""
    rows = [*plan.stages.items(), ("whole run", plan.whole), ("one predicted ratio", plan.predicted)]
    head = ["stage", "jobs", *(["GPU time", "CPU time"] if on_gpu else ["CPU time"]), "wall time", "disk"]
    table = [head, *([name, *_cells(cost, on_gpu)] for name, cost in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in table]
    rule = "-" * max(map(len, lines))
    stages = len(plan.stages)
    lines = [lines[0], rule, *lines[1 : stages + 1], rule, lines[stages + 1], lines[stages + 2]]
    gpus = f" and {workers.gpus} GPU{'s' if workers.gpus > 1 else ''}" if workers.gpus else ""
    share = plan.predicted.seconds.seconds / plan.whole.seconds.seconds
    return "\n".join(
        [
            *lines,
            "",
            f"Wall time is on {workers.cores} cores{gpus}; that of a stage, with those before it done.",
            f"One predicted ratio: the generator, its samples, the pilots, and runs at ratio 0 and at the median ratio"
            f" only: {share:.0%} of the whole.",
            "Disk: arrays and weights, without logs, checkpoints, tables and figures.",
            *(f"- {note}" for note in notes),
        ]
    )


def _cells(cost: Cost, on_gpu: bool) -> list[str]:
    times = [cost.gpu, cost.cpu] if on_gpu else [cost.seconds]
    shown = [interval(each) if each.seconds else "-" for each in times]
    return [f"{cost.jobs:,}", *shown, interval(cost.wall), size(cost.bytes_written) if cost.bytes_written else "-"]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Words to the left, the number of jobs and the size to the right."""
    right = {1, len(row) - 1}
    return [
        cell.rjust(width) if number in right else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def as_json(plan: Plan, workers: Workers, on_gpu: bool, notes: Sequence[str]) -> str:
    """The same for machines, in seconds and bytes."""
    content: dict[str, Any] = {
        "cores": workers.cores,
        "gpus": workers.gpus,
        "on_gpu": on_gpu,
        "stages": {name: _numbers(cost) for name, cost in plan.stages.items()},
        "whole": _numbers(plan.whole),
        "one_predicted_ratio": _numbers(plan.predicted),
        "notes": list(notes),
    }
    return json.dumps(content, indent=2)


def _numbers(cost: Cost) -> dict[str, Any]:
    times = {"gpu_jobs": cost.gpu, "cpu_jobs": cost.cpu, "wall": cost.wall}
    return {
        "jobs": cost.jobs,
        "bytes": round(cost.bytes_written),
        **{
            name: {"seconds": round(each.seconds, 1), "low": round(each.low, 1), "high": round(each.high, 1)}
            for name, each in times.items()
        },
    }

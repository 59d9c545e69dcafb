"""How long a graph of jobs takes on a number of workers, if free workers take the next job that can start."""

from __future__ import annotations

import bisect
import heapq
import math
from collections.abc import Mapping, Sequence

from sweetspot.plan.job import Job


def makespan(jobs: Sequence[Job], seconds: Mapping[str, float], cores: int, gpus: int | None = None) -> float:
    """Seconds from the first start to the last end, by list scheduling (Graham 1966) in the order of `jobs`.

    Parameters
    ----------
    seconds : of each job, by name.
    cores : every job holds one for each of its workers, or all of them if it has more workers.
    gpus : jobs that ask for GPUs hold as many beside; None if there is none to wait for.

    Raises
    ------
    ValueError : without a core, or with 0 GPUs.
    """
    if cores < 1 or (gpus is not None and gpus < 1):
        raise ValueError("at least one core is needed, and one GPU where there are any")
    rank = {job.name: number for number, job in enumerate(jobs)}
    waits_for = [{rank[name] for name in job.needs} for job in jobs]
    after: list[list[int]] = [[] for _ in jobs]
    for number, needed in enumerate(waits_for):
        for each in needed:
            after[each].append(number)
    limits = (cores, math.inf if gpus is None else gpus)
    holds = [(min(job.workers, cores), min(job.workers, limits[1]) if job.gpu else 0) for job in jobs]
    ready = [number for number, needed in enumerate(waits_for) if not needed]
    running: list[tuple[float, int]] = []
    now, free = 0.0, limits
    while ready or running:
        started = []
        for number in ready:
            if free[0] == 0:
                break
            if holds[number][0] <= free[0] and holds[number][1] <= free[1]:
                free = (free[0] - holds[number][0], free[1] - holds[number][1])
                heapq.heappush(running, (now + seconds[jobs[number].name], number))
                started.append(number)
        ready = [number for number in ready if number not in started]
        now, done = heapq.heappop(running)
        free = (free[0] + holds[done][0], free[1] + holds[done][1])
        for later in after[done]:
            waits_for[later].discard(done)
            if not waits_for[later]:
                bisect.insort(ready, later)
    return now

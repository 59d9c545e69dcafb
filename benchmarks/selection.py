"""Covariance matching side by side with the plain greedy search, on one thread.

The plain search scores every candidate at every pick, with one matrix product `(X - m) @ B` and row sums in float64. It
is timed over 20 picks spread over the run, and scaled to all of them; each must be the pick that was made. Then memory,
how time grows with pool, picks and dimensions, exchanges, and classes one by one and in two processes.
"""

from __future__ import annotations

import os

# Read when numpy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from sweetspot.select.greedy import greedy
from sweetspot.select.moments import Moments
from sweetspot.select.per_class import select_per_class
from sweetspot.select.swap import swap
from sweetspot.streams import numpy_stream

POOL, DIMENSIONS, PICKS = 50_000, 32, 8_000
REAL = 5_000
PLAIN_PICKS = 20
SPECTRA = ("equal", "1/i", "1/i^2", "clusters")
Result = TypeVar("Result")


def pool_and_target(spectrum: str, pool: int = POOL, dimensions: int = DIMENSIONS) -> tuple[np.ndarray, np.ndarray]:
    """A pool (pool, dimensions), and the covariance of real features that are spread somewhat wider."""
    stream = numpy_stream(f"benchmark of selection/{spectrum}", 0)
    i = np.arange(1, dimensions + 1)
    deviations = {"1/i": i**-0.5, "1/i^2": 1.0 / i}.get(spectrum, np.ones(dimensions))
    rows = stream.standard_normal((pool + REAL, dimensions)) * deviations
    if spectrum == "clusters":
        rows = 0.1 * rows + stream.standard_normal((20, dimensions))[stream.integers(0, 20, len(rows))]
    return rows[:pool], np.cov(1.1 * rows[pool:], rowvar=False, ddof=0)


def timed(compute: Callable[[], Result]) -> tuple[Result, float]:
    """What a function returns, and its seconds on the processor, which other programs lengthen least."""
    started = time.process_time()
    result = compute()
    return result, time.process_time() - started


def plain_pick(candidates: np.ndarray, moments: Moments, left: np.ndarray) -> int:
    """The pick of the plain search, with everything that does not depend on the candidate computed before."""
    step = moments.step()
    d = candidates - step.mean
    length = (d * d).sum(axis=1)
    scores = 2 * ((d @ step.gap) * d).sum(axis=1) + step.weight * length * length
    scores[~left] = np.inf
    return int(scores.argmin())


def plain_seconds(candidates: np.ndarray, target: np.ndarray, order: np.ndarray) -> float:
    """Seconds of the plain search for all picks but the first, from some at equal steps; these are checked."""
    moments, left = Moments(target), np.ones(len(candidates), dtype=bool)
    places = set(np.linspace(1, len(order) - 1, PLAIN_PICKS).astype(int).tolist())
    total = 0.0
    for place, pick in enumerate(order):
        if place in places:
            found, seconds = timed(lambda: plain_pick(candidates, moments, left))
            assert found == pick, f"pick {place} is {pick}, the plain search finds {found}"
            total += seconds
        moments.add(candidates[pick])
        left[pick] = False
    return total / len(places) * (len(order) - 1)


def peak_megabytes(compute: Callable[[], object]) -> float:
    """The most memory that a function has allocated, beyond its input."""
    tracemalloc.start()
    compute()
    peak = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    return peak


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The power of the size with which time grows."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def compare_with_plain() -> None:
    """Both searches for all spectra."""
    print(f"pool {POOL:,} x {DIMENSIONS}, {PICKS:,} picks; plain over {PLAIN_PICKS} of them, scaled, the same picks")
    for spectrum in SPECTRA:
        candidates, target = pool_and_target(spectrum)
        order, seconds = timed(lambda: greedy(candidates, target, PICKS, first=0))  # noqa: B023
        plain = plain_seconds(candidates, target, order)
        print(f"  {spectrum:8} {seconds:5.1f} s, plain {plain:4.0f} s: {plain / seconds:.0f} times as fast", flush=True)


def show_growth() -> None:
    """Exponents in each size, the others at a quarter of the largest."""
    few = PICKS // 4
    for name, sizes, arguments in (
        ("pool", [POOL // 4, POOL // 2, POOL, 2 * POOL], lambda size: (size, DIMENSIONS, few)),
        ("picks", [PICKS // 8, PICKS // 4, PICKS // 2, PICKS], lambda size: (POOL, DIMENSIONS, size)),
        ("dimensions", [8, 16, 32, 64], lambda size: (POOL, size, few)),
    ):
        seconds = []
        for size in sizes:
            pool, dimensions, n = arguments(size)
            candidates, target = pool_and_target("equal", pool, dimensions)
            seconds.append(timed(lambda: greedy(candidates, target, n, first=0))[1])  # noqa: B023
        each = ", ".join(f"{size:,}: {value:.1f} s" for size, value in zip(sizes, seconds, strict=True))
        print(f"time over {name}: {each}; exponent {exponent(sizes, seconds):.2f}", flush=True)


def show_memory_and_exchanges() -> None:
    """Memory does not depend on the number of picks."""
    candidates, target = pool_and_target("1/i")
    peak = peak_megabytes(lambda: greedy(candidates, target, 100, first=0))
    print(f"memory: {peak:.0f} MB at the peak, beyond the pool's {candidates.nbytes / 1024**2:.0f} MB")
    order = greedy(candidates, target, 1000, first=0)
    refined, seconds = timed(lambda: swap(candidates, target, order, passes=1))
    before, after = (np.linalg.norm(np.cov(candidates[each].T, ddof=0) - target) for each in (order, refined))
    print(f"exchanges: one pass over 1,000 picks {seconds:.1f} s, distance {before:.2e} to {after:.2e}", flush=True)


def compare_processes() -> None:
    """Four classes one by one and in two processes, by the clock, the start of processes included."""
    pool, _ = pool_and_target("1/i")
    real = 1.1 * numpy_stream("benchmark of selection/real", 0).standard_normal((REAL, DIMENSIONS))
    labels, real_labels = np.arange(POOL) % 4, np.arange(REAL) % 4
    found, seconds = [], []
    for jobs in (1, 2):
        started = time.perf_counter()
        found.append(select_per_class(real, real_labels, pool, labels, PICKS, "covariance", jobs=jobs))
        seconds.append(time.perf_counter() - started)
    assert np.array_equal(*found)
    print(f"four classes: {seconds[0]:.1f} s one by one, {seconds[1]:.1f} s in two processes, the same picks")


def main() -> None:
    compare_with_plain()
    show_memory_and_exchanges()
    show_growth()
    compare_processes()


if __name__ == "__main__":
    main()

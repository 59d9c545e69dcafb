"""How many runs should share a GPU: replicas of the classifier in one process, segmenters in several."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch
from stopwatch import peak_memory, wait_for_device

from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import MASK_CHANNELS, SliceSet
from sweetspot.device import start
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter
from sweetspot.streams import numpy_stream

TRAINING, HELD_OUT = 500, 100  # images


def classifiers(
    classifier: Classifier, images: np.ndarray, labels: np.ndarray, counts: Sequence[int], steps: int, deadline: float
) -> list[dict[str, Any]]:
    """Seconds of so many runs trained together."""
    with contextlib.redirect_stdout(None):
        start(classifier.compute, torch.get_num_threads())
    n = min(TRAINING, len(images) - 2 * HELD_OUT)
    parts = [slice(0, n), slice(n, n + HELD_OUT), slice(n + HELD_OUT, n + 2 * HELD_OUT)]
    pool, validation, test = (LabelledSet(images[part], labels[part]) for part in parts)
    classes = int(labels.max()) + 1

    def run(count: int, steps: int) -> None:
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=steps)
        rows = np.tile(np.arange(n), (count, 1))
        train_replicas(classifier, budget, pool, rows, range(count), validation, test, classes)
        wait_for_device()

    rows = []
    for count in counts:
        if time.monotonic() > deadline:
            break
        run(count, 2)
        with peak_memory() as memory:
            begun = time.perf_counter()
            run(count, steps)
            seconds = time.perf_counter() - begun
        rows.append({"runs": count, "steps": steps, "seconds": seconds, "seconds_per_run": seconds / count, **memory})
    return rows


def segmenters(
    segmenter: Segmenter, size: int, counts: Sequence[int], steps: int, deadline: float
) -> list[dict[str, Any]]:
    """Seconds of so many runs at once, each in a process of its own; their start is not counted."""
    context = get_context("spawn")
    rows = []
    for count in counts:
        if time.monotonic() > deadline:
            break
        ready, results = context.Barrier(count), context.SimpleQueue()
        arguments = (segmenter, size, steps, ready, results)
        workers = [context.Process(target=_segmenter, args=(*arguments, number)) for number in range(count)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(max(1.0, deadline + 30 - time.monotonic()))
        finished = all(worker.exitcode == 0 for worker in workers)
        for worker in workers:
            worker.kill()
        if not finished:
            rows.append({"runs": count, "steps": steps, "failed": "a run failed, or took too long"})
            break
        done = [results.get() for _ in workers]
        seconds = max(seconds for seconds, _ in done)
        memory = None if done[0][1] is None else sum(memory for _, memory in done)
        rows.append({"runs": count, "steps": steps, "seconds": seconds, "seconds_per_run": seconds / count})
        rows[-1]["peak_memory_gb"] = memory
    return rows


def _segmenter(segmenter: Segmenter, size: int, steps: int, ready: Any, results: Any, seed: int) -> None:
    """One run on random slices, of which the time does not depend."""
    with contextlib.redirect_stdout(None):
        start(segmenter.compute, 1)
    stream = numpy_stream("benchmark of segmenters", 0)
    count = 2 * segmenter.batch_size
    images = stream.uniform(-1, 1, (count, 3, size, size)).astype(np.float32)
    masks = np.zeros((count, len(MASK_CHANNELS), size, size), np.uint8)
    masks[:, -1, : size // 8, : size // 8] = 1
    slices = SliceSet(images, masks, np.array(["sub-01"] * count))

    def run(steps: int) -> None:
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=steps)
        train_segmenter(segmenter, budget, TrainingSlices([(slices, np.arange(count))]), seed, slices)
        wait_for_device()

    run(2)
    ready.wait()
    with peak_memory() as memory:
        begun = time.perf_counter()
        run(steps)
        seconds = time.perf_counter() - begun
    results.put((seconds, memory["peak_memory_gb"]))

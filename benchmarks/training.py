"""Training of all replicas together against the plain loop over them: same data, same steps, same streams.

The loop gets all threads; the training of many together gets one process of one thread for each core, as the workflow
runs it, start of the processes included. Prints both times, their ratio, and whether both give the same distribution of
errors.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
import yaml
from plain_loop import plain_run
from scipy import stats

from sweetspot.config.classification_task import ClassificationTask
from sweetspot.data.readers import read
from sweetspot.data.split import split_images
from sweetspot.downstream.cell import Cell, training_set
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.load_config import load_workflow
from sweetspot.statistics import estimate

CONFIG = Path(__file__).parents[1] / "config.yaml"
SEEDS = range(20)
RATIOS = (0.0, 0.25, 0.5, 1.0)  # of added real images, so that no generator is needed


def digits() -> tuple[ClassificationTask, dict[str, LabelledSet]]:
    """The task of config.yaml and the parts of its data."""
    task = load_workflow(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))).tasks["digits"]
    data = read(task.data)
    parts = split_images(data, task.split).parts
    return task, {name: LabelledSet(data.images[rows], data.labels[rows]) for name, rows in parts.items()}


def training_rows(task: ClassificationTask, parts: dict[str, LabelledSet], ratio: float) -> np.ndarray:
    """Rows of the training part, (seeds, n), for each seed."""
    cell = Cell("digits", "in_domain", "more_real", "", ratio)
    n_real = task.experiments["in_domain"].n_real
    return np.stack([training_set(cell, n_real, parts["train"].labels, np.empty(0), seed)[0] for seed in SEEDS])


def joint(ratio: float) -> list[float]:
    """Errors of all seeds at `ratio`, trained together on one thread."""
    torch.set_num_threads(1)
    task, parts = digits()
    budget, rows = task.experiments["in_domain"].budget, training_rows(task, parts, ratio)
    sets = parts["validation"], parts["test"]
    return [result.error for result in train_replicas(task.classifier, budget, parts["train"], rows, SEEDS, *sets, 10)]


def main() -> None:
    cores = os.cpu_count() or 1
    print(f"{len(RATIOS) * len(SEEDS)} runs of the digits' classifier on {cores} cores")
    started = time.perf_counter()
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        together = np.array(list(pool.map(joint, RATIOS)))
    joint_seconds = time.perf_counter() - started
    print(f"together, {cores} processes of one thread: {joint_seconds:7.1f} s", flush=True)

    torch.set_num_threads(cores)
    task, parts = digits()
    budget = task.experiments["in_domain"].budget
    started = time.perf_counter()
    alone = np.array(
        [
            [
                plain_run(
                    task.classifier,
                    budget,
                    parts["train"],
                    rows,
                    seed,
                    parts["validation"],
                    parts["test"],
                    10,
                )[1]
                for seed, rows in zip(SEEDS, training_rows(task, parts, ratio), strict=True)
            ]
            for ratio in RATIOS
        ]
    )
    loop_seconds = time.perf_counter() - started
    print(f"plain loop, {cores} threads:               {loop_seconds:7.1f} s")
    print(f"ratio: {loop_seconds / joint_seconds:.2f}")

    difference = estimate(100 * (together - alone).ravel())
    test = stats.ks_2samp(together.ravel(), alone.ravel(), method="asymp")
    print(
        f"test error: together {100 * together.mean():.3f} %, alone {100 * alone.mean():.3f} %; paired difference "
        f"{difference.mean:+.3f} % [{difference.low:+.3f}, {difference.high:+.3f}]; correlation "
        f"{np.corrcoef(together.ravel(), alone.ravel())[0, 1]:.4f}; equal errors in "
        f"{100 * (together == alone).mean():.0f} % of the runs; Kolmogorov-Smirnov p = {test.pvalue:.3f}"
    )


if __name__ == "__main__":
    main()

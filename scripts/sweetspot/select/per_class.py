"""A selection for each class, with the samples shared out as the real ones are."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from sweetspot.errors import InputError
from sweetspot.select.checks import check_features
from sweetspot.select.clusters import proportional_shares
from sweetspot.select.rules import Selector, selector
from sweetspot.streams import stream_seed


def select_per_class(
    real: np.ndarray,
    real_labels: np.ndarray,
    pool: np.ndarray,
    pool_labels: np.ndarray,
    n: int,
    rule: str | Callable[[object], Selector],
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[int], None] | None = None,
    **options: int | str,
) -> np.ndarray:
    """Positions of n samples of a pool (p, d), int64, class after class, each selected by `rule` against its own class.

    n is shared out over the classes in the proportions of the real labels, by largest remainders; with the rule `all`
    every sample of the pool is selected, whatever n is. A class with no share selects nothing.

    Parameters
    ----------
    real_labels, pool_labels : class of each sample, (n_real,) and (p,).
    rule : a name of `RULES`, or a function that gives the selector of each class; with several jobs these must be
        functions that another process can import.
    seed : of what the rule draws, from which each class has one of its own.
    options : of the rule, if it is named.
    jobs : processes that classes are shared out to; the result is the same for any.
    progress : called with the number of samples selected so far after each class.

    Raises
    ------
    InputError : features, labels or n that do not fit; a class that only one side has; a class whose share is larger
        than its pool, or that has fewer than 2 real samples; a process that was killed.
    """
    real, pool = check_features(real, pool, n)
    real_labels, pool_labels = _labels(real_labels, real, "real"), _labels(pool_labels, pool, "the pool's")
    selector_of = rule if callable(rule) else _same_for_all(rule, **options)
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, not {jobs}")
    shares = class_shares(real_labels, pool_labels, n, whole=rule == "all")
    tasks = []
    for label, share in shares.items():
        own = np.flatnonzero(pool_labels == label)
        if share:
            # Classes draw independently of each other, whatever their sizes.
            own_seed = stream_seed(f"selection of class {label}", seed)
            tasks.append((selector_of(label), real[real_labels == label], pool[own], own, share, own_seed))
    if jobs == 1 or len(tasks) == 1:
        return _joined((_select_class(*task) for task in tasks), progress)
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(jobs, len(tasks)), context) as processes:
            return _joined(processes.map(_select_class, *zip(*tasks, strict=True)), progress)
    except BrokenProcessPool:
        raise InputError(
            f"one of {min(jobs, len(tasks))} processes was killed, most likely as memory ran out; give fewer jobs"
        ) from None


def class_shares(real_labels: np.ndarray, pool_labels: np.ndarray, n: int, whole: bool = False) -> dict:
    """How many of n samples each class selects, by class in ascending order; see `select_per_class`.

    `whole`: all that the pool has of each class, whatever n is.

    Raises
    ------
    InputError : a class that only one side has, one whose share is larger than its pool, or one with fewer than 2 real
        samples.
    """
    classes, counts = np.unique(real_labels, return_counts=True)
    pool_classes, available = np.unique(pool_labels, return_counts=True)
    for missing, here, there in (
        (np.setdiff1d(classes, pool_classes), "the real samples have", "the pool lacks"),
        (np.setdiff1d(pool_classes, classes), "the pool has", "the real samples lack"),
    ):
        if missing.size:
            names = ", ".join(str(name) for name in missing.tolist())
            raise InputError(f"{here} classes that {there}: {names}; give both sides the same classes")
    shares = available if whole else proportional_shares(counts, n)
    for label, real_count, share, there_are in zip(classes.tolist(), counts, shares, available, strict=True):
        if real_count < 2:
            raise InputError(f"class {label} has 1 real sample: a selection needs 2 or more to go by")
        if share > there_are:
            raise InputError(
                f"class {label}: {share} samples are to be selected, in the real proportion, but the pool has "
                f"{there_are} of it; select fewer in all or add to the pool"
            )
    return {label: int(share) for label, share in zip(classes.tolist(), shares, strict=True)}


def _same_for_all(rule: str, **options: int | str) -> Callable[[object], Selector]:
    found = selector(rule, **options)
    return lambda label: found


def _joined(selections: Iterable[np.ndarray], progress: Callable[[int], None] | None) -> np.ndarray:
    found: list[np.ndarray] = []
    for positions in selections:
        found.append(positions)
        if progress is not None:
            progress(sum(map(len, found)))
    return np.concatenate(found)


def _select_class(
    select: Selector, real: np.ndarray, pool: np.ndarray, positions: np.ndarray, n: int, seed: int
) -> np.ndarray:
    from threadpoolctl import threadpool_limits

    # Threads of several processes would hinder each other, and their number must not change the result.
    with threadpool_limits(limits=1):
        return positions[select(real, pool, n, seed)]


def _labels(labels: np.ndarray, features: np.ndarray, whose: str) -> np.ndarray:
    labels = np.asarray(labels)
    if labels.shape != (len(features),):
        raise InputError(f"there must be one label for each sample: {whose} are {labels.shape} for {len(features)}")
    return labels

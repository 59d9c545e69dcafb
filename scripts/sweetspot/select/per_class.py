"""A selection for each class, with the samples shared out as the real ones are."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from sweetspot.errors import InputError
from sweetspot.select.checks import check_features
from sweetspot.select.clusters import proportional_shares
from sweetspot.select.rules import RULES, select
from sweetspot.streams import stream_seed


def select_per_class(
    real: np.ndarray,
    real_labels: np.ndarray,
    pool: np.ndarray,
    pool_labels: np.ndarray,
    n: int,
    rule: str,
    seed: int = 0,
    jobs: int = 1,
    **options: int | str,
) -> np.ndarray:
    """Positions of n samples of a pool (p, d), int64, class after class, each selected by `rule` against its own class.

    n is shared out over the classes in the proportions of the real labels, by largest remainders; with the rule `all`
    every sample of the pool is selected, whatever n is. A class with no share selects nothing.

    Parameters
    ----------
    real_labels, pool_labels : class of each sample, (n_real,) and (p,).
    rule : a name of `RULES`.
    seed : of what the rule draws, from which each class has one of its own.
    options : of the rule.
    jobs : processes that classes are shared out to; the result is the same for any.

    Raises
    ------
    InputError : features, labels or n that do not fit; a class that only one side has; a class whose share is larger
        than its pool, or that has fewer than 2 real samples.
    """
    real, pool = check_features(real, pool, n)
    real_labels, pool_labels = _labels(real_labels, real, "real"), _labels(pool_labels, pool, "the pool's")
    if rule not in RULES:
        raise InputError(f"there is no rule {rule!r}; choose one of {', '.join(RULES)}")
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, not {jobs}")
    shares = class_shares(real_labels, pool_labels, n, whole=rule == "all")
    tasks = []
    for label, share in shares.items():
        own = np.flatnonzero(pool_labels == label)
        if share:
            # Classes draw independently of each other, whatever their sizes.
            own_seed = stream_seed(f"selection of class {label}", seed)
            tasks.append((rule, real[real_labels == label], pool[own], own, share, own_seed, options))
    if jobs == 1 or len(tasks) == 1:
        found = [_select_class(*task) for task in tasks]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(jobs, len(tasks)), context) as processes:
            found = list(processes.map(_select_class, *zip(*tasks, strict=True)))
    return np.concatenate(found)


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


def _select_class(
    rule: str, real: np.ndarray, pool: np.ndarray, positions: np.ndarray, n: int, seed: int, options: dict
) -> np.ndarray:
    from threadpoolctl import threadpool_limits

    # Threads of several processes would hinder each other, and their number must not change the result.
    with threadpool_limits(limits=1):
        return positions[select(rule, real, pool, n, seed, **options)]


def _labels(labels: np.ndarray, features: np.ndarray, whose: str) -> np.ndarray:
    labels = np.asarray(labels)
    if labels.shape != (len(features),):
        raise InputError(f"there must be one label for each sample: {whose} are {labels.shape} for {len(features)}")
    return labels

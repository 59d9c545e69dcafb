"""Nested, stratified subsets: the first n samples of an order are the subset of size n."""

from __future__ import annotations

import heapq

import numpy as np

from sweetspot.streams import numpy_stream


def nested_order(labels: np.ndarray, name: str, seed: int) -> np.ndarray:
    """An order of a pool in which every prefix has nearly the class proportions of the pool.

    For every n, the number of samples of a class among the first n differs from `n * count / total` by less
    than one. A larger subset of a seed contains every smaller one, so `order[:n]` is the same real subset at
    every ratio, and `order[:n + more]` extends it.

    Parameters
    ----------
    labels : class of each sample of the pool, integers of shape (n,).
    name, seed : of the random stream that the order is drawn from.

    Returns
    -------
    int64, shape (n,): a permutation of the positions in `labels`.
    """
    stream = numpy_stream(name, seed)
    classes, counts = np.unique(labels, return_counts=True)
    members = [stream.permutation(np.flatnonzero(labels == value)) for value in classes]
    tie = stream.permutation(len(classes))
    taken = [0] * len(classes)
    order = np.empty(len(labels), dtype=np.int64)
    for position, k in enumerate(_class_sequence(counts, tie)):
        order[position] = members[k][taken[k]]
        taken[k] += 1
    return order


def real_order(labels: np.ndarray, seed: int) -> np.ndarray:
    """The order in which a seed takes real images of these labels: the same in every arm, ratio and selection."""
    return nested_order(labels, "real subset", seed)


def synthetic_order(labels: np.ndarray, seed: int) -> np.ndarray:
    """The order in which a seed takes synthetic images of these labels."""
    return nested_order(labels, "synthetic subset", seed)


def _class_sequence(counts: np.ndarray, tie: np.ndarray) -> list[int]:
    """The class of each place, such that every prefix is in proportion.

    This is Tijdeman's solution of the chairman assignment problem (Discrete Mathematics 32, 1980). With K
    classes, the j-th sample of a class may come from that place on where it makes the class over-represented
    by no more than 1 - 1/(2K - 2), and must come at the latest where its absence would make the class
    under-represented by more. Taking the sample with the earliest deadline first keeps to all of these.
    """
    total, k = int(counts.sum()), len(counts)
    if k < 2:
        return [0] * total
    scale = 2 * k - 2
    jobs = []
    for label, count in enumerate(counts.tolist()):
        for j in range(count):
            release = -(-(j * scale + 1) * total // (scale * count))
            deadline = ((j + 1) * scale - 1) * total // (scale * count) + 1
            jobs.append((release, deadline, int(tie[label]), label))
    jobs.sort()
    sequence, ready, following = [], [], 0
    for place in range(1, total + 1):
        while following < total and jobs[following][0] <= place:
            heapq.heappush(ready, jobs[following][1:])
            following += 1
        sequence.append(heapq.heappop(ready)[2])
    return sequence

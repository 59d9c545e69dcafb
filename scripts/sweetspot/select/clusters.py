"""Clusters of features by k-means, and samples picked from them in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sweetspot.select.checks import first_copies

STARTS = 3  # of k-means, the best of which counts
BLOCK_VALUES = 2**20  # 8 MB at a time


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters of n samples.

    centroids : (k, d).
    labels : the number of the cluster of each sample, (n,).
    squared_distances : of each sample to its centroid, (n,).
    """

    centroids: np.ndarray
    labels: np.ndarray
    squared_distances: np.ndarray


def cluster(features: np.ndarray, k: int, stream: np.random.Generator) -> Clusters:
    """k-means with k clusters, or one for each distinct row (n, d) if there are fewer; none of them is empty."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    k = min(k, len(np.unique(first_copies(features))))
    # With more threads sums are added in another order.
    with threadpool_limits(limits=1):
        fitted = KMeans(k, n_init=STARTS, random_state=int(stream.integers(2**31))).fit(features)
    squared = np.sum((features - fitted.cluster_centers_[fitted.labels_]) ** 2, axis=1)
    return Clusters(fitted.cluster_centers_, fitted.labels_.astype(np.int64), squared)


def nearest_in_turn(clusters: Clusters, n: int) -> np.ndarray:
    """n samples, (n,): the one nearest to its centroid of each cluster, then the second of each, and so on, int64."""
    order = np.lexsort((clusters.squared_distances, clusters.labels))
    rank = np.empty(len(order), dtype=np.int64)
    starts = np.searchsorted(clusters.labels[order], clusters.labels[order])
    rank[order] = np.arange(len(order)) - starts
    return np.lexsort((clusters.squared_distances, rank))[:n]


def squared_distances(features: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Of rows (n, d) to centroids (k, d): (n, k), by differences, so that equal rows have equal ones."""
    found = np.empty((len(features), len(centroids)))
    step = max(1, BLOCK_VALUES // features.shape[1])
    for first in range(0, len(features), step):
        rows = slice(first, first + step)
        for k, centroid in enumerate(centroids):
            found[rows, k] = np.sum((features[rows] - centroid) ** 2, axis=1)
    return found


def proportional_shares(counts: np.ndarray, n: int) -> np.ndarray:
    """n shared out in proportion to `counts` (k,) by largest remainders, int64; equal ones go to the first."""
    counts = np.asarray(counts, dtype=np.int64)
    product, total = n * counts, int(counts.sum())
    shares = product // total
    order = np.argsort(-(product % total), kind="stable")
    shares[order[: n - int(shares.sum())]] += 1
    return shares

"""The rules by which samples of a pool are selected: functions (real features, pool features, n, seed) to positions.

The rules that paper 2 compares covariance matching with are named as there; how it set them is not all stated, so what
was assumed is said at each. Unless said otherwise, distances are Euclidean on the features as given, and of equal
samples the one at the lowest position comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sweetspot.errors import InputError
from sweetspot.select.checks import check_features
from sweetspot.select.clusters import cluster, nearest_in_turn, proportional_shares, squared_distances
from sweetspot.select.conditioning import magnitude
from sweetspot.select.covariance_matching import covariance_matching
from sweetspot.select.principal_components import DIMENSIONS
from sweetspot.streams import numpy_stream

SWAPS = 2  # passes of `covariance_swap`; later ones hardly lower the distance
POOL_CLUSTERS = 1000
REAL_CLUSTERS = 10
LEAST_SIMILARITY = 1e-8


def covariance(
    real: np.ndarray,
    pool: np.ndarray,
    n: int,
    seed: int,
    dimensions: int = DIMENSIONS,
    convention: str = "population",
) -> np.ndarray:
    """Covariance matching (paper 2); see `covariance_matching`. Draws nothing."""
    return covariance_matching(real, pool, n, dimensions, convention).indices


def covariance_swap(
    real: np.ndarray,
    pool: np.ndarray,
    n: int,
    seed: int,
    dimensions: int = DIMENSIONS,
    convention: str = "population",
    swaps: int = SWAPS,
) -> np.ndarray:
    """Covariance matching with exchanges after the greedy pass (this project's); see `swap`. Draws nothing."""
    return covariance_matching(real, pool, n, dimensions, convention, swaps=swaps).indices


def random(real: np.ndarray, pool: np.ndarray, n: int, seed: int) -> np.ndarray:
    """n samples drawn without replacement."""
    _, pool = check_features(real, pool, n)
    return numpy_stream("random selection", seed).permutation(len(pool))[:n]


def center_matching(real: np.ndarray, pool: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The n samples nearest to the mean of the real features (He et al., ICLR 2023, as in paper 2). Draws nothing."""
    real, pool = _in_one_unit(real, pool, n)
    return np.argsort(squared_distances(pool, real.mean(axis=0, keepdims=True))[:, 0], kind="stable")[:n]


def center_sampling(real: np.ndarray, pool: np.ndarray, n: int, seed: int) -> np.ndarray:
    """n samples drawn one after the other, with probability in proportion to the similarity to the real mean.

    Similarity is the cosine of the angle between the features and the real mean (Lin et al., 2023, as in paper 2);
    assumed: a cosine below 1e-8 counts as 1e-8. Draws without replacement are the n largest of log(similarity) plus
    Gumbel noise (Yellott, J. Mathematical Psychology 1977).
    """
    real, pool = _in_one_unit(real, pool, n)
    similarity = np.maximum(_cosines(pool, real.mean(axis=0)), LEAST_SIMILARITY)
    keys = np.log(similarity) + numpy_stream("center sampling", seed).gumbel(size=len(pool))
    return np.argsort(-keys, kind="stable")[:n]


def k_means(real: np.ndarray, pool: np.ndarray, n: int, seed: int, clusters: int = POOL_CLUSTERS) -> np.ndarray:
    """From each cluster of the pool the samples nearest to its centroid (Lin et al., 2023, as in paper 2).

    There are n clusters with one sample each; assumed, for time: no more than `clusters`. With fewer than n they give
    one sample in turn, so that each is represented as equally as its size allows.
    """
    _, pool = _in_one_unit(real, pool, n)
    return nearest_in_turn(cluster(pool, min(n, clusters), numpy_stream("k-means selection", seed)), n)


def ds3(real: np.ndarray, pool: np.ndarray, n: int, seed: int, clusters: int = REAL_CLUSTERS) -> np.ndarray:
    """Each cluster of the real features filled, in its real proportion, with the samples of the pool nearest to it.

    In the style of the baseline that paper 2 calls DS3 (Hulkund et al., *DataS^3: Dataset Subset Selection for
    Specialization*, 2025), not the same: by notes on the paper it clusters the pool, into 200, keeps the one nearest to
    each real sample, and draws n of what it keeps. Assumed here: k-means with 10 `clusters`, or fewer if there are
    fewer distinct real samples; proportions rounded by largest remainders; the clusters pick in turn, each the nearest
    sample to its centroid that is left, until their share is full.
    """
    real, pool = _in_one_unit(real, pool, n)
    found = cluster(real, clusters, numpy_stream("ds3 selection", seed))
    shares = proportional_shares(np.bincount(found.labels, minlength=len(found.centroids)), n)
    orders = np.argsort(squared_distances(pool, found.centroids), axis=0, kind="stable").T
    taken = np.zeros(len(pool), dtype=bool)
    picked: list[int] = []
    nexts = [iter(order) for order in orders]
    for turn in range(int(shares.max())):
        for k in np.flatnonzero(shares > turn):
            pick = next(i for i in nexts[k] if not taken[i])
            taken[pick] = True
            picked.append(pick)
    return np.array(picked, dtype=np.int64)


def whole_pool(real: np.ndarray, pool: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Every sample of the pool, in its order, whatever n is. Draws nothing."""
    _, pool = check_features(real, pool, 1)
    return np.arange(len(pool))


def text_matching(text: np.ndarray, pool: np.ndarray, n: int) -> np.ndarray:
    """The n samples whose image embeddings (p, d) are most similar, by cosine, to a text embedding (d,).

    The baseline of paper 2 with the embeddings of CLIP; the text is a prompt that names the class. Of several prompts,
    (prompts, d), the mean of the embeddings scaled to length 1 is taken. No real sample is used.

    Raises
    ------
    InputError : embeddings that do not fit, see `check_features`, or n that is not from 1 to p.
    """
    texts, pool = check_features(np.atleast_2d(text), pool, n, "text", least=1)
    largest = np.abs(texts).max(axis=1, keepdims=True)
    if not largest.all():
        raise InputError("a text embedding is 0, so nothing is similar to it; check the text encoder")
    texts = texts / largest
    mean = (texts / np.linalg.norm(texts, axis=1, keepdims=True)).mean(axis=0)
    return np.argsort(-_cosines(np.ldexp(pool, -magnitude(pool)), mean), kind="stable")[:n]


Selector = Callable[[np.ndarray, np.ndarray, int, int], np.ndarray]


@dataclass(frozen=True)
class Rule:
    """A rule of selection.

    select : (real features, pool features, n, seed, options of the rule) to positions in the pool, distinct, int64.
    description : one line for tables and help.
    """

    select: Callable[..., np.ndarray]
    description: str


RULES: dict[str, Rule] = {
    "covariance": Rule(covariance, "covariance nearest to the real one, picked greedily"),
    "covariance_swap": Rule(covariance_swap, "the same, refined by exchanges of single samples"),
    "random": Rule(random, "drawn at random"),
    "center_matching": Rule(center_matching, "nearest to the real mean"),
    "center_sampling": Rule(center_sampling, "drawn by similarity to the real mean"),
    "k_means": Rule(k_means, "nearest to the centroids of the pool's clusters"),
    "ds3": Rule(ds3, "nearest to the centroids of the real clusters, in their real proportions"),
    "all": Rule(whole_pool, "all of the pool"),
}


def select(rule: str, real: np.ndarray, pool: np.ndarray, n: int, seed: int = 0, **options: int | str) -> np.ndarray:
    """Positions of the samples of a pool (p, d) that `rule`, a name of RULES, selects; `options` are those of the rule.

    Raises
    ------
    InputError : an unknown rule, or features or n that do not fit, see `check_features`.
    """
    return selector(rule, **options)(real, pool, n, seed)


def selector(rule: str, **options: int | str) -> Selector:
    """What `rule`, a name of RULES, selects with under its options; raises InputError if there is no such rule."""
    if rule not in RULES:
        raise InputError(f"there is no rule {rule!r}; choose one of {', '.join(RULES)}")
    return partial(RULES[rule].select, **options) if options else RULES[rule].select


def _in_one_unit(real: np.ndarray, pool: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Both sets as `check_features` has them, in a power of 2 near the largest value, so that no square overflows."""
    real, pool = check_features(real, pool, n)
    exponent = max(magnitude(real), magnitude(pool))
    return np.ldexp(real, -exponent), np.ldexp(pool, -exponent)


def _cosines(rows: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Cosine of each row (n, d) with a direction (d,); 0 where one of them is 0."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(direction)
    return (rows * direction).sum(axis=1) / np.where(lengths > 0, lengths, 1)

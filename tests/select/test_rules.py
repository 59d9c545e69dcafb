"""The rules of selection: what all of them keep to, and what defines each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.errors import InputError
from sweetspot.select.clusters import cluster, nearest_in_turn, proportional_shares, squared_distances
from sweetspot.select.rules import RULES, select, text_matching
from sweetspot.streams import numpy_stream

DRAWN = {"random", "center_sampling", "k_means", "ds3"}


def features(seed, n=60, d=5):
    return np.random.default_rng(seed).standard_normal((n, d)) + 2


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n", [1, 7, 80])
def test_each_selects_n_distinct_samples_the_same_for_a_seed(rule, n):
    real, pool = features(0), features(1, 80)
    found = select(rule, real, pool, n, seed=3)
    assert found.dtype == np.int64
    assert len(found) == (80 if rule == "all" else n)
    assert len(np.unique(found)) == len(found)
    assert set(found) <= set(range(80))
    assert select(rule, real.copy(), pool.copy(), n, seed=3).tolist() == found.tolist()


@pytest.mark.parametrize("rule", RULES)
def test_what_draws_and_nothing_else_depends_on_the_seed(rule):
    real, pool = features(0), features(1, 80)
    found = {tuple(select(rule, real, pool, 20, seed).tolist()) for seed in range(5)}
    assert (len(found) > 1) == (rule in DRAWN)


@pytest.mark.parametrize("rule", RULES)
def test_copies_in_the_pool_are_no_obstacle(rule):
    pool = np.repeat(features(1, 4), 10, axis=0)
    assert len(set(select(rule, features(0), pool, 30, seed=0))) == (40 if rule == "all" else 30)


@pytest.mark.parametrize("exponent", [-1000, 700, 1000])
@pytest.mark.parametrize("rule", RULES)
def test_a_power_of_two_as_the_unit_changes_no_selection(rule, exponent):
    """Squares of such features vanish or overflow."""
    real, pool = features(0), features(1, 80)
    found = select(rule, np.ldexp(real, exponent), np.ldexp(pool, exponent), 20, seed=2)
    assert found.tolist() == select(rule, real, pool, 20, seed=2).tolist()


@pytest.mark.parametrize("rule", RULES)
def test_features_that_do_not_fit_are_refused_by_each(rule):
    with pytest.raises(InputError, match="5 columns and the pool's 4"):
        select(rule, features(0), features(1, d=4), 3)


def test_an_unknown_rule_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"no rule 'best'; choose one of covariance, .*, all"):
        select("best", features(0), features(1), 3)


def test_each_rule_has_a_line_of_description():
    assert all(rule.description and "\n" not in rule.description for rule in RULES.values())


def test_center_matching_takes_the_nearest_to_the_real_mean():
    real, pool = features(0), features(1, 80)
    found = select("center_matching", real, pool, 10)
    distances = np.linalg.norm(pool - real.mean(axis=0), axis=1)
    assert np.all(np.diff(distances[found]) >= 0)
    assert distances[found].max() <= np.delete(distances, found).min()


def test_center_sampling_draws_in_proportion_to_similarity():
    pool = np.array([[1.0, 0], [1, np.sqrt(3)], [0, 1], [-1, 0.0]])
    real = np.array([[2.0, 0], [4, 0]])
    first = [select("center_sampling", real, pool, 1, seed)[0] for seed in range(600)]
    counts = np.bincount(first, minlength=4)
    # Cosines 1, 1/2, 0 and -1.
    assert counts[0] == pytest.approx(400, abs=4 * np.sqrt(600 * 2 / 9))
    assert counts[2:].tolist() == [0, 0]
    assert sorted(select("center_sampling", real, pool, 2, 0)) == [0, 1]


def test_k_means_takes_one_of_each_of_n_clusters():
    centres = 100 * np.eye(6)
    pool = np.repeat(centres, 9, axis=0) + features(1, 54, 6)
    found = select("k_means", features(0, d=6), pool, 6)
    assert sorted(found // 9) == list(range(6))
    for pick in found:
        own = pool[pick // 9 * 9 : pick // 9 * 9 + 9]
        assert np.argmin(np.linalg.norm(own - own.mean(axis=0), axis=1)) == pick % 9


def test_fewer_clusters_than_samples_give_in_turn():
    pool = np.repeat(100 * np.eye(2), [3, 30], axis=0) + features(1, 33, 2)
    found = select("k_means", features(0, d=2), pool, 12, clusters=2)
    assert np.bincount(found >= 3).tolist() == [3, 9]
    assert np.bincount(found[:6] >= 3).tolist() == [3, 3]


def test_ds3_fills_real_clusters_in_their_proportions():
    centres = 100 * np.eye(3)
    real = np.repeat(centres, [60, 30, 10], axis=0) + features(0, 100, 3)
    pool = np.repeat(centres, 50, axis=0) + features(1, 150, 3)
    found = select("ds3", real, pool, 20, clusters=3)
    assert np.bincount(found // 50, minlength=3).tolist() == [12, 6, 2]
    for k, share in enumerate((12, 6, 2)):
        centroid = real[[slice(0, 60), slice(60, 90), slice(90, 100)][k]].mean(axis=0)
        nearest = np.argsort(np.linalg.norm(pool - centroid, axis=1))[:share]
        assert set(found[found // 50 == k]) == set(nearest)


def test_random_selection_is_uniform():
    counts = np.bincount(np.concatenate([select("random", features(0), features(1, 10), 3, s) for s in range(400)]))
    assert counts == pytest.approx(120, abs=5 * np.sqrt(400 * 0.3 * 0.7))


def test_all_takes_the_pool_in_its_order():
    assert select("all", features(0), features(1, 9), 2).tolist() == list(range(9))


def test_covariance_rules_pass_their_options_on():
    real, pool = features(0), features(1, 80)
    few, many = (select("covariance", real, pool, 20, dimensions=k).tolist() for k in (1, 5))
    assert few != many
    assert select("covariance_swap", real, pool, 20, swaps=0).tolist() == many


@pytest.mark.parametrize("exponent", [-1000, 1000])
def test_no_unit_changes_what_text_matches(exponent):
    texts, pool = features(2, 3), features(1, 80)
    found = text_matching(np.ldexp(texts, exponent), np.ldexp(pool, exponent), 20)
    assert found.tolist() == text_matching(texts, pool, 20).tolist()


def test_text_matching_takes_the_most_similar_by_cosine():
    pool = np.array([[0.0, 1], [5, 5], [1, 0.2], [-3, 0], [0, 0]])
    assert text_matching(np.array([2.0, 0]), pool, 3).tolist() == [2, 1, 0]
    assert text_matching(np.array([[2.0, 0], [0, 0.1]]), pool, 1).tolist() == [1]


@pytest.mark.parametrize(
    ("text", "n", "message"),
    [
        (np.zeros(2), 1, "text embedding is 0"),
        (np.ones(3), 1, "columns"),
        (np.ones(2), 6, "6 samples cannot be"),
        (np.array([[1, 1], [1, np.nan]]), 1, "the text features: row 1 holds NaN"),
    ],
)
def test_text_that_does_not_fit_is_refused(text, n, message):
    with pytest.raises(InputError, match=message):
        text_matching(text, np.ones((5, 2)), n)


@given(counts=st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any), n=st.integers(0, 10**6))
def test_shares_are_quotas_rounded_up_or_down(counts, n):
    shares, quotas = proportional_shares(counts, n), n * np.array(counts) / sum(counts)
    assert shares.sum() == n
    assert np.all(np.abs(shares - quotas) < 1)


def test_larger_remainders_are_rounded_up_and_equal_ones_from_the_first():
    assert proportional_shares([50, 33, 17], 10).tolist() == [5, 3, 2]
    assert proportional_shares([1, 1, 1], 4).tolist() == [2, 1, 1]


def test_there_are_no_more_clusters_than_distinct_rows():
    clusters = cluster(np.repeat(np.eye(3), 5, axis=0), 8, numpy_stream("test", 0))
    assert len(clusters.centroids) == 3
    assert np.bincount(clusters.labels).tolist() == [5, 5, 5]
    assert clusters.squared_distances == pytest.approx(0)
    assert len(nearest_in_turn(clusters, 15)) == 15


def test_squared_distances_are_of_every_pair(monkeypatch):
    a, b = features(0), features(1, 4)
    expected = np.linalg.norm(a[:, None] - b, axis=2) ** 2
    assert squared_distances(a, b) == pytest.approx(expected)
    monkeypatch.setattr("sweetspot.select.clusters.BLOCK_VALUES", 40)
    assert squared_distances(a, b) == pytest.approx(expected)

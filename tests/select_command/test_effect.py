"""What a selection changed is measured on samples of equal size."""

import numpy as np
import pytest

from sweetspot.select.quality import Quality
from sweetspot.select_command.effect import effect_of

MEASURES = tuple(Quality.__dataclass_fields__)


def normal(n, seed, d=40):
    return np.random.default_rng(seed).standard_normal((n, d))


def mean_of(effects, kind, measure):
    return np.mean([getattr(getattr(draw, kind), measure) for each in effects for draw in each.draws])


def test_random_picks_of_real_samples_are_at_the_floor():
    """On average over pools of the same distribution, with far fewer real samples than a distance needs."""
    effects = [effect_of(normal(40, seed), normal(300, 100 + seed), np.arange(60), 32, seed) for seed in range(12)]
    for measure in MEASURES:
        floor = mean_of(effects, "real", measure)
        for kind in ("pool", "picks"):
            assert mean_of(effects, kind, measure) == pytest.approx(floor, rel=0.05), (kind, measure)


def test_a_pool_of_another_spread_is_above_the_floor_and_picks_need_not_be():
    pool = normal(300, 1) * np.where(np.arange(300) < 100, 1, 3)[:, None]
    effect = effect_of(normal(60, 0), pool, np.arange(60), 32, 0)
    for measure in MEASURES:
        assert mean_of([effect], "pool", measure) > 1.5 * mean_of([effect], "real", measure)
        assert mean_of([effect], "picks", measure) == pytest.approx(mean_of([effect], "real", measure), rel=0.2)


@pytest.mark.parametrize(("n_real", "n", "drawn"), [(41, 100, 20), (40, 7, 7), (5, 9, 2), (3, 9, 1), (9, 1, 1)])
def test_as_many_are_drawn_as_half_of_the_real_samples_or_as_there_are_picks(n_real, n, drawn):
    effect = effect_of(normal(n_real, 0), normal(120, 1), np.arange(n), 32, 0)
    assert effect.n_drawn == drawn
    assert len(effect.draws) == (20 if drawn > 1 else 0)
    assert (effect.picks is None) == (n < 2)


def test_a_draw_has_the_classes_of_its_picks():
    """Classes apart by so much that another share of them would be seen in the diversity."""
    strata = np.arange(200) % 2
    pool = normal(200, 0, 3) + 1e6 * strata[:, None]
    picks = np.flatnonzero(strata == 1)[:30]
    effect = effect_of(normal(60, 1, 3), pool, picks, 3, 0, strata)
    assert all(draw.pool.diversity < 10 for draw in effect.draws)


def test_nothing_is_drawn_where_some_half_may_be_copies_alone():
    real = np.repeat(normal(2, 0, 3), (7, 1), axis=0)
    effect = effect_of(real, normal(30, 1, 3), np.arange(9), 3, 0)
    assert effect.draws == ()  # those that vary would be a choice of halves

"""What all methods have in common, and how each behaves where the answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from sweetspot.predict.methods import METHODS

MEASURED = ["leave_one_out", "leave_one_out_alone", "linear_probe"]
LABELLED = ["residual_ml", "plug_in", *MEASURED]
FIXED = {"fixed_0": 0, "fixed_1": 1, "fixed_2": 2, "everything": 16}


def rescaled(evidence, images, features):
    def change(sample):
        return (
            None
            if sample is None
            else replace(sample, images=sample.images * images, features=sample.features * features)
        )

    return replace(evidence, **{name: change(getattr(evidence, name)) for name in ("real", "synthetic", "held_out")})


@pytest.mark.parametrize("name", METHODS)
def test_every_method_gives_the_same_ratio_in_its_interval_twice(toy, name):
    first, second = METHODS[name](toy()), METHODS[name](toy())
    assert (first.ratio, first.low, first.high) == (second.ratio, second.low, second.high)
    assert 0 <= first.low <= first.ratio <= first.high <= 16


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_what_it_sees(name):
    assert "Sees: " in " ".join(METHODS[name].__doc__.split())


@pytest.mark.parametrize(("name", "ratio"), FIXED.items())
def test_fixed_rules(toy, name, ratio):
    prediction = METHODS[name](toy())
    assert (prediction.ratio, prediction.low, prediction.high) == (ratio, ratio, ratio)
    assert METHODS[name](replace(toy(), largest_ratio=0.5)).ratio == min(ratio, 0.5)


@pytest.mark.parametrize(
    "name", ["rapsd", "frechet", "tight", "residual_ml", "residual_gcv", "plug_in", "leave_one_out"]
)
def test_units_of_images_and_features_do_not_matter(toy, name):
    evidence = toy(pool_noise=2.5, wrong_labels=0.3)
    assert METHODS[name](rescaled(evidence, 3.0, 8.0)).ratio == pytest.approx(METHODS[name](evidence).ratio, rel=1e-6)


@pytest.mark.parametrize("name", LABELLED)
def test_good_labels_call_for_more_than_wrong_ones(toy, name):
    good = [METHODS[name](toy(seed=seed)).ratio for seed in range(3)]
    wrong = [METHODS[name](toy(wrong_labels=1.0, seed=seed)).ratio for seed in range(3)]
    assert np.median(good) > 8
    assert np.median(wrong) < 1


@pytest.mark.parametrize("name", MEASURED)
def test_without_held_out_images_the_real_ones_are_judged_on(toy, name):
    good = METHODS[name](toy(held_out=0)).ratio
    assert good > 8
    assert METHODS[name](toy(held_out=0, wrong_labels=1.0)).ratio < good / 3


@pytest.mark.parametrize("name", MEASURED)
def test_the_curve_of_a_measuring_method_is_lowest_near_its_ratio(toy, name):
    prediction = METHODS[name](toy())
    curve = prediction.curve
    assert prediction.ratio in curve.ratios
    assert curve.loss[list(curve.ratios).index(prediction.ratio)] <= curve.loss.min() + 0.1 * np.ptp(curve.loss)
    assert np.all((curve.low <= curve.loss + 1e-9) & (curve.loss <= curve.high + 1e-9))


@pytest.mark.parametrize("name", MEASURED)
def test_under_domain_shift_only_the_target_counts(toy, name):
    """Real images whose labels are all wrong for the target: the pool, which is right, is worth everything."""
    evidence = toy()
    real = replace(evidence.real, labels=(evidence.real.labels + 1) % evidence.classes)
    shifted = replace(evidence, real=real, real_is_target=False)
    assert METHODS[name](shifted).ratio > 8


def test_alone_means_without_held_out_images_except_under_domain_shift(toy):
    alone, whole = METHODS["leave_one_out_alone"], METHODS["leave_one_out"]
    evidence = toy(wrong_labels=0.4)
    assert np.array_equal(alone(evidence).curve.loss, whole(replace(evidence, held_out=None)).curve.loss)
    assert not np.array_equal(alone(evidence).curve.loss, whole(evidence).curve.loss)
    shifted = replace(evidence, real_is_target=False)
    assert np.array_equal(alone(shifted).curve.loss, whole(shifted).curve.loss)


@pytest.mark.parametrize("name", ["rapsd", "frechet"])
def test_the_papers_rule_falls_with_the_noise_of_the_pool_and_sees_no_labels(toy, name):
    ratios = [METHODS[name](toy(pool_noise=noise)).ratio for noise in (1.6, 2.0, 3.0)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[0] > ratios[-1]
    evidence = toy(pool_noise=2.0)
    blind = replace(evidence, real=replace(evidence.real, labels=np.zeros_like(evidence.real.labels)))
    assert METHODS[name](blind).ratio == ratios[1]

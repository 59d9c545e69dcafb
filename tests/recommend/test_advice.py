"""The advice where the right one is known: real against real, noise, wrong labels, no labels."""

import json

import numpy as np
import pytest

from sweetspot.recommend.advice import ADD, EVERYTHING, NOTHING, advise
from sweetspot.recommend.floors import distances_with_floor
from sweetspot.recommend.inputs import InputSet
from sweetspot.recommend.pair import make_pair
from sweetspot.recommend.report import as_json, as_text, headline


def advice_on(real, synthetic, labels=True, largest=None):
    pair = make_pair(*(InputSet("set", x, y if labels else None) for x, y in (real, synthetic)), None)
    return pair, advise(pair, largest, 0)


@pytest.mark.parametrize("labels", [True, False])
def test_more_of_the_same_is_worth_as_much_as_there_is(sets, labels):
    _, advice = advice_on(*sets, labels)
    assert (advice.verdict, advice.ratio, advice.samples) == (EVERYTHING, 4, 240)
    assert not any(each.above_floor for each in advice.distances)
    assert "as much as you have" in headline(advice)


def test_shuffled_labels_leave_nothing_to_gain(sets):
    real, (images, labels) = sets
    _, advice = advice_on(real, (images, np.random.default_rng(0).permutation(labels)))
    assert (advice.verdict, advice.ratio, advice.samples) == (NOTHING, 0, 0)
    assert "nothing to gain" in headline(advice)
    assert any("look at their labels" in reason for reason in advice.why)


def test_ratios_never_rise_with_the_noise(sets):
    real, (images, labels) = sets
    noise = np.random.default_rng(3).standard_normal(images.shape).astype(np.float32)
    for with_labels in (True, False):
        found = [
            advice_on(real, (images + np.float32(v**0.5) * noise, labels), with_labels)[1] for v in (0, 0.1, 0.5, 2.0)
        ]
        ratios = [each.ratio for each in found]
        assert ratios == sorted(ratios, reverse=True)
        assert ratios[-1] < ratios[0]
        assert all(each.distances[1].above_floor for each in found[2:])


def test_without_labels_it_says_so(sets):
    real, (images, labels) = sets
    _, advice = advice_on(real, (images + 1, labels), labels=False)
    assert any(each.above_floor for each in advice.distances)  # a brighter pool has the same spectrum
    assert advice.verdict == ADD
    assert advice.method == "rapsd_255"
    assert advice.curve is None
    assert advice.sure.startswith("Unsure")
    assert any("weak" in reason for reason in advice.why)


def test_a_largest_ratio_is_kept_to(sets):
    _, advice = advice_on(*sets, largest=0.5)
    assert (advice.ratio, advice.largest, advice.samples) == (0.5, 0.5, 30)
    assert advice_on(*sets, largest=100)[1].largest == 4


def test_features_instead_of_images(sets):
    flat = [(images.reshape(len(images), -1), labels) for images, labels in sets]
    _, advice = advice_on(*flat)
    assert (advice.verdict, advice.ratio) == (EVERYTHING, 4)
    assert advice.spectra is None
    assert [each.metric for each in advice.distances] == ["frechet", "sliced_wasserstein", "mmd"]
    shuffled = (flat[1][0], np.random.default_rng(0).permutation(flat[1][1]))
    assert advice_on(flat[0], shuffled)[1].verdict == NOTHING
    assert advice_on(flat[0], (flat[1][0] + 0.5, None), labels=False)[1].method == "frechet"


def test_words_and_json_say_the_same(sets):
    real, (images, labels) = sets
    pair, advice = advice_on(real, (images + 0.3, labels))
    text, data = as_text(pair, advice), json.loads(as_json(pair, advice))
    assert data["ratio"] == advice.ratio
    assert data["samples_to_add"] == advice.samples
    assert f"{advice.samples:,} synthetic" in text or advice.verdict == NOTHING
    assert [each["metric"] for each in data["distances"]] == [each.metric for each in advice.distances]
    assert len(data["curve"]["ratio"]) == len(data["curve"]["loss"])
    for reason in (*data["why"], data["sure"]):
        assert reason in text


def test_two_halves_of_one_set_have_no_distance():
    """Over many pairs of halves, few distances exceed their floor, and a small shift is seen."""
    above = shifted = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        features = rng.standard_normal((400, 6))
        found = distances_with_floor((features[:200], features[200:]), "given", None, seed)
        above += sum(each.above_floor for each in found)
        found = distances_with_floor((features[:200], features[200:] + 0.5), "given", None, seed)
        shifted += sum(each.above_floor for each in found)
    assert above <= 3
    assert shifted >= 27

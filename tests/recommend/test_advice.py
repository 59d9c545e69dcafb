"""The advice where the right one is known: real against real, noise, wrong labels, no labels."""

import json
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.given_sets.inputs import InputSet
from sweetspot.given_sets.pair import make_pair
from sweetspot.predict.evidence import Evidence, Sample
from sweetspot.predict.gather import convolution_features
from sweetspot.predict.prediction import from_losses
from sweetspot.recommend.advice import ADD, EVERYTHING, NOTHING, _with_labels, advise
from sweetspot.recommend.floors import AXES, distances_with_floor, on_random_axes
from sweetspot.recommend.picture import draw
from sweetspot.recommend.report import as_json, as_text, headline
from sweetspot.recommend.words import JUDGES, sureness


def advice_on(real, synthetic, labels=True, largest=None):
    pair = make_pair(*(InputSet("set", x, y if labels else None) for x, y in (real, synthetic)), None)
    return pair, advise(pair, largest, 0)


@pytest.mark.parametrize("labels", [True, False])
def test_more_of_the_same_is_worth_as_much_as_there_is(sets, labels):
    _, advice = advice_on(*sets, labels)
    assert (advice.verdict, advice.ratio, advice.samples) == (EVERYTHING, 4, 240)
    assert not any(each.above_floor for each in advice.distances)
    assert "as much as you have" in headline(advice)
    assert "No difference was found with 60 real samples" in advice.why[0]


def test_shuffled_labels_leave_nothing_to_gain(sets):
    real, (images, labels) = sets
    _, advice = advice_on(real, (images, np.random.default_rng(0).permutation(labels)))
    assert (advice.verdict, advice.ratio, advice.samples) == (NOTHING, 0, 0)
    assert "nothing to gain" in headline(advice)
    assert any("look at their labels" in reason for reason in advice.why)


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_labels_are_seen_with_a_hundred_samples(make_images, seed):
    real, (images, labels) = make_images(100, 10 + seed, noise=4), make_images(400, 20 + seed, noise=4)
    _, advice = advice_on(real, (images, np.random.default_rng(seed).permutation(labels)))
    assert (advice.verdict, advice.ratio) == (NOTHING, 0)
    assert advice_on(real, (images, labels))[1].verdict == EVERYTHING


def test_all_that_is_recommended_lowers_the_loss():
    """A curve that is level, up to noise, and ends above its start, cannot speak for the labels of the pool."""
    rng = np.random.default_rng(0)
    for seed in range(5):
        images = 1 + rng.standard_normal((4, 50, 3))
        images[:, :, 2] += images[:, :, 0].mean() - images[:, :, 2].mean() + 0.07
        prediction = from_losses(np.array([0, 0.5, 1]), images, seed)
        verdict, ratio, why = _with_labels(evidence_of(50), prediction, True, JUDGES["leave_one_out_alone"])
        assert (verdict, ratio) == (NOTHING, 0)
        assert "more squared error at ratio 1" in why[0]
        assert "small gain cannot be told from none" in why[1]


def test_most_samples_equal_are_refused(sets):
    (images, _), pool = sets
    images = np.where(np.arange(60)[:, None, None, None] < 50, images[:1], images)
    with pytest.raises(InputError, match="set: most samples have the same features"):
        advice_on((images, None), pool, labels=False)


def test_one_feature_needs_labels(sets):
    one = [(images[:, 0, 0, :1], labels) for images, labels in sets]
    assert advice_on(*one)[1].curve is not None
    with pytest.raises(InputError, match=r"in one direction only.*--labels"):
        advice_on(*one, labels=False)


def evidence_of(count):
    sample = Sample(np.zeros((count, 1, 1, 1)), np.zeros((count, 1, 1)), np.zeros((count, 1), int))
    return Evidence(sample, sample, None, 2, 1.0, 0)


@pytest.mark.parametrize(("loss", "verdict"), [([4, 2, 3], ADD), ([4, 3, 2], EVERYTHING), ([2, 3, 4], NOTHING)])
def test_where_no_distance_is_found_what_was_measured_counts(loss, verdict):
    """With an optimum inside that the measurement is sure of, the whole pool is not recommended."""
    images = np.tile(np.array(loss, float), (1, 50, 1)) + 0.01 * np.random.default_rng(0).standard_normal((1, 50, 3))
    prediction = from_losses(np.array([0, 0.5, 1]), images, 0)
    assert _with_labels(evidence_of(50), prediction, True, JUDGES["leave_one_out_alone"])[0] == verdict


def test_a_linear_classifier_is_not_sure_for_a_network(sets):
    real, (images, labels) = sets
    noisy = (images + np.random.default_rng(0).standard_normal(images.shape).astype(np.float32), labels)
    sure = advice_on(real, noisy)[1].sure
    assert "for a linear classifier, not for a network" in sure
    assert "sampling noise only" in sure
    assert "network" not in sureness(1, 2, 8, 60, "cross_validation")


@pytest.mark.parametrize(("method", "words"), [("leave_one_out_alone", "linear"), ("cross_validation", "the network")])
def test_the_picture_names_who_judged_and_by_which_loss(sets, method, words):
    figure = draw(replace(advice_on(*sets)[1], method=method))
    label = figure.axes[0].get_ylabel()
    plt.close(figure)
    assert words in label
    assert JUDGES[method].loss in label


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
    assert advice.method == "rapsd"
    assert advice.curve is None
    assert advice.sure.startswith("Unsure")
    assert any("Shidani et al. (2026)" in reason and "weak" in reason for reason in advice.why)


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


@pytest.mark.parametrize("n", [12, 50])
def test_no_distance_is_invented_in_many_dimensions(n):
    """Axes fitted to the few real samples would make them look more spread than the pool, in every case."""
    alarms = seen = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        real, pool = rng.standard_normal((n, 512)), rng.standard_normal((300, 512))
        alarms += any(each.above_floor for each in distances_with_floor((real, pool), "given", None, seed))
        seen += any(each.above_floor for each in distances_with_floor((real, 1.5 * pool), "given", None, seed))
    assert alarms <= 1
    assert seen >= 7


def test_no_distance_is_invented_between_halves_of_a_set_of_images(make_images):
    alarms = 0
    for seed in range(8):
        images, _ = make_images(200, 100 + seed, noise=2)
        features = convolution_features((images[:40], images[40:]), seed)
        alarms += any(each.above_floor for each in distances_with_floor(tuple(features), "given", None, seed))
    assert alarms <= 1


def test_random_axes_keep_distances_on_average_and_look_at_no_sample():
    values = np.random.default_rng(0).standard_normal((20, 400))
    found = [on_random_axes((values, values), seed)[0] for seed in range(40)]
    assert found[0].shape == (20, AXES)
    kept = np.mean([np.sum((each[0] - each[1]) ** 2) for each in found])
    assert kept == pytest.approx(np.sum((values[0] - values[1]) ** 2), rel=0.15)
    assert on_random_axes((values[:5], values), 0)[0] == pytest.approx(found[0][:5])
    assert on_random_axes((values[:, :AXES], values[:, :AXES]), 0)[0] == pytest.approx(values[:, :AXES])

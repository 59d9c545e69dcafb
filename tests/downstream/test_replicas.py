"""Joint training gives the runs that a plain loop gives."""

import numpy as np
import pytest
import torch
from plain_loop import plain_network, plain_run

from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.downstream.classifier import ReplicatedClassifier
from sweetspot.downstream.replicas import LabelledSet, train_replicas
from sweetspot.errors import InputError

CLASSES = 3
CONFIG = Classifier(channels=(4, 8), dense=16, learning_rate=5e-3, batch_size=16, horizontal_flip=True)
BUDGET = StepBudget(unit="steps", steps=30, evaluate_every=7)


def blobs(n: int, seed: int, shape: tuple[int, ...] = (2, 8, 8)) -> LabelledSet:
    """Images whose mean tells the class, with noise."""
    stream = np.random.default_rng(seed)
    labels = stream.integers(0, CLASSES, n)
    images = stream.normal(labels[:, None, None, None] - 1, 2.0, (n, *shape)).astype(np.float32)
    return LabelledSet(images, labels)


POOL, VALIDATION, TEST = blobs(200, 0), blobs(60, 1), blobs(120, 2)


def subsets(seeds, n=48):
    return np.stack([np.random.default_rng(seed).permutation(200)[:n] for seed in seeds])


def train(seeds, budget=BUDGET, config=CONFIG, n=48):
    return train_replicas(config, budget, POOL, subsets(seeds, n), seeds, VALIDATION, TEST, CLASSES)


def test_one_copy_computes_what_torch_layers_compute():
    network = ReplicatedClassifier(CONFIG, (2, 9, 10), CLASSES, [3, 4])
    images = torch.from_numpy(blobs(5, 7, (2, 9, 10)).images)
    expected = torch.stack([plain_network(CONFIG, (2, 9, 10), CLASSES, seed)(images) for seed in (3, 4)])
    torch.testing.assert_close(network(images), expected, rtol=1e-5, atol=1e-5)
    each_its_own = torch.stack([images, images.flip(0)])
    expected = torch.stack([expected[0], expected[1].flip(0)])
    torch.testing.assert_close(network(each_its_own), expected, rtol=1e-5, atol=1e-5)


def test_runs_together_are_the_runs_of_a_plain_loop():
    seeds = [0, 5, 9]
    together = train(seeds)
    for result, subset in zip(together, subsets(seeds), strict=True):
        loss, error = plain_run(CONFIG, BUDGET, POOL, subset, result.seed, VALIDATION, TEST, CLASSES)
        assert result.loss == pytest.approx(loss, rel=1e-3)
        assert result.error == pytest.approx(error, abs=1.5 / len(TEST.labels))


def test_a_run_does_not_depend_on_its_companions():
    alone = train([5])[0]
    among_others = train([0, 5, 9])[1]
    assert alone.seed == among_others.seed == 5
    assert alone.loss == pytest.approx(among_others.loss, rel=1e-3)


def test_runs_learn_and_seeds_differ():
    results = train([0, 1], StepBudget(unit="steps", steps=80, evaluate_every=10))
    assert all(result.error < 0.3 for result in results)  # chance is 2/3
    assert results[0].loss != results[1].loss


def test_the_error_is_the_weighted_mean_of_the_class_errors():
    result = train([2])[0]
    shares = np.bincount(TEST.labels, minlength=CLASSES) / len(TEST.labels)
    assert result.error == pytest.approx(float(np.dot(shares, result.class_errors)))


def test_the_weights_of_the_lowest_validation_loss_are_tested():
    judged_by_itself = train_replicas(CONFIG, BUDGET, POOL, subsets([1]), [1], TEST, TEST, CLASSES)[0]
    assert judged_by_itself.loss == pytest.approx(judged_by_itself.validation_loss, rel=1e-5)


def test_equal_steps_whatever_the_size_of_the_training_set():
    assert {result.steps for n in (16, 48, 150) for result in train([0], n=n)} == {30}


def test_epochs_stop_early_and_never_later_than_allowed():
    budget = EpochBudget(unit="epochs", epochs=40, patience=2)
    results = train([0, 1, 2, 3], budget)
    steps_per_epoch = 3
    assert all(result.steps % steps_per_epoch == 0 for result in results)
    assert all(result.steps <= 40 * steps_per_epoch for result in results)
    assert len({result.steps for result in results}) > 1
    # With patience to the end, no run stops early.
    patient = train([0, 1], EpochBudget(unit="epochs", epochs=4, patience=4))
    assert {result.steps for result in patient} == {12}


def test_a_stopped_run_is_not_changed_by_companions_that_go_on():
    budget = EpochBudget(unit="epochs", epochs=40, patience=2)
    together = train([0, 1, 2, 3], budget)
    for result in together:
        alone = train([result.seed], budget)[0]
        assert alone.steps == result.steps
        assert alone.loss == pytest.approx(result.loss, rel=1e-2)


def test_images_too_small_for_two_poolings():
    with pytest.raises(InputError, match="4 x 4"):
        ReplicatedClassifier(CONFIG, (1, 3, 8), CLASSES, [0])


def test_a_run_that_diverges_is_an_error_that_names_the_seed_and_the_key():
    with pytest.raises(InputError, match=r"classifier of seed \d never had .*`classifier.learning_rate`"):
        train([0, 5], config=CONFIG.model_copy(update={"learning_rate": 1e30}))


def test_targets_that_are_certain_train_as_labels_do():
    certain = LabelledSet(POOL.images, POOL.labels[::-1].copy(), np.eye(CLASSES, dtype=np.float32)[POOL.labels])
    arguments = (subsets([0, 5]), [0, 5], VALIDATION, TEST, CLASSES)
    by_targets, by_labels = (train_replicas(CONFIG, BUDGET, pool, *arguments) for pool in (certain, POOL))
    for one, other in zip(by_targets, by_labels, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-4)
        assert one.error == other.error


def test_targets_without_information_teach_nothing_but_the_shares_of_classes():
    shares = np.array([0.5, 0.3, 0.2], np.float32)
    taught = LabelledSet(POOL.images, POOL.labels, np.tile(shares, (len(POOL.labels), 1)))
    # The lowest possible cross-entropy on a validation set in which the labels have these shares.
    labels = np.repeat(np.arange(CLASSES), [50, 30, 20])
    validation = LabelledSet(POOL.images[:100], labels)
    budget = StepBudget(unit="steps", steps=300, evaluate_every=300)
    result = train_replicas(CONFIG, budget, taught, subsets([1]), [1], validation, validation, CLASSES)[0]
    assert result.loss == pytest.approx(-np.sum(shares * np.log(shares)), abs=0.02)

"""Training of one segmenter: the loss is MONAI's, runs learn, and every choice is as described."""

import numpy as np
import pytest
import torch
from torch import nn

from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import LESION, SliceSet
from sweetspot.downstream import segmentation
from sweetspot.downstream.segmentation import TrainingSlices, evaluate_segmenter, train_segmenter
from sweetspot.downstream.segmentation_loss import BatchLoss, PooledLoss

CONFIG = Segmenter(channels=(4, 8), learning_rate=1e-2, batch_size=4, focal_weight=0.5)
BUDGET = StepBudget(unit="steps", steps=12, evaluate_every=5)


def bright_lesions(n: int, seed: int) -> SliceSet:
    """Squares that are brighter than their surroundings in both modalities; every third slice has none."""
    stream = np.random.default_rng(seed)
    masks = np.zeros((n, 4, 16, 16), np.uint8)
    for each in range(n):
        row, column = stream.integers(1, 11, 2)
        masks[each, LESION, row : row + 4, column : column + 4] = each % 3 > 0
    images = stream.normal(masks[:, [LESION, LESION]].astype(float) - 0.5, 0.3).astype(np.float32)
    return SliceSet(images, masks, np.array([f"sub-{each // 4}" for each in range(n)]))


POOL, VALIDATION, TEST = bright_lesions(24, 0), bright_lesions(9, 1), bright_lesions(12, 2)


def training(n: int = 12) -> TrainingSlices:
    return TrainingSlices([(POOL, np.arange(n))])


def weights(network: nn.Module) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in network.parameters()])


def logits_and_lesions(n: int = 7) -> tuple[torch.Tensor, torch.Tensor]:
    stream = torch.Generator().manual_seed(0)
    return 3 * torch.randn(n, 1, 8, 8, generator=stream), (torch.rand(n, 1, 8, 8, generator=stream) < 0.2).float()


def test_the_loss_is_the_formula():
    logits, lesions = (each.double() for each in logits_and_lesions())
    p = logits.sigmoid()
    of_truth = torch.where(lesions > 0, p, 1 - p)
    focal = (-((1 - of_truth) ** 2.0) * of_truth.log()).mean()
    both, wrong_lesion, missed = (p * lesions).sum(), (p * (1 - lesions)).sum(), ((1 - p) * lesions).sum()
    tversky = 1 - (both + 1e-5) / (both + 0.3 * wrong_lesion + 0.7 * missed + 1e-5)
    assert float(BatchLoss(CONFIG)(logits, lesions)) == pytest.approx(float(0.5 * focal + tversky), rel=1e-5)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_the_pooled_loss_is_the_training_loss_of_the_whole_set_as_one_batch(size):
    logits, lesions = logits_and_lesions()
    pooled = PooledLoss(CONFIG)
    for logits_part, lesions_part in zip(logits.split(size), lesions.split(size), strict=True):
        pooled.add(logits_part, lesions_part)
    assert pooled.value() == pytest.approx(float(BatchLoss(CONFIG)(logits, lesions)), rel=1e-5)


def test_the_loss_is_0_for_the_truth_and_grows_with_mistakes():
    _, lesions = logits_and_lesions()
    sure = 40 * (2 * lesions - 1)
    loss = BatchLoss(CONFIG)
    assert float(loss(sure, lesions)) == pytest.approx(0, abs=1e-6)
    assert float(loss(-sure, lesions)) > float(loss(torch.zeros_like(sure), lesions)) > 0.1
    assert float(loss(torch.full_like(sure, -40), torch.zeros_like(lesions))) == pytest.approx(0, abs=1e-3)


def test_a_missed_lesion_costs_more_than_a_false_one_when_beta_is_larger():
    lesions = torch.zeros(1, 1, 4, 4)
    lesions[..., :2] = 1
    missed, too_many = lesions.clone(), lesions.clone()
    missed[..., 0, 0], too_many[..., 0, 3] = 0, 1
    loss = BatchLoss(CONFIG)
    assert float(loss(40 * (2 * missed - 1), lesions)) > float(loss(40 * (2 * too_many - 1), lesions))


def test_a_training_set_joins_rows_of_several_sets():
    rows, others = np.array([5, 2, 9]), np.array([0, 11])
    joined = TrainingSlices([(POOL, rows), (TEST, others), (VALIDATION, np.empty(0, int))])
    assert len(joined) == 5
    positions = np.array([4, 0, 3, 2, 2, 1])
    images, lesions = joined.batch(positions)
    expected = np.concatenate([POOL.images[rows], TEST.images[others]])[positions]
    assert np.array_equal(images.numpy(), expected)
    masks = np.concatenate([POOL.masks[rows], TEST.masks[others]])[positions, LESION]
    assert np.array_equal(lesions[:, 0].numpy(), masks)


def test_training_learns_and_repeats_to_the_bit():
    budget = StepBudget(unit="steps", steps=60, evaluate_every=10)
    trained = train_segmenter(CONFIG, budget, training(), 0, VALIDATION)
    result = evaluate_segmenter(CONFIG, trained.network, TEST)
    assert result.dice > 0.8  # nothing predicted gives the share of scans without lesion, 0
    assert result.lesion_f1 > 0.8
    assert result.loss < 0.3
    again = train_segmenter(CONFIG, budget, training(), 0, VALIDATION)
    assert torch.equal(weights(trained.network), weights(again.network))
    assert again.validation_loss == trained.validation_loss
    assert evaluate_segmenter(CONFIG, again.network, TEST) == result


def test_the_weights_of_the_lowest_validation_loss_are_kept():
    trained = train_segmenter(CONFIG, BUDGET, training(), 1, VALIDATION)
    judged = evaluate_segmenter(CONFIG, trained.network, VALIDATION)
    assert judged.loss == pytest.approx(trained.validation_loss, rel=1e-6)
    # More looks at the validation set, on the same path, can only find better ones.
    often = train_segmenter(CONFIG, BUDGET.model_copy(update={"evaluate_every": 1}), training(), 1, VALIDATION)
    assert often.validation_loss <= trained.validation_loss


def test_evaluation_does_not_depend_on_its_batch_size(monkeypatch):
    network = train_segmenter(CONFIG, BUDGET, training(), 2, VALIDATION).network
    whole = evaluate_segmenter(CONFIG, network, TEST)
    monkeypatch.setattr(segmentation, "EVALUATION_BATCH", 5)
    in_parts = evaluate_segmenter(CONFIG, network, TEST)
    assert in_parts.loss == pytest.approx(whole.loss, rel=1e-6)
    assert (in_parts.dice, in_parts.lesion_f1) == (whole.dice, whole.lesion_f1)


def test_the_learning_rate_decays_exponentially():
    """Adam's first step has the length of the learning rate in every weight, so one step shows the first rate."""
    once = StepBudget(unit="steps", steps=1)
    start = weights(segmentation.UNet(CONFIG, 2, (16, 16), 3))
    step = weights(train_segmenter(CONFIG, once, training(), 3, VALIDATION).network) - start
    assert float(step.abs().max()) == pytest.approx(CONFIG.learning_rate, rel=1e-3)
    seen = []

    class Recorder(segmentation.Adam):
        def step(self):
            seen.append(self.learning_rate)
            super().step()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segmentation, "Adam", Recorder)
        train_segmenter(CONFIG, BUDGET, training(), 3, VALIDATION)
    assert seen == pytest.approx([1e-2 * 0.1 ** (step / 12) for step in range(12)])


def test_equal_steps_or_epochs_until_a_plateau():
    for n in (4, 12, 24):
        assert train_segmenter(CONFIG, BUDGET, training(n), 0, VALIDATION).steps == 12
    patient = EpochBudget(unit="epochs", epochs=4, patience=4)
    assert train_segmenter(CONFIG, patient, training(12), 0, VALIDATION).steps == 12
    nothing_learnt = CONFIG.model_copy(update={"learning_rate": 1e-30})
    early = EpochBudget(unit="epochs", epochs=20, patience=2)
    # The first epoch is never bettered, and the third is the last.
    assert train_segmenter(nothing_learnt, early, training(12), 0, VALIDATION).steps == 9


def test_divergence_leaves_an_infinite_validation_loss():
    wild = CONFIG.model_copy(update={"learning_rate": 1e30})
    assert train_segmenter(wild, BUDGET, training(), 0, VALIDATION).validation_loss == float("inf")

"""The runs of pilots and of cross-validation: on what each trains, and what is seen."""

import numpy as np
import pandas as pd
import pytest

from sweetspot.checkpoints import NO_CHECKPOINTS
from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.cross_validation import CrossValidation
from sweetspot.config.pilot import ClassifierPilot, PilotRuns, SegmenterPilot
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import LESION, SliceSet
from sweetspot.downstream.job import train_groups
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.errors import InputError
from sweetspot.predict import classifier_pilot, segmenter_pilot
from sweetspot.predict.cross_validation import measured_losses, plan_runs, predict_from_folds, seconds_of
from sweetspot.predict.pilot_design import pilot_runs, pilot_training_set
from sweetspot.tables.runs import RUN_COLUMNS

STEPS = StepBudget(unit="steps", steps=6, evaluate_every=3)
CLASSIFIER = Classifier(channels=(2, 4), dense=8, batch_size=8, horizontal_flip=False, learning_rate=1e-2)


def labelled(n: int, seed: int) -> LabelledSet:
    labels = np.arange(n) % 2
    images = np.random.default_rng(seed).normal(size=(n, 1, 8, 8)).astype(np.float32)
    return LabelledSet(images + labels[:, None, None, None].astype(np.float32), labels)


def design(**changed) -> dict:
    settings = {"budget": STEPS, "n_real": 10, "qualities": ("noise=0", "noise=1"), "ratios": (1.0, 3.0), "runs": 2}
    return settings | {"first_seed": 20} | changed


def test_all_runs_share_the_real_set_and_differ_in_the_rest():
    config = PilotRuns(**design())
    real, made = np.arange(60) % 2, np.arange(90) % 2
    sets = [pilot_training_set(run, config, real, made) for run in pilot_runs("t", "e", config)]
    assert len(sets) == 2 + 4 + 4
    assert all(np.array_equal(own, sets[0][0]) for own, _ in sets)
    assert [len(added) for _, added in sets] == [0] * 2 + [10] * 4 + [30] * 4
    assert set(sets[2][1]) != set(sets[3][1])
    assert set(sets[2][1]) == set(sets[4][1]) <= set(sets[6][1])


def test_seeds_come_after_those_of_the_sweep():
    config = PilotRuns(**design(first_seed=7))
    assert {run.seed for run in pilot_runs("t", "e", config)} == {7, 8}


def test_the_pilot_of_a_classifier_makes_every_run_once(monkeypatch):
    config = ClassifierPilot(**design(), classifier=CLASSIFIER)
    pools = {quality: labelled(40, seed) for seed, quality in enumerate(config.qualities, 1)}

    def rows(config, part=1, parts=1):
        groups = classifier_pilot.pilot_groups(
            *("t", "e", config, labelled(30, 0), pools, labelled(12, 9), 2), part, parts
        )
        return train_groups(groups, NO_CHECKPOINTS)[0]

    table = rows(config)
    assert list(table.columns) == RUN_COLUMNS
    assert set(table["metric"]) == {"validation_loss"}
    assert len(table) == len(table.drop_duplicates(["quality", "ratio", "seed"])) == 2 + 2 * 2 * 2
    assert (table["n_synthetic"] == 10 * table["ratio"]).all()
    assert np.isfinite(table["value"]).all()
    # Runs are trained together, or dealt out to several jobs, only to save time.
    alone = config.model_copy(update={"classifier": CLASSIFIER.model_copy(update={"replicas_together": 1})})
    pd.testing.assert_frame_equal(rows(alone), table, check_exact=True)
    dealt = pd.concat([rows(config, part, 3) for part in (1, 2, 3)])
    in_order = [each.sort_values(RUN_COLUMNS[:-1], ignore_index=True) for each in (dealt, table)]
    pd.testing.assert_frame_equal(*in_order, check_exact=True)


def slices(n: int, seed: int) -> SliceSet:
    masks = np.zeros((n, 4, 8, 8), np.uint8)
    masks[::2, LESION, 2:5, 3:6] = 1
    images = np.random.default_rng(seed).normal(size=(n, 2, 8, 8)).astype(np.float32)
    return SliceSet(images, masks, np.array([f"sub-{each // 3}" for each in range(n)]))


def test_the_pilot_of_a_segmenter_makes_every_run_once():
    segmenter = Segmenter(channels=(2, 4), batch_size=4)
    config = SegmenterPilot(**design(qualities=("t=50",)), segmenter=segmenter, real="target")
    groups = segmenter_pilot.pilot_groups("t", "e", config, slices(24, 0), {"t=50": slices(40, 1)}, slices(6, 2))
    table, _ = train_groups(groups, NO_CHECKPOINTS)
    assert list(table.columns) == RUN_COLUMNS
    assert table["arm"].tolist() == ["real_only"] * 2 + ["synthetic"] * 4
    assert table["n_synthetic"].tolist() == [0, 0, 10, 10, 30, 30]
    assert np.isfinite(table["value"]).all()


def folds_of(config=None, ratios=(), largest=4.0, **changed):
    config = config or CrossValidation(classifier=CLASSIFIER, budget=STEPS, folds=3, ratios=ratios, **changed)
    return config, plan_runs(config, labelled(30, 0).labels, 120, largest)


def test_folds_are_disjoint_complete_and_stratified():
    _, plan = folds_of()
    assert sorted(np.concatenate(plan.folds)) == list(range(30))
    assert {int(labelled(30, 0).labels[fold].sum()) for fold in plan.folds} == {5}
    assert plan.ratios == pytest.approx((0, *np.expm1(np.log(5) * np.array([1, 2, 3]) / 3)))
    assert plan.ratios[-1] <= 4


def test_a_run_never_trains_on_its_fold(monkeypatch):
    seen = []

    def record(config, budget, pool, subsets, seeds, validation, classes):
        seen.append((pool.images, validation.images))
        return type("Trained", (), {"validation_loss": [1.0], "steps": [6]})

    monkeypatch.setattr("sweetspot.predict.cross_validation.train_networks", record)
    config, plan = folds_of(ratios=(1.0, 2.0))
    losses = measured_losses(config, plan, labelled(30, 0), labelled(120, 1), 2)
    assert losses.shape == (3, 3)
    assert [len(pool) for pool, _ in seen] == [20] * 3 + [40] * 3 + [60] * 3
    for pool, judged in seen:
        assert not {image.tobytes() for image in pool} & {image.tobytes() for image in judged}


@pytest.mark.parametrize("budget", [STEPS, EpochBudget(unit="epochs", epochs=3, patience=2)])
def test_the_cost_is_that_of_all_steps(budget, monkeypatch):
    config, plan = folds_of(CrossValidation(classifier=CLASSIFIER, budget=budget, folds=3, ratios=(1.0,)))
    ticks = iter([10.0, 12.0])  # two seconds for the timed steps
    monkeypatch.setattr("sweetspot.predict.cross_validation.time.perf_counter", lambda: next(ticks))
    taken = 8 if budget is STEPS else 3
    # Three runs at ratio 0 and three at 1, of 20 and 40 images in batches of 8.
    steps = 6 * 6 if budget is STEPS else 3 * (3 * 3 + 3 * 5)
    real, synthetic = labelled(30, 0), labelled(120, 1)
    assert seconds_of(config, plan, real, synthetic, 2) == pytest.approx(2 / taken * steps)


def test_how_hard_a_fold_is_does_not_matter():
    ratios = (0.0, 1.0, 4.0, 16.0)
    curve = np.array([1.0, 0.8, 0.7, 0.9])
    losses = curve + np.random.default_rng(0).normal(0, 0.01, (5, 4))
    first = predict_from_folds(ratios, losses)
    second = predict_from_folds(ratios, losses + np.array([[3], [0], [-1], [2], [7]]))
    assert (first.ratio, first.low, first.high) == pytest.approx((second.ratio, second.low, second.high))
    assert 1 < first.ratio < 16


def test_impossible_plans_are_refused():
    with pytest.raises(InputError, match="`ratios`: 9 is above the largest ratio, 4"):
        folds_of(ratios=(1.0, 9.0))
    config = CrossValidation(classifier=CLASSIFIER, budget=STEPS, folds=20)
    with pytest.raises(InputError, match="`folds`: 20 folds of 30 real images"):
        plan_runs(config, np.arange(30) % 2, 120, 4.0)

"""An edit or a changed key runs again what depends on it, and nothing else."""

from __future__ import annotations

import os

import pytest

SAMPLES = {"sample_generator", "class_samples"}
# Each group with all that is made from its results.
JUDGED = {"judge_predictions", "predictions_figure", "judge_claims", "explorer"}
RUNS = {"collect_runs", "figure_4", "figure_7", "figure_8", "rank_distances", "prediction_costs"} | JUDGED
DISTANCES = {"collect_distances", "figure_4", "figure_8", "rank_distances", "judge_claims", "explorer"}
MEASURE = {"measure_class_distances"} | DISTANCES
PREDICT = {"predict_ratios", "prediction_costs"} | JUDGED
PILOT = {"pilot_classifier"} | PREDICT
KERNEL = {"kernel_regression", "figure_1", "table_1", "judge_claims"}
COMPARED = {"collect_selection", "selection_table_5", "judge_claims"}
SELECT = {"select_samples", "train_selected", "selection_2"} | COMPARED
ENCODE_SAMPLES = {"encode_samples"} | SELECT
ENCODE = {"encode_images"} | ENCODE_SAMPLES
SAMPLE = SAMPLES | RUNS | MEASURE | PILOT | ENCODE_SAMPLES
JOINT_TRAINING = {"simulate_joint_training", "selection_1", "selection_3", "judge_claims"}
NOISY_KERNEL = {"signal_to_noise", "figure_10", "figure_11"}


def cell(task, arm, quality, ratio):
    return f"results/downstream/{task}/in_domain/{arm}/{quality}/ratio={ratio:g}.csv"


PHOTOS = {cell("photos", "real_only", "none", 0), cell("photos", "synthetic", "steps=10", 0.5)}
VOLUMES = {
    cell("volumes", "real_only", "none", 0),
    cell("volumes", "more_real", "none", 0.5),
    cell("volumes", "synthetic", "noise=0", 0.5),
    cell("volumes", "synthetic", "noise=1", 0.5),
}


def test_a_second_run_starts_no_job_whatever_is_touched_or_written_elsewhere(grown, config):
    (grown.project.folder / "README.md").write_text("Edited.\n", encoding="utf-8")
    for file in [*grown.project.folder.glob("scripts/**/*.py"), *grown.project.folder.glob("*.npy")]:
        os.utime(file)
    again = grown.project.run(config)
    assert again.code == 0
    assert again.jobs == []
    assert "Nothing to be done" in again.text


def test_a_new_ratio_trains_its_own_cells(grown, config):
    config["tasks"]["volumes"]["experiments"]["in_domain"]["ratios"] = [0.25, 0.5, 1]
    planned = grown.project.dry_run(config)
    assert planned.rules == {"train_classifier", "table_2"} | RUNS | PILOT
    assert planned.outputs("pilot_classifier") == {"results/pilot/volumes/in_domain/1of1.csv"}
    assert planned.outputs("train_classifier") == {
        *(cell("volumes", "synthetic", quality, ratio) for quality in ("noise=0", "noise=1") for ratio in (0.25, 1)),
        cell("volumes", "more_real", "none", 0.25),  # at ratio 1 the training part is too small
    }


def test_a_new_ratio_that_the_pilot_leaves_out_predicts_nothing_again(grown, config):
    experiment = config["tasks"]["photos"]["experiments"]["in_domain"]
    experiment["ratios"], experiment["pilot"]["ratios"] = [0.25, 0.5], [0.5]
    planned = grown.project.dry_run(config)
    assert planned.rules == {"train_classifier", "table_2"} | RUNS
    assert planned.outputs("train_classifier") == {cell("photos", "synthetic", "steps=10", 0.25)}


def test_a_new_quality_draws_its_own_chain(grown, config):
    """Qualities of one chain are drawn together, into one folder, so an old chain's old cells train again as well."""
    config["tasks"]["volumes"]["sampling"]["qualities"].append("noise=2")  # of the chain that is there
    config["tasks"]["photos"]["sampling"]["qualities"].append("truncation=2")  # of a new chain
    planned = grown.project.dry_run(config)
    assert planned.rules == {"train_classifier", "table_2"} | SAMPLES | RUNS | MEASURE | PILOT
    assert planned.outputs("sample_generator") == {
        "results/samples/volumes/full",
        "results/samples/photos/truncation=2",
    }
    assert planned.outputs("train_classifier") == {
        *(cell("volumes", "synthetic", quality, 0.5) for quality in ("noise=0", "noise=1", "noise=2")),
        cell("photos", "synthetic", "truncation=2", 0.5),
    }
    (old,) = (job for job in planned.jobs if job.outputs[0] == cell("volumes", "synthetic", "noise=1", 0.5))
    assert old.reason == "Input files updated by another job: results/samples/volumes/full"


def test_a_new_snapshot_trains_the_generator_of_its_task_again(grown, config):
    config["tasks"]["photos"]["sampling"]["qualities"].append("steps=20")
    planned = grown.project.dry_run(config)
    trained = {"train_generator", "train_classifier", "table_2"}
    assert planned.rules == trained | SAMPLE
    assert {output.split("/")[2] for output in planned.outputs("train_generator")} == {"photos"}
    assert planned.outputs("sample_generator") == {f"results/samples/photos/steps={steps}" for steps in (10, 20)}
    assert planned.outputs("train_classifier") == {
        cell("photos", "synthetic", f"steps={steps}", 0.5) for steps in (10, 20)
    }


def test_a_new_pool_encodes_and_trains_its_own_alone(grown, config):
    config["tasks"]["photos"]["selection"]["pools"]["broad"] = {"parts": {"truncation=2": 18}}  # of a new chain
    planned = grown.project.dry_run(config)
    assert planned.rules == {"sample_generator", "table_2"} | ENCODE_SAMPLES
    assert planned.outputs("encode_samples") == {"results/selection/photos/encoded/truncation=2"}
    folder = "results/selection/photos/broad/runs"
    assert planned.outputs("train_selected") == {f"{folder}/scratch/cnn.csv", f"{folder}/pretrained/linear.csv"}


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("scripts/sweetspot/figures/accuracy.py", {"figure_7"}),
        ("scripts/sweetspot/generate/sampling.py", {"train_classifier"} | SAMPLE),
        ("scripts/sweetspot/figures/class_samples.py", {"class_samples"}),
        ("scripts/sweetspot/theory/kernel_ridge.py", KERNEL | NOISY_KERNEL),
        ("scripts/sweetspot/theory/traditional_bound.py", {"traditional_bound"}),
        ("scripts/sweetspot/theory/joint_means.py", JOINT_TRAINING),
        ("scripts/sweetspot/measure/kernel_distances.py", MEASURE),
        ("scripts/sweetspot/predict/linear_probe.py", PREDICT),
        ("scripts/sweetspot/predict/classifier_pilot.py", PILOT),
        ("scripts/sweetspot/predict/regret.py", JUDGED),
        ("scripts/sweetspot/claims/curves.py", {"judge_claims"}),
        ("scripts/sweetspot/downstream/image_encoder.py", ENCODE),
        ("scripts/sweetspot/select/rules.py", SELECT),
        ("scripts/sweetspot/downstream/selected_sets.py", {"train_selected"} | COMPARED),
        ("scripts/sweetspot/tables/selection_accuracies.py", {"selection_table_5"}),
        ("scripts/sweetspot/figures/selection_picks.py", {"selection_2"}),
    ],
)
def test_an_edit_runs_what_uses_the_code(grown, config, path, rules):
    with grown.project.edited(path):
        planned = grown.project.dry_run(config)
    assert planned.rules == rules
    assert planned.outputs("train_classifier") == {
        each for each in PHOTOS | VOLUMES if "train_classifier" in rules and "/synthetic/" in each
    }


def test_changed_data_are_prepared_again(grown, config):
    file = grown.project.folder / "labels.npy"
    before = file.read_bytes()
    file.write_bytes(before[:-8] + bytes(8))
    planned = grown.project.dry_run(config)
    file.write_bytes(before)
    assert planned.outputs("prepare_data") == {
        "results/data/volumes/images.npy",
        "results/data/volumes/split.csv",
    }
    assert planned.outputs("train_classifier") == VOLUMES


def test_a_new_picture_in_a_folder_is_noticed(grown, config):
    new = grown.project.folder / "pictures/owls/new.png"
    new.write_bytes(next(new.parent.iterdir()).read_bytes())
    planned = grown.project.dry_run(config)
    new.unlink()
    assert planned.outputs("prepare_data") == {"results/data/photos/images.npy", "results/data/photos/split.csv"}


def test_the_kernel_experiment_stands_for_itself(grown, config):
    config["kernel_regression"]["draws"] = 5
    assert grown.project.dry_run(config).rules == KERNEL
    config["kernel_regression"]["draws"] -= 1
    config["kernel_regression"]["signal_to_noise"]["draws"] = 3
    assert grown.project.dry_run(config).rules == NOISY_KERNEL


def test_a_classifier_key_trains_all_networks_of_its_task_and_no_generator(grown, config):
    """All cells, the pilot, and the network whose features distances are measured on."""
    config["tasks"]["volumes"]["classifier"]["learning_rate"] = 0.01
    planned = grown.project.dry_run(config)
    assert planned.rules == {"train_classifier", "table_2"} | RUNS | MEASURE | PILOT
    assert planned.outputs("train_classifier") == VOLUMES


def test_distances_measured_otherwise_train_nothing_and_predict_nothing(grown, config):
    config["tasks"]["volumes"]["measure"]["replicates"] = 30
    planned = grown.project.dry_run(config)
    assert planned.rules == MEASURE
    assert planned.outputs("measure_class_distances") == {"results/distances/volumes.csv"}


def test_a_longer_pilot_trains_no_cell_of_the_sweep(grown, config):
    config["tasks"]["volumes"]["experiments"]["in_domain"]["pilot"]["runs"] = 2
    planned = grown.project.dry_run(config)
    assert planned.rules == {"table_2"} | PILOT
    assert planned.outputs("pilot_classifier") == {"results/pilot/volumes/in_domain/1of1.csv"}


def test_a_new_pool_or_paradigm_picks_and_trains_nothing_else_again(grown, config):
    selection = config["tasks"]["photos"]["selection"]
    selection["paradigms"].append("distillation")
    planned = grown.project.dry_run(config)
    assert planned.rules == {"train_selected", "table_2"} | COMPARED
    folder = "results/selection/photos"
    assert planned.outputs("train_selected") == {
        f"{folder}/{pool}/runs/distillation/cnn.csv" for pool in ("collapsed", "real")
    }
    selection["paradigms"].pop()
    selection["pools"]["other"] = {"parts": {"steps=10": 20}}
    planned = grown.project.dry_run(config)
    assert planned.outputs("select_samples") == {f"{folder}/other/{name}.csv" for name in ("picks", "measures")}
    assert planned.outputs("train_selected") == {
        f"{folder}/other/runs/{run}.csv" for run in ("scratch/cnn", "pretrained/linear")
    }
    assert planned.rules == SELECT | {"table_2"}

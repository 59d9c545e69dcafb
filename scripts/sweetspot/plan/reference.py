"""Seconds of the work that is no network's, as they were on one machine: processor time of the programs of config.yaml.

Elsewhere they are multiplied by how much longer programs take to start there. Work that grows in other ways than its
unit says, or a machine whose cores and disk differ in other ways, makes that wrong; `FACTOR` is what was seen of it.
"""

from __future__ import annotations

from sweetspot.plan.job import Kind

# Seconds from the start of a program to the first line of its own work.
STARTS: dict[str, float] = {
    "prepare_data": 0.9,
    "write_phantom": 1.1,
    "prepare_slices": 0.7,
    "train_generator": 8.0,
    "train_mask_generator": 7.6,
    "draw_masks": 1.0,
    "sample_generator": 7.1,
    "sample_mask_generator": 7.5,
    "measure_class_distances": 4.8,
    "measure_slice_distances": 6.0,
    "train_classifier": 2.5,
    "train_segmenter": 5.5,
    "pilot_classifier": 2.6,
    "pilot_segmenter": 5.7,
    "predict_ratios": 1.8,
    "encode_images": 2.9,
    "encode_samples": 2.9,
    "select_samples": 1.3,
    "train_selected": 3.0,
    "kernel_regression": 1.9,
    "signal_to_noise": 1.1,
    "simulate_joint_training": 5.0,  # the lines of theory are part of it
}
# Seconds of one unit of work, beside that.
UNITS: dict[Kind, float] = {
    Kind("prepare_data"): 4.0e-8,  # a number in an image; 61 million of them
    Kind("write_phantom"): 0.28,  # a scan
    Kind("prepare_slices"): 0.033,  # one modality of a scan
    Kind("draw_masks"): 4.6e-7,  # a pixel
    Kind("measure_class_distances"): 4.2e-8,  # a pair of images in a resample of a comparison
    Kind("measure_slice_distances"): 3.0e-7,
    Kind("predict_ratios: features"): 7.0e-7,  # a number in an image of the pool or of the real ones
    Kind("predict_ratios: class fits"): 3.0e-3,  # a sample in the largest training set of a quality
    Kind("predict_ratios: slice fits"): 0.12,
    Kind("select_samples"): 2.5e-7,  # an image of the pool, for each image that a rule picks
    Kind("train_selected: linear"): 8.0e-7,  # a feature of an image in a training set
    Kind("kernel_regression"): 7.7e-5,  # a draw at a ratio
    Kind("signal_to_noise"): 2.6e-3,  # a draw at a signal-to-noise ratio
    Kind("simulate_joint_training"): 0.15,  # a draw of all settings
}
# Seconds of one job, its start included.
JOB_SECONDS: dict[str, float] = {
    "traditional_bound": 4.3,
    "collect_runs": 0.8,
    "collect_distances": 1.6,
    "judge_predictions": 2.9,
    "rank_distances": 2.8,
    "prediction_costs": 0.7,
    "table_1": 1.6,
    "table_2": 0.8,
    "table_4": 0.7,
    "collect_selection": 1.5,
    "selection_table_1": 1.5,
    "selection_table_2": 1.5,
    "selection_table_5": 1.5,
    "selection_2": 4.7,
    "judge_claims": 2.4,
    "figure_1": 4.9,
    "figure_2": 4.4,
    "figure_3": 4.2,
    "figure_4": 7.1,
    "figure_5": 4.5,
    "figure_6": 4.2,
    "figure_7": 6.8,
    "figure_8": 7.5,
    "figure_9": 4.4,
    "figure_10": 5.1,
    "figure_11": 4.8,
    "selection_1": 4.6,
    "selection_3": 4.7,
    "predictions_figure": 4.1,
    "explorer": 6.4,
    "class_samples": 6.0,
    "slice_samples": 3.4,
}
# Seconds from the end of a job to the start of the next one.
WAITING = 0.5
# Intervals, as the factor to both sides: of this reference elsewhere, of a short timing, of few benchmark files, and of
# one throughput for all networks, each of which reaches another share of what a GPU can do.
FACTOR = 1.5
TRIAL_FACTOR = 1.25
BENCHMARK_FACTOR = 1.25
THROUGHPUT_FACTOR = 2.0

"""What must fit between the blocks of a segmentation task, and what its stages depend on."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

from sweetspot.errors import InputError
from sweetspot.load_config import load_workflow

SHIPPED = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8"))["tasks"]["phantom"]
OF_ALL_QUALITIES = {"distances", "pilot", "prediction"}


def loaded(**changes):
    """The shipped phantom with some keys, named from the task on with `__` for dots, set to other values."""
    task = copy.deepcopy(SHIPPED)
    for path, value in changes.items():
        *parents, last = path.split("__")
        block = task
        for parent in parents:
            block = block[parent]
        block[last] = value
    return load_workflow({"tasks": {"phantom": task}})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"split__target": "Elsewhere"}, "`tasks.phantom.split.target`: 'Elsewhere' is not in `data.subjects`"),
        ({"split__train": 60}, "`tasks.phantom.split`: at least 1 generator . 60 train"),
        ({"split__source": None}, "`tasks.phantom.experiments.domain_shift.real`: .* `split.source` is null"),
        ({"experiments__in_domain__real": "source"}, "`tasks.phantom.experiments.in_domain.real`: "),
        ({"experiments__domain_shift__real": "target"}, "`tasks.phantom.experiments.domain_shift.real`: "),
        ({"experiments__in_domain__ratios": [1, 60]}, "`tasks.phantom.experiments.in_domain.ratios`: .*480 synthetic"),
        ({"sampling__qualities": ["t=50", "t=610"]}, "`tasks.phantom.sampling.qualities`: `t=610` stops"),
        ({"generator__linear_attention": [True]}, "`tasks.phantom.generator.linear_attention`: it has 1 entries"),
        ({"generator__channels": [12, 32]}, "`tasks.phantom.generator.channels`: .*multiple of `norm_groups`"),
        (
            {"slices__size": [50, 40]},
            "`tasks.phantom.slices.size`: 50 x 40 pixels .*`generator.channels`.*multiples of 4",
        ),
        ({"segmenter__channels": [4] * 6}, "`tasks.phantom.slices.size`: .*`segmenter.channels`.*multiples of 32"),
        (
            {"segmenter__tversky_false_positives": 0, "segmenter__tversky_false_negatives": 0},
            "`tasks.phantom.segmenter.tversky_false_negatives`: it must be above 0",
        ),
        ({"search__learning_rate": [1.0]}, "`tasks.phantom.search.learning_rate`: it lacks the chosen value"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_key(changes, message):
    with pytest.raises(InputError, match=message):
        loaded(**changes)


def test_a_domain_shift_of_another_name_is_refused():
    experiments = {"in_domain": SHIPPED["experiments"]["in_domain"], "other": SHIPPED["experiments"]["domain_shift"]}
    with pytest.raises(InputError, match=r"`tasks.phantom.experiments.other`: .*named `domain_shift`"):
        loaded(experiments=experiments)


def test_all_arms_of_an_experiment_have_its_ratios():
    task = loaded().tasks["phantom"]
    ratios, of_shift = [1.0, 3.0, 7.0], [1.0, 7.0]
    in_domain, shift = ({} for _ in range(2))
    for experiment, arms in (("in_domain", in_domain), ("domain_shift", shift)):
        for arm, quality, ratio in task.fan_out(experiment).cells():
            arms.setdefault((arm, quality), []).append(ratio)
    qualities = [("synthetic", quality) for quality in SHIPPED["sampling"]["qualities"]]
    assert in_domain == {("real_only", ""): [0.0]} | dict.fromkeys([("more_real", ""), *qualities], ratios)
    arms = [("more_source", ""), ("target_real", ""), ("synthetic", "t=50"), ("synthetic", "t=300")]
    assert shift == {("real_only", ""): [0.0]} | dict.fromkeys(arms, of_shift)
    without = loaded(experiments__in_domain__more_real=False).tasks["phantom"]
    assert "more_real" not in {arm for arm, _, _ in without.fan_out("in_domain").cells()}


def test_a_phantom_is_read_back_as_any_bids_data_set():
    prepared = loaded().tasks["phantom"].prepared_slices("results/phantom/phantom")
    assert (prepared.data.reader, prepared.data.path) == ("bids", "results/phantom/phantom")
    assert prepared.data.modalities == ("T1w", "T2w", "PDw")


def test_networks_apart_are_trained_apart():
    apart = loaded(generator__modalities="apart").tasks["phantom"]
    assert apart.networks() == {"T1w": (0,), "T2w": (1,), "PDw": (2,)}
    assert apart.generator_training("T2w").image_channels == (1,)
    assert apart.generator_training("T2w").to_json() != apart.generator_training("T1w").to_json()


@pytest.mark.parametrize(
    ("change", "stages"),
    [
        ({"data__seed": 5}, set()),  # the phantom is another; what reads it is not
        ({"slices__per_scan": 3}, {"slices"}),
        ({"split__train": 17}, {"slices"}),
        ({"generator__steps": 1001}, {"generator"}),
        ({"sampling__qualities": [*SHIPPED["sampling"]["qualities"], "steps=40"]}, {"generator"} | OF_ALL_QUALITIES),
        ({"sampling__qualities": ["t=50", "t=300"]}, {"chain"} | OF_ALL_QUALITIES),
        ({"sampling__augmentation": {"flip": False}}, {"masks"}),
        ({"sampling__images": 361}, {"masks", "chain"}),
        ({"sampling__seed": 1}, {"masks", "chain"}),
        ({"sampling__solver_steps": 12}, {"chain"}),
        ({"measure": {"replicates": 30}}, {"distances"}),
        ({"segmenter__decay": 0.4}, {"distances", "runs", "pilot"}),
        ({"experiments__in_domain__ratios": [2]}, {"pilot", "prediction"}),
        ({"experiments__in_domain__seeds": 9}, {"runs", "pilot"}),  # the pilot's seeds come after the sweep's
        ({"experiments__in_domain__pilot": {"runs": 2}}, {"pilot"}),
        ({"experiments__domain_shift__ratios": [7]}, {"distances"}),  # those of figure 3(b)'s training sets
        ({"search__seeds": 6}, set()),
    ],
)
def test_a_stage_depends_on_its_own_keys(change, stages):
    def parts(**changes):
        task = loaded(**changes).tasks["phantom"]
        return {
            "slices": task.prepared_slices("there").to_json(),
            "generator": task.generator_training("T1w+T2w+PDw").to_json(),
            "masks": task.sampling.mask_pool().to_json(),
            "chain": task.sampling.chains()["full"].to_json(),
            "distances": task.distances().to_json(),
            "runs": task.runs("in_domain", "ratio=1").to_json(),
            "pilot": task.pilot("in_domain").to_json(),
            "prediction": task.prediction("in_domain").to_json(),
        }

    before, after = parts(), parts(**change)
    assert {stage for stage in before if before[stage] != after[stage]} == stages


def test_figures_are_those_that_the_tasks_have_runs_for():
    assert loaded().figures() == [2, 3, 9]
    experiments = {"in_domain": SHIPPED["experiments"]["in_domain"]}
    assert loaded(experiments=experiments).figures() == [2, 9]

"""The profile names rules; it must know all that need a GPU, and none that is not there."""

from __future__ import annotations

import re

import pytest
from projects import ROOT
from snakemake.profiles import ProfileConfigFileParser

PROFILE = ROOT / "slurm/config.yaml"
RULES = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "rules").glob("*.smk")))


def read(text, folder):
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    with (folder / "config.yaml").open(encoding="utf-8") as stream:
        return ProfileConfigFileParser().parse(stream)


@pytest.fixture
def profile(tmp_path):
    """The profile after some edits of its first lines."""

    def make(**edits):
        text = PROFILE.read_text(encoding="utf-8")
        for name, value in edits.items():
            text, found = re.subn(rf"(?m)^  {name}: \S+", f"  {name}: {value}", text)
            assert found == 1, name
        return read(text, tmp_path)

    return make


@pytest.fixture(scope="module")
def rules():
    """The text of each rule by its name."""
    parts = re.split(r"(?m)^ *rule (\w+):\n", RULES)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def resources(profile, name):
    pairs = (each.split("=", 1) for each in profile["set-resources"])
    return {rule.split(":")[0]: value for rule, value in pairs if rule.endswith(f":{name}")}


def test_all_rules_with_a_gpu_and_only_those_are_sent_to_one(profile, rules):
    with_gpu = {name for name, text in rules.items() if re.search(r"\bgpu=", text)}
    assert with_gpu >= {"train_generator", "sample_generator"}
    assert resources(profile(gpu_partition="volta"), "slurm_partition").keys() == with_gpu


def test_the_wall_time_of_what_saves_and_goes_on_and_only_of_that_is_the_user_s(profile, rules):
    times = resources(profile(training_hours=3, short_hours=2), "runtime")
    assert times.keys() == {name for name, text in rules.items() if "--checkpoints" in text}
    short = {name for name, minutes in times.items() if minutes == "120"}
    assert short == {"train_classifier", "pilot_classifier", "train_selected"}
    assert {times[name] for name in times.keys() - short} == {"180"}


def test_what_is_edited_reaches_the_jobs(profile):
    edited = profile(cpu_partition="short", gpu_partition="volta", account="mri", gpu_type="a100")
    assert {"slurm_partition=short", "slurm_account=mri"} <= set(edited["default-resources"])
    for name, value in (("slurm_partition", "volta"), ("gpu_model", "a100")):
        assert set(resources(edited, name).values()) == {value}


def test_a_cluster_without_gpus_is_asked_for_none(profile):
    assert not resources(profile(), "gpu")  # how many is said by the rules
    edited = profile(gpus="false", gpu_type="a100")
    assert set(resources(edited, "gpu").values()) == {"0"}
    assert not resources(edited, "gpu_model")


def test_the_rules_that_share_a_job_exist_and_none_is_forgotten(profile, rules):
    grouped = {each.split("=")[0] for each in profile()["groups"]}
    made_in_loops = set(re.findall(r'(?m)^ +name:\n +f"(\w+_)\{', RULES))
    assert {re.sub(r"\d+$", "", name) for name in grouped - rules.keys()} <= made_in_loops
    alone = {name for name, text in rules.items() if not re.search(r"\bgpu=", text)} - grouped
    data = {"prepare_data", "write_phantom", "prepare_slices", "draw_masks"}
    local = {"report_pages"}
    assert alone == data | {"class_samples", "slice_samples", "predict_ratios", "select_samples"} | local


def test_every_key_is_an_option_of_snakemake(profile):
    from snakemake.cli import get_argument_parser

    known = get_argument_parser()._option_string_actions
    assert {f"--{key}" for key in profile()} <= known.keys()

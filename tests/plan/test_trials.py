"""Networks are timed by real steps, each kind of them; a plan needs nothing but its config."""

from __future__ import annotations

import dataclasses
import time

import pytest
import torch
from plans import jobs_of

from sweetspot.errors import InputError
from sweetspot.load_config import load_workflow
from sweetspot.plan import networks, timing
from sweetspot.plan.calibration import from_trials
from sweetspot.plan.job import Kind
from sweetspot.plan.trials import trials_of
from sweetspot.plan.workflow_jobs import task_sizes


@pytest.fixture
def workflow(content):
    return load_workflow(content)


@pytest.fixture
def trials(workflow):
    return trials_of(workflow, task_sizes(workflow))


def test_every_network_of_the_jobs_has_a_trial_and_no_other(trials, content):
    assert set(trials) == {kind for job in jobs_of(content) for kind in job.work if kind.flops}


def test_the_transformer_is_timed_where_it_is_trained(content, monkeypatch):
    content["tasks"]["digits"]["selection"]["architectures"] = ["cnn", "transformer"]
    workflow = load_workflow(content)
    trials = trials_of(workflow, task_sizes(workflow))
    test_every_network_of_the_jobs_has_a_trial_and_no_other(trials, content)
    (trial,) = [each for each in trials.values() if getattr(each, "transformer", None)]
    monkeypatch.setattr(timing, "SECONDS", 0.05)
    assert timing.time_network(trial).seconds > 0


def test_every_trial_runs_and_counts_the_operations_of_its_steps(trials, monkeypatch):
    monkeypatch.setattr(timing, "SECONDS", 0.05)
    for trial in trials.values():
        assert trial.operations(40) > 5 * trial.operations(2)
        found = timing.time_network(trial)
        assert 0 < found.lowest <= found.seconds <= found.highest
        # From 10^8 to 10^14 operations a second: anything else is no processor.
        assert 1e-14 < found.seconds < 1e-8, trial


def test_large_slices_are_timed_on_smaller_ones_of_the_same_kind(content):
    phantom = content["tasks"]["phantom"]
    phantom["slices"]["size"] = [192, 192]
    phantom["generator"] |= {"channels": [64, 128, 256, 512], "linear_attention": [], "patch": 1}
    workflow = load_workflow(content)
    trials = trials_of(workflow, task_sizes(workflow))
    whole = networks.mask_denoiser(workflow.tasks["phantom"].generator, 3, (192, 192))
    trial = trials[Kind("train_mask_generator", whole.forward)]
    assert trial.shape[1] < 192
    ratio = (192 / trial.shape[1]) ** 2
    assert whole.training == pytest.approx(ratio * trial.network.training, rel=0.01)


def trials_on(device, content):
    for name in ("digits", "phantom"):
        for network in content["tasks"][name].keys() & {"generator", "classifier", "segmenter"}:
            content["tasks"][name][network]["compute"] = {"device": device}
    workflow = load_workflow(content)
    return trials_of(workflow, task_sizes(workflow))


@pytest.mark.parametrize(("asked", "used"), [("auto", "cuda"), ("cuda", "cuda"), ("cpu", "cpu")])
def test_networks_are_timed_on_the_device_of_the_config(content, monkeypatch, asked, used):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert {trial.device_type for trial in trials_on(asked, content).values()} == {used}


def test_a_timing_says_what_it_is_of(content, monkeypatch):
    trials = trials_on("cpu", content)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(timing, "SECONDS", 0.05)
    found = timing.time_network(next(trial for kind, trial in trials.items() if kind.rule == "train_classifier"))
    assert (found.device_type, found.device) == ("cpu", "one core of this CPU")


def test_a_short_chain_is_timed_though_it_takes_no_second(content):
    """A chain has no more steps than the diffusion, however fast they are."""
    workflow = load_workflow(content)
    trials = trials_of(workflow, task_sizes(workflow))
    trial = next(trial for kind, trial in trials.items() if kind.rule == "sample_generator")
    sampling = trial.sampling.model_copy(update={"images": 1})
    config = trial.config.model_copy(update={"timesteps": 4})
    assert timing.time_network(dataclasses.replace(trial, sampling=sampling, config=config)).seconds > 0


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_on_a_gpu_the_clock_is_read_when_the_gpu_is_done(monkeypatch, device):
    class Idle:
        device_type = device

        def call(self, steps):
            pass

    # The processor sleeps while it waits: its own time would be nothing.
    monkeypatch.setattr(getattr(torch, device), "synchronize", lambda: time.sleep(0.1))
    assert timing._seconds(Idle(), 1) >= 0.1


def test_a_device_that_is_not_here_is_named_before_anything_is_timed(content, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match=r"`compute.device` is cuda"):
        trials_on("cuda", content)


def test_a_calibration_in_processes_of_their_own_covers_all_work(trials, content, monkeypatch):
    two = {kind: trials[kind] for kind in trials if kind.rule in ("train_classifier", "train_segmenter")}
    found = from_trials(two, 2)
    for job in jobs_of(content):
        if job.rule in two or job.rule.startswith("pilot_") or not job.gpu:
            assert found.model.estimate(job).seconds > 0
    assert not found.on_gpu or "core" not in found.sources[0]
    assert found.model.starts["train_classifier"] > 0.3

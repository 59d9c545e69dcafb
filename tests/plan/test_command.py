"""`sweetspot plan` as users call it."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from plans import jobs_of, simple_model, write_benchmark

from sweetspot.load_config import load_workflow
from sweetspot.plan.plan import Workers, at_one_ratio, make_plan
from sweetspot.plan.report import duration, size
from sweetspot.plan.workflow_jobs import task_sizes

STAGES = [
    *("data", "generator", "samples", "distances", "downstream", "predictions", "selection"),
    *("theory", "figures and tables"),
]


@pytest.fixture
def plan(sweetspot, monkeypatch, tmp_path):
    """Call the command on a config; exit code, standard output and standard error."""

    def call(content, *arguments):
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(content))
        monkeypatch.chdir(tmp_path)
        return sweetspot("plan", "--configfile", "mine.yaml", *arguments)

    return call


@pytest.fixture
def benchmarks(content, tmp_path):
    """100 s for each job with a network, 4 s for each other job of the config."""
    for job in jobs_of(content):
        write_benchmark(tmp_path / "runs", job.name, 100 if job.gpu else 4)
    return "runs"


def test_json_from_benchmark_files(plan, content, benchmarks):
    code, out, err = plan(content, "--benchmarks", benchmarks, "--cores", 2, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found["stages"]) == STAGES
    assert sum(stage["jobs"] for stage in found["stages"].values()) == found["whole"]["jobs"] == len(jobs_of(content))
    for cost in (*found["stages"].values(), found["whole"], found["one_predicted_ratio"]):
        for times in (cost["gpu_jobs"], cost["cpu_jobs"], cost["wall"]):
            assert times["low"] <= times["seconds"] <= times["high"]
    seconds = sum(found["whole"][name]["seconds"] for name in ("gpu_jobs", "cpu_jobs"))
    # Of jobs of unlike work and equal time the median rate is right for the middle only.
    assert 0.5 < seconds / sum(100 if job.gpu else 4 for job in jobs_of(content)) < 2
    assert seconds / 2 <= found["whole"]["wall"]["seconds"] <= seconds
    assert found["one_predicted_ratio"]["jobs"] < found["whole"]["jobs"]


def test_the_table_is_aligned_and_says_where_its_numbers_are_from(plan, content, benchmarks):
    code, out, _ = plan(content, "--benchmarks", benchmarks, "--cores", 2)
    assert code == 0
    lines = out.splitlines()
    rule = lines[1]
    assert set(rule) == {"-"}
    table = lines[: lines.index("")]
    assert [re.split(r"  +", line)[0] for line in table[2:11]] == STAGES
    assert table[12].startswith("whole run")
    assert "benchmark files in runs, of runs on a device that no log names" in out
    assert "budgets in epochs are counted whole" in out


def test_the_benchmark_files_of_another_config_serve_too(plan, content, benchmarks, tmp_path):
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(content))
    for task in ("digits", "phantom"):
        content["tasks"][task]["generator"]["steps"] *= 10
    content["tasks"]["phantom"]["data"] = {"reader": "bids", "path": "private", "modalities": ["T1w", "T2w", "PDw"]}
    more = plan(content, "--benchmarks", benchmarks, "--benchmarked", "small.yaml", "--json")
    assert more[0] == 0, more[2]
    found = json.loads(more[1])
    # A job of 100 s in each task, a part of which is its start, and ten times the rest.
    assert 1600 < found["stages"]["generator"]["gpu_jobs"]["seconds"] < 2000
    assert any("assumed of phantom: 100 subjects of MIAC and 100 for the generator" in note for note in found["notes"])


def test_gpus_that_nobody_timed_are_said_to_be_so(plan, content, benchmarks):
    _, out, _ = plan(content, "--benchmarks", benchmarks, "--gpus", 4)
    assert "NO GPU WAS TIMED" in out
    assert "as if each GPU were one core of a CPU" in out
    assert "GPU time" not in out


def test_the_last_line_on_a_machine_without_a_gpu_says_how_to_plan_for_one(plan, content, benchmarks):
    _, out, _ = plan(content, "--benchmarks", benchmarks)
    last = out.splitlines()[-1]
    assert last.startswith("- NO GPU WAS TIMED")
    assert "on a node with a GPU" in last
    assert "--tflops" in last


def test_a_device_that_is_not_here_stops_timings_alone(plan, content, benchmarks, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    content["tasks"]["digits"]["classifier"]["compute"] = {"device": "cuda"}
    code, _, err = plan(content, "--calibrate")
    assert code == 1
    assert "`compute.device` is cuda" in err
    assert "--tflops" in err
    assert plan(content, "--benchmarks", benchmarks)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cores", "0"], "--cores: 0 is not above 0"),
        (["--gpus", "-1"], "--gpus: -1 is not above 0"),
        (["--tflops", "nan"], "--tflops: nan is not above 0"),
        (["--benchmarks", "nowhere"], "--benchmarks: nowhere is no folder"),
        (["--benchmarks", "."], "--benchmarks: . has no benchmark file of a job with a network"),
        (["--calibrate", "--tflops", "3"], "choose one"),
        (["--benchmarks", ".", "--calibrate"], "choose one"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(plan, content, arguments, words):
    code, out, err = plan(content, *arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1


def test_a_wrong_config_is_named(plan, content):
    content["tasks"]["digits"]["experiments"]["in_domain"]["n_reel"] = 3
    code, _, err = plan(content, "--tflops", 1)
    assert code == 1
    assert err.startswith("error: mine.yaml: ")
    assert "did you mean `n_real`?" in err


def test_one_ratio_keeps_the_pilots_and_leaves_one_run_of_each_quality(content):
    workflow = load_workflow(content)
    one = at_one_ratio(workflow, 0.5)
    shares = one.tasks["digits"].fan_out("in_domain").shares()
    assert {(share.arm, share.ratios) for share in shares} == {("real_only", (0.0,)), ("synthetic", (4.0,))}
    assert at_one_ratio(workflow, 1.0).tasks["phantom"].experiments["in_domain"].ratios == (7.0,)


def test_more_workers_are_not_slower_and_never_faster_than_the_longest_job(content):
    workflow = load_workflow(content)
    sizes, model = task_sizes(workflow), simple_model(jobs_of(content))
    walls = [make_plan(workflow, sizes, model, Workers(cores)).whole.wall.seconds for cores in (1, 2, 8, 64)]
    assert walls == sorted(walls, reverse=True)
    longest = max(model.estimate(job).seconds for job in jobs_of(content))
    assert walls[-1] >= longest


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (0.4, "0.4 s"), (80, "80 s"), (100, "1.7 min"), (7200, "2 h"), (2e5, "2.3 days")]
)
def test_durations(seconds, shown):
    assert duration(seconds) == shown


@pytest.mark.parametrize(("number", "shown"), [(10, "0.01 kB"), (2.5e6, "2.5 MB"), (3.21e11, "321 GB"), (4e12, "4 TB")])
def test_sizes(number, shown):
    assert size(number) == shown

"""Rates are found again from the seconds that they gave, and estimates grow with the work."""

from __future__ import annotations

import math

import pytest
from plans import jobs_of, simple_model, write_benchmark

from sweetspot.errors import InputError
from sweetspot.plan import reference
from sweetspot.plan.benchmark_rates import fit_rates, measured_seconds, starts_within
from sweetspot.plan.calibration import from_benchmarks, from_throughput
from sweetspot.plan.cost_model import CostModel, Rate, total
from sweetspot.plan.job import Job, Kind

TRAINING, OTHER = Kind("train_classifier", 1e6), Kind("measure_class_distances")


def whole(jobs, model):
    return total(map(model.estimate, jobs))


def test_known_rates_are_found_again_from_benchmark_files(tmp_path):
    work = [{TRAINING: 1e9}, {TRAINING: 5e9}, {TRAINING: 2e9, OTHER: 100.0}]
    jobs = [Job(f"made/{number}", "rule", "downstream", work=each) for number, each in enumerate(work)]
    for job in jobs:
        seconds = 2 + 3e-9 * job.work[TRAINING] + 0.07 * job.work.get(OTHER, 0)
        write_benchmark(tmp_path, job.name, seconds)
    rates = fit_rates(jobs, measured_seconds(tmp_path, jobs), {"rule": 2.0}, {}, "files", 1.1)
    assert rates[TRAINING].seconds == pytest.approx(3e-9)
    assert rates[OTHER].seconds == pytest.approx(0.07)
    assert rates[TRAINING].factor == 1.1
    assert "2 jobs" in rates[TRAINING].source


def test_kinds_that_no_job_does_alone_share_what_it_took_as_expected():
    job = Job("a", "rule", "predictions", work={TRAINING: 10.0, OTHER: 4.0})
    rates = fit_rates([job], {"a": 100.0}, {"rule": 40.0}, {TRAINING: 1.0, OTHER: 5.0}, "", 1.0)
    assert {kind: rate.seconds for kind, rate in rates.items()} == {TRAINING: 2.0, OTHER: 10.0}


def test_an_interval_is_wider_where_jobs_differ_more():
    jobs = [Job(str(number), "rule", "downstream", work={TRAINING: 1.0}) for number in range(6)]
    alike = fit_rates(jobs, {job.name: 10 + 0.1 * int(job.name) for job in jobs}, {}, {}, "", 1.0)[TRAINING]
    unlike = fit_rates(jobs, {job.name: 10 * 1.5 ** int(job.name) for job in jobs}, {}, {}, "", 1.0)[TRAINING]
    assert 1 < alike.factor < 1.05
    assert unlike.factor > 1.5


def test_a_broken_benchmark_file_is_named(tmp_path):
    job = Job("train_classifier/a", "train_classifier", "downstream", work={TRAINING: 1.0}, gpu=True)
    file = tmp_path / "train_classifier" / "a.tsv"
    file.parent.mkdir()
    file.write_text("not a benchmark")
    with pytest.raises(InputError, match=r"train_classifier/a.tsv"):
        from_benchmarks(tmp_path, [job])


def test_without_a_benchmark_file_of_a_network_there_is_no_calibration(tmp_path, content):
    write_benchmark(tmp_path, "figure_1", 4.0)
    assert from_benchmarks(tmp_path, jobs_of(content)) is None


def test_the_device_of_a_run_is_that_of_its_log(tmp_path, content):
    jobs, name = jobs_of(content), "train_generator/digits"
    write_benchmark(tmp_path / "benchmarks", name, 60)
    assert not from_benchmarks(tmp_path / "benchmarks", jobs).on_gpu
    log = tmp_path / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True)
    log.write_text('start\ncompute: {"device": "cuda", "gpu": "NVIDIA A100", "processor": "x86_64"}\n')
    found = from_benchmarks(tmp_path / "benchmarks", jobs)
    assert found.on_gpu
    assert "NVIDIA A100" in found.sources[0]


def test_pilots_name_their_device_too(tmp_path, content):
    name = "pilot_segmenter/phantom/in_domain/1of1"
    write_benchmark(tmp_path / "benchmarks", name, 60)
    log = tmp_path / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True)
    log.write_text('compute: {"device": "mps", "gpu": null, "processor": "arm64"}\n')
    found = from_benchmarks(tmp_path / "benchmarks", jobs_of(content))
    assert found.on_gpu
    assert "runs on a GPU (mps) of arm64" in found.sources[0]


def test_a_throughput_that_the_user_gives_has_an_interval_and_says_whose_it_is():
    found = from_throughput([TRAINING], 2.0, 1)
    rate = found.model.rate(TRAINING)
    assert rate.seconds == pytest.approx(0.5e-12)
    assert rate.factor >= reference.FACTOR
    assert found.on_gpu
    assert "--tflops 2: your number, which was not checked" in found.sources[0]


def test_a_network_of_another_size_has_a_wider_interval():
    model = CostModel({TRAINING: Rate(1.0, 1.2, "a test")}, {}, 1.0, 0.0)
    found = model.rate(Kind("train_classifier", 4e6))
    assert found.seconds == 1.0
    assert found.factor == pytest.approx(1.2 * math.sqrt(4))
    assert "4 times larger" in found.source
    assert model.rate(Kind("train_segmenter", 1e6)) is None


def test_starts_count_once_for_each_job_and_work_for_each_unit():
    model = CostModel({TRAINING: Rate(2.0, 1.5, "a test")}, {"rule": 3.0}, 2.0, 0.0)
    found = model.estimate(Job("a", "rule", "downstream", work={TRAINING: 6.0}, least={TRAINING: 3.0}))
    assert (found.seconds, found.low, found.high) == (15, 1.5 + 4, 6 + 18)


@pytest.mark.parametrize(
    ("experiment", "change"),
    [
        ("in_domain", {"budget": {"unit": "steps", "steps": 600}}),
        ("in_domain", {"ratios": [1, 4, 8, 16]}),
        ("in_domain", {"seeds": 40}),
        ("in_domain_epochs", {"budget": {"unit": "epochs", "epochs": 40, "patience": 5}}),
        ("in_domain_epochs", {"ratios": [2, 16]}),
    ],
)
def test_more_is_dearer(content, experiment, change):
    before = jobs_of(content)
    content["tasks"]["digits"]["experiments"][experiment] |= change
    after = jobs_of(content)
    model = simple_model([*before, *after])
    assert whole(after, model).seconds > whole(before, model).seconds


def test_equal_steps_cost_the_same_at_every_ratio_and_equal_epochs_do_not(content):
    jobs = {job.name: job for job in jobs_of(content)}
    steps, epochs = (
        [sum(jobs[f"train_classifier/digits/{name}/synthetic/noise=0/ratio={r}"].work.values()) for r in (1, 16)]
        for name in ("in_domain", "in_domain_epochs")
    )
    assert steps[0] == steps[1]
    # 850 images are 27 batches of 32, and 100 are 4.
    assert epochs[1] > 5 * epochs[0]


def test_early_stopping_lowers_the_low_end_alone(content):
    digits = content["tasks"]["digits"]["experiments"]["in_domain_epochs"]
    name = "train_classifier/digits/in_domain_epochs/synthetic/noise=0/ratio=16"
    job = next(each for each in jobs_of(content) if each.name == name)
    (kind,) = job.work
    digits["budget"] |= {"patience": 20}
    patient = next(each for each in jobs_of(content) if each.name == name)
    assert job.work == patient.work == patient.least
    assert job.least[kind] < 0.5 * job.work[kind]
    assert next(each for each in jobs_of(content) if "/in_domain/" in each.name).least is None


def test_processes_share_the_work_of_a_generator(content):
    (alone,) = [job for job in jobs_of(content) if job.rule == "train_generator"]
    content["tasks"]["digits"]["generator"]["processes"] = 2
    (shared,) = [job for job in jobs_of(content) if job.rule == "train_generator"]
    assert shared.workers == 2
    assert 2 * sum(shared.work.values()) == sum(alone.work.values())


def test_a_chain_that_stops_early_is_cheaper(content):
    def sampling():
        (job,) = [each for each in jobs_of(content) if each.rule == "sample_mask_generator"]
        return sum(job.work.values())

    before = sampling()  # stops at t=50 of 600, after 22 of 24 steps
    content["tasks"]["phantom"]["sampling"]["qualities"] += ["t=0"]
    assert sampling() == pytest.approx(before * 24 / 22)


def test_a_start_leaves_room_for_work_in_the_shortest_job():
    jobs = [Job("a", "rule", "data"), Job("b", "rule", "data"), Job("c", "other", "data")]
    assert starts_within({"a": 10, "b": 20}, jobs, {"rule": 30.0, "other": 2.0}) == {"rule": 9.0, "other": 2.0}

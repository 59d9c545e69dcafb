"""The schedule of a job graph keeps the bounds that hold for every list schedule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweetspot.plan.job import Job
from sweetspot.plan.schedule import makespan


def job(name, *needs, gpu=False, workers=1):
    return Job(name, "rule", "stage", needs, gpu=gpu, workers=workers)


@st.composite
def graphs(draw):
    """Jobs that need only jobs before them, and their seconds."""
    n = draw(st.integers(1, 12))
    jobs = [
        job(str(number), *(str(each) for each in draw(st.sets(st.integers(0, number - 1), max_size=3))))
        if number
        else job("0")
        for number in range(n)
    ]
    seconds = {each.name: draw(st.floats(0.1, 50)) for each in jobs}
    return jobs, seconds


def longest_chain(jobs, seconds):
    end = {}
    for each in jobs:
        end[each.name] = seconds[each.name] + max((end[name] for name in each.needs), default=0.0)
    return max(end.values())


@given(graphs(), st.integers(1, 5))
def test_between_the_bounds_of_list_scheduling(graph, cores):
    jobs, seconds = graph
    chain, work = longest_chain(jobs, seconds), sum(seconds.values())
    found = makespan(jobs, seconds, cores)
    assert found >= max(chain, work / cores) * (1 - 1e-9)
    # Graham 1966: no list schedule is longer.
    assert found <= (work / cores + (1 - 1 / cores) * chain) * (1 + 1e-9)


def test_on_one_core_it_is_the_sum():
    jobs = [job("a"), job("b", "a"), job("c")]
    assert makespan(jobs, {"a": 1, "b": 2, "c": 4}, 1) == 7


def test_jobs_with_a_network_wait_for_a_gpu_and_others_do_not():
    jobs = [job("a", gpu=True), job("b", gpu=True), job("c")]
    seconds = {"a": 3, "b": 3, "c": 5}
    assert makespan(jobs, seconds, 3) == 5
    assert makespan(jobs, seconds, 3, gpus=1) == 6


def test_a_job_of_several_workers_waits_until_they_are_free():
    jobs = [job("a"), job("b", workers=2), job("c")]
    assert makespan(jobs, {"a": 3, "b": 2, "c": 1}, 2) == 5
    # More workers than there are is all of them.
    assert makespan([job("a", workers=8)], {"a": 3}, 2) == 3


@pytest.mark.parametrize(("cores", "gpus"), [(0, None), (1, 0)])
def test_nothing_to_run_on_is_refused(cores, gpus):
    with pytest.raises(ValueError, match="at least one core"):
        makespan([job("a")], {"a": 1}, cores, gpus)

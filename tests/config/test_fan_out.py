"""Every run is in exactly one job, however many runs share one, and a job's path says which they are."""

from __future__ import annotations

import itertools
import re

import pytest

from sweetspot.config.block import parse
from sweetspot.config.fan_out import SHARE, AllRuns, Curve, FanOut, parse_share
from sweetspot.errors import InputError

CURVES = (
    Curve(arm="real_only", quality="", ratios=(0.0,)),
    Curve(arm="synthetic", quality="t=50", ratios=(0.25, 1.0, 4.0)),
    Curve(arm="synthetic", quality="t=150", ratios=tuple(float(ratio) for ratio in range(1, 61))),
)


def fan_out(runs_per_job, seeds=6) -> FanOut:
    return FanOut(curves=CURVES, seeds=seeds, runs_per_job=runs_per_job)


@pytest.mark.parametrize("runs_per_job", [1, 2, 4, 5, 6, 7, 12, 18, 10_000, "cell", "curve"])
def test_every_run_is_in_exactly_one_job(runs_per_job):
    shares = fan_out(runs_per_job).shares()
    runs = [(each.arm, each.quality, *run) for each in shares for run in itertools.product(each.ratios, each.seeds)]
    expected = [(*cell, seed) for cell in fan_out(runs_per_job).cells() for seed in range(6)]
    assert sorted(runs) == sorted(expected)
    if isinstance(runs_per_job, int):
        assert max(len(each.ratios) * len(each.seeds) for each in shares) <= runs_per_job
    assert len({each.path for each in shares}) == len(shares)


def test_the_number_of_jobs():
    counts = {runs_per_job: len(fan_out(runs_per_job).shares()) for runs_per_job in (1, 4, 6, "cell", 12, "curve")}
    cells = 1 + 3 + 60
    assert counts == {1: 6 * cells, 4: 2 * cells, 6: cells, "cell": cells, 12: 1 + 2 + 30, "curve": 1 + 1 + 1}


def test_the_path_of_a_job_says_what_it_holds():
    paths = [each.path for each in fan_out(4).shares()[:4]]
    assert paths == [
        "real_only/none/ratio=0/seeds=0-3",
        "real_only/none/ratio=0/seeds=4-5",
        "synthetic/t=50/ratio=0.25/seeds=0-3",
        "synthetic/t=50/ratio=0.25/seeds=4-5",
    ]
    assert fan_out("curve").shares()[1].path == "synthetic/t=50/ratio=0.25_1_4"
    longest = max(len(each.path.rsplit("/", 1)[1]) for each in fan_out("curve").shares())
    assert longest < 255 - len(".partial-00000000-999999999-.csv")
    assert max(len(each.ratios) for each in fan_out("curve").shares()) > 25


def test_more_ratios_than_a_name_can_hold_are_in_several_jobs():
    ratios = tuple(float(ratio) for ratio in range(1, 201))
    curve = Curve(arm="synthetic", quality="t=50", ratios=ratios)
    shares = FanOut(curves=(curve,), seeds=6, runs_per_job="curve").shares()
    assert 1 < len(shares) < 10
    assert max(len(each.path.rsplit("/", 1)[1]) for each in shares) < 255 - len(".partial-00000000-999999999-.csv")
    assert tuple(ratio for each in shares for ratio in each.ratios) == ratios


@pytest.mark.parametrize("runs_per_job", [1, 4, "cell", "curve"])
def test_a_name_is_read_back(runs_per_job):
    for share in fan_out(runs_per_job).shares():
        arm, quality, name = share.path.split("/", 2)
        assert re.fullmatch(SHARE, name)
        assert "," not in share.path
        assert (arm, quality) == (share.arm, share.quality or "none")
        assert parse_share(name) == (share.ratios, None if share.whole else share.seeds)


def test_the_files_of_all_experiments():
    runs = AllRuns(experiments={"a": {"x": fan_out("curve"), "y": fan_out("cell")}, "b": {"x": fan_out("curve")}})
    paths = runs.paths()
    assert len(paths) == 3 + 64 + 3
    assert paths[0] == "a/x/real_only/none/ratio=0"


@pytest.mark.parametrize("wrong", [0, -1, "row", 1.5, True])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(InputError, match=r"`runs_per_job"):
        parse(FanOut, {"curves": [], "seeds": 2, "runs_per_job": wrong})

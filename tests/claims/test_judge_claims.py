"""The programs that read the tables of results write theirs, the same to the byte each time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweetspot.tables.csv_files import write_table
from sweetspot.tables.distances import DISTANCE_COLUMNS
from sweetspot.tables.predictions import PREDICTION_COLUMNS, REGRET_COLUMNS
from sweetspot.tables.runs import RUN_COLUMNS
from sweetspot.tables.selection import COLUMNS as SELECTION_COLUMNS
from sweetspot.theory.joint_experiment import COLUMNS as JOINT_COLUMNS
from sweetspot.theory.joint_panels import ALONE, ENOUGH, JOINT, MEANS

SCRIPTS = Path(__file__).parents[2] / "scripts"
QUALITIES = ("noise=0", "noise=1", "noise=2")


@pytest.fixture
def tables(tmp_path):
    """Small tables of every kind, and the flags that name them."""
    stream = np.random.default_rng(0)
    runs, predictions, distances = [], [], []
    for seed, (quality, ratio) in itertools.product(range(3), [("", 0.0), *itertools.product(QUALITIES, (1.0, 4.0))]):
        key = ("toy", "in_domain", "synthetic" if quality else "real_only", quality, ratio, "random", 8, 0, 50, seed)
        runs += [(*key, metric, stream.uniform()) for metric in ("error", "loss")]
    for place, quality in enumerate(QUALITIES):
        for method in ("fixed_1", "rapsd", "pilot"):
            numbers = (1, 0.5, 2, 4, 0.3, 0.2, 0.1, 0.4, 0.05, 0.25 + 0.01 * place)
            predictions.append(("toy", "in_domain", quality, method, *numbers))
        for metric in ("frechet", "mmd", "sliced_wasserstein"):
            distances.append(("toy", "synthetic", quality, metric, "network", 20, 20, place + 1.0, place, place + 2.0))
    bound = {"row": "row_2", "draws": 9, "lambda_bound": 0.05, "monte_carlo_at_end_of_grid": False, "risk_bound": 1.0}
    bound |= {f"lambda_monte_carlo{end}": value for end, value in (("", 0.03), ("_ci_low", 0.02), ("_ci_high", 0.04))}
    bound |= {"regret_bound": 0.1, "regret_ci_low_bound": 0.05, "regret_ci_high_bound": 0.2}
    points = [("angle", JOINT, 0.0), ("angle", ALONE, 0.0), ("length", JOINT, 1.0), ("length", ALONE, 1.0)]
    points += [("enough", MEANS, 64.0), ("anisotropy", "real 1", 10.0), ("scale", "matched", 2.0)]
    theory = [(*point, 0.4, 0.41, 0.4, 0.42, 0.1, 0.1, 0.05, 0.15, 9) for point in points]
    theory.append(("enough", ENOUGH, 63.5, 0.42, None, None, None, 0.05, None, None, None, None))
    frames = {
        "runs": pd.DataFrame(runs, columns=RUN_COLUMNS),
        "distances": pd.DataFrame(distances, columns=DISTANCE_COLUMNS),
        "predictions": pd.DataFrame(predictions, columns=PREDICTION_COLUMNS),
        "table-1": pd.DataFrame([bound]),
        "joint-training": pd.DataFrame(theory, columns=JOINT_COLUMNS),
    }
    frames["regrets"] = frames["predictions"].assign(resolved=True, cost_in_steps=0.1)[REGRET_COLUMNS]
    frames["pilots"] = frames["runs"][frames["runs"]["metric"] == "loss"].assign(steps=2)
    frames["selection"] = pd.DataFrame(
        [
            ("toy", "pool", rule, "scratch", "cnn", seed, stream.uniform(), 0.5, 0.5, 1.0, stream.uniform())
            for rule, seed in itertools.product(("covariance", "random"), range(3))
        ],
        columns=SELECTION_COLUMNS,
    )
    paths = {name: tmp_path / f"{name}.csv" for name in frames}
    for name, path in paths.items():
        write_table(frames[name], path)
    return paths


def run(program, paths, out):
    flags = [part for name, path in paths.items() for part in (f"--{name}", path) if part]
    subprocess.run([sys.executable, SCRIPTS / f"{program}.py", *flags, "--out", out], check=True)
    return out.read_bytes()


def test_claims_of_all_tables(tables, tmp_path):
    written = run("judge_claims", tables, tmp_path / "claims.csv")
    assert written == run("judge_claims", tables, tmp_path / "again.csv")
    claims = pd.read_csv(tmp_path / "claims.csv")
    assert {
        "synthetic data helps",
        "a ratio of 1 to 2 helps at every quality",
        "the U is sharper at a larger distance",
        "the best ratio falls with the distance",
        "the Wasserstein distance predicts better than the MMD",
        "a ratio of 1 to 2 is near the best across the board",
        "the predicted ratio is near the best",
        "the theory's best ratio is near the simulated one",
        "in joint training the means do not matter",
        "a predicted ratio saves 90 % of the cost of the sweep",
        "covariance matching selects better samples than another rule",
    } <= set(claims["claim"])
    assert claims.notna().all(axis=None)
    assert set(claims["verdict"]) <= {"supported", "not supported", "inconclusive"}
    assert (claims["ci_low"] <= claims["estimate"]).all()
    assert (claims["estimate"] <= claims["ci_high"]).all()


def test_without_a_selection_there_are_no_claims_about_it(tables, tmp_path):
    run("judge_claims", tables | {"selection": ""}, tmp_path / "claims.csv")
    assert not pd.read_csv(tmp_path / "claims.csv")["claim"].str.contains("covariance matching").any()


def test_ranks_of_distances(tables, tmp_path):
    paths = {name: tables[name] for name in ("distances", "runs")}
    written = run("rank_distances", paths, tmp_path / "ranks.csv")
    assert written == run("rank_distances", paths, tmp_path / "again.csv")
    assert set(pd.read_csv(tmp_path / "ranks.csv")["place"]) == {1}  # they order the qualities alike

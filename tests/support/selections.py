"""What the jobs of a comparison of selection rules write, made up: each rule's accuracy and shares are known."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

from sweetspot.tables.csv_files import write_table
from sweetspot.tables.picks import MEASURE_COLUMNS, PICK_COLUMNS, RESULT_COLUMNS

TRAININGS = (("scratch", "cnn"), ("scratch", "transformer"), ("pretrained", "linear"))
# Test accuracy of each rule, the share of its picks that are good, and what real samples it finds.
RULES = {
    "covariance": (0.90, 0.7, 0.8),
    "random": (0.80, 0.5, 0.4),
    "ds3": (0.90, 0.5, 0.4),
    "k_means": (0.95, 0.3, 0.4),
    "all": (0.99, 0.5, 1.0),
}
REFERENCES = {"none": 0.5, "more_real": 0.97}
SEEDS, N = 6, 40


def runs_of(rules: dict[str, float], stream: np.random.Generator, spread: float = 0.01) -> pd.DataFrame:
    """One file of runs: what a seed shares moves its accuracies by 0.1, what it does not by `spread`."""
    shared = 0.1 * stream.standard_normal(SEEDS)
    rows = [
        (seed, rule, mean + shared[seed] + spread * stream.standard_normal(), 0.3)
        for seed, (rule, mean) in itertools.product(range(SEEDS), rules.items())
    ]
    return pd.DataFrame(rows, columns=RESULT_COLUMNS)


def measures_of(rules: dict[str, float], hidden: bool) -> pd.DataFrame:
    """One file of measures: of `rules`, what each finds of what is hidden."""
    rows = [
        (seed, rule, N, 0.6 + 0.01 * seed, 0.7, 2.0, 0.1, found + 0.01 * seed if hidden else np.nan)
        for seed, (rule, found) in itertools.product(range(SEEDS), rules.items())
    ]
    return pd.DataFrame(rows, columns=MEASURE_COLUMNS)


def picks_of(shares: dict[str, float], hidden: bool) -> pd.DataFrame:
    """One file of picks: of `shares`, how much of each rule's picks is good; the rest is bad, and half of it real."""
    rows = []
    for seed, (rule, share) in itertools.product(range(SEEDS), shares.items()):
        good = round(share * N) + (seed % 2 if rule != "all" else 0)
        for place in range(N):
            real = int(hidden and place >= (good + N) // 2)
            part = "noise=0" if place < good else "train" if real else "noise=2"
            rows.append((seed, rule, place, part, place, place % 3, real))
    return pd.DataFrame(rows, columns=PICK_COLUMNS)


def write_selections(folder: Path, pools: tuple[str, ...] = ("diversities", "hidden")) -> dict[str, list[Path]]:
    """The files of one task; `hidden` hides real samples. Paths of `runs`, `measures` and `picks`."""
    stream = np.random.default_rng(0)
    files: dict[str, list[Path]] = {"runs": [], "measures": [], "picks": []}

    def write(kind: str, path: Path, table: pd.DataFrame) -> None:
        write_table(table, path)
        files[kind].append(path)

    for pool in (*pools, "real"):
        own, hidden = folder / "toy" / pool, pool == "hidden"
        rules = REFERENCES if pool == "real" else {rule: accuracy for rule, (accuracy, _, _) in RULES.items()}
        for paradigm, architecture in TRAININGS:
            write("runs", own / "runs" / paradigm / f"{architecture}.csv", runs_of(rules, stream))
        found = {rule: RULES[rule][2] if rule in RULES else 0.0 for rule in rules}
        write(
            "measures",
            own / "measures.csv",
            measures_of({rule: found[rule] for rule in found if rule != "none"}, hidden),
        )
        shares = {rule: RULES[rule][1] if rule in RULES else 1.0 for rule in rules if rule != "none"}
        write("picks", own / "picks.csv", picks_of(shares, hidden))
    return files

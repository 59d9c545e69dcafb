"""Claims about which synthetic samples to take: covariance matching against other rules that pick as many.

The intervals are over seeds, paired: runs of one seed differ in nothing but the picks. They are conditional on one
generator, one encoder, one test set and the config's pools, whose mixture of good and bad samples decides how much a
rule can gain. `all` and `none` add other amounts of data, and `more_real` selects nothing: they are not compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from sweetspot.claims.claim import Claim
from sweetspot.claims.predictions import EXTENSION
from sweetspot.config.sample_selection import RuleName
from sweetspot.config.selection import PAPERS_POOLS
from sweetspot.statistics import Estimate, estimate
from sweetspot.tables.selection import POOL, accuracies

PAPER_2 = "paper 2, experiments on selection"
COVARIANCE, SWAPS = "covariance", "covariance_swap"
RIVALS = [rule for rule in get_args(RuleName) if rule not in (COVARIANCE, SWAPS, "all")]
NOT_THE_PAPERS = "ds3"  # only in its style
POINTS = "in percentage points, paired over seeds"


@dataclass(frozen=True)
class Comparison:
    """Test accuracy with covariance matching minus that with a rival, in percentage points, one for each seed."""

    task: str
    pool: str
    paradigm: str
    architecture: str
    rival: str
    difference: pd.Series

    def result(self) -> Estimate:
        return estimate(self.difference.to_numpy())

    def evidence(self) -> str:
        return f"{self.task}, {self.pool}, {self.paradigm}, {self.architecture}: against {self.rival}"

    def source(self) -> str:
        return PAPER_2 if self.pool in PAPERS_POOLS.values() and self.rival != NOT_THE_PAPERS else EXTENSION


def claims_of_selection(selection: pd.DataFrame) -> Iterator[Claim]:
    """The claims that the rules and pools of `selection.csv` allow."""
    compared = list(_comparisons(selection, RIVALS))
    for each in compared:
        yield Claim(
            "covariance matching selects better samples than another rule",
            f"test accuracy with the samples of covariance matching, minus that with the other rule's, {POINTS}, is "
            "above 0",
            each.evidence(),
            each.result(),
            source=each.source(),
        )
    for task in sorted(selection["task"].unique()):
        own = [each for each in compared if each.task == task]
        for source in (EXTENSION, PAPER_2):
            if papers := [each for each in own if source in (EXTENSION, each.source())]:
                yield _more_won_than_lost(task, papers, source)
        rivals = dict.fromkeys(each.rival for each in own)
        for rival in rivals if len(rivals) > 1 else ():
            yield _more_won_than_lost(task, [each for each in own if each.rival == rival], EXTENSION)
    for each in _comparisons(selection, [SWAPS]):
        yield Claim(
            "exchanges after the greedy picks improve covariance matching",
            f"test accuracy with the samples after exchanges that lower the distance between the covariances, minus "
            f"that before, {POINTS}, is above 0",
            each.evidence().removesuffix(f": against {SWAPS}"),
            estimate(-each.difference.to_numpy()),
            source=EXTENSION,
        )
    yield from _hidden_are_found(selection)


def _comparisons(selection: pd.DataFrame, rivals: Iterable[str]) -> Iterator[Comparison]:
    for cell, accuracy in accuracies(selection):
        for rival in rivals:
            if {COVARIANCE, rival} <= set(accuracy.columns):
                yield Comparison(*cell, rival, accuracy[COVARIANCE] - accuracy[rival])


def _more_won_than_lost(task: str, compared: list[Comparison], source: str) -> Claim:
    """Over all comparisons at once, with seeds as units: what their runs share does not narrow the interval."""
    results = [each.result() for each in compared]
    won, lost = sum(each.low > 0 for each in results), sum(each.high < 0 for each in results)
    pools = ", ".join(sorted({each.pool for each in compared}))
    rivals = ", ".join(dict.fromkeys(each.rival for each in compared))
    signs = np.sign(pd.concat([each.difference for each in compared], axis=1))
    return Claim(
        "covariance matching wins more comparisons than it loses",
        "share of the comparisons of pools, paradigms, architectures and other rules in which the test accuracy with "
        "covariance matching is the higher one, minus the share in which it is the lower one, mean over seeds, is "
        "above 0",
        f"{task}: {len(compared)} comparisons with {rivals} on {pools}; the interval of the difference lies above 0 in "
        f"{won} and below 0 in {lost}, each at 95 % by itself",
        estimate(signs.mean(axis=1).to_numpy()),
        source=source,
    )


def _hidden_are_found(selection: pd.DataFrame) -> Iterator[Claim]:
    found = selection.dropna(subset="hidden_found").drop_duplicates([*POOL, "rule", "seed"])
    for (task, pool), rows in found.groupby(POOL, sort=True):
        share = rows.pivot(index="seed", columns="rule", values="hidden_found")
        means = share.mean()
        for rival in RIVALS:
            if {COVARIANCE, rival} <= set(share.columns):
                yield Claim(
                    "covariance matching finds more of the hidden real samples than another rule",
                    "share of the real samples hidden in the pool that covariance matching picks, minus the share that "
                    "the other rule picks, paired over seeds, is above 0",
                    f"{task}, {pool}: {means[COVARIANCE]:.1%}, against {means[rival]:.1%} by {rival}",
                    estimate((share[COVARIANCE] - share[rival]).to_numpy()),
                    source=EXTENSION if rival == NOT_THE_PAPERS else PAPER_2,
                )

"""Claims about ratios that are fixed or predicted: how near they are to the best, and what finding them costs.

The intervals are over cells (task, experiment, quality) that their sweep resolves. Cells of one experiment share the
runs with real data only, and those of one task the real data, so the intervals are rather too narrow.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sweetspot.claims.claim import PAPER, REVIEWS, Claim, smallest
from sweetspot.predict.regret import AFFORDABLE, best_method
from sweetspot.statistics import Estimate, estimate
from sweetspot.tables.predictions import CELL, FIXED_RULES, resolved

PAPERS_METHODS = ("rapsd", "rapsd_255")
EXTENSION = "this project's extension"
NEAR, NEAR_WEIGHTED = 0.15, 0.08
SAVED = 0.9
# Times differ from run to run, so they decide no claim.
STEPS = "cost is counted in optimiser steps"


def claims_of_predictions(predictions: pd.DataFrame) -> Iterator[Claim]:
    """The claims of each method of `predictions.csv`, and of a fixed ratio of 1 or 2, over two cells or more."""
    cells = resolved(predictions)
    if cells.empty:
        return
    regret = cells.pivot(index=CELL, columns="method", values="relative_regret")
    for method in regret.columns:
        rows = cells[cells["method"] == method].set_index(CELL)
        if len(rows) < 2:
            continue
        evidence = f"{method}, over {len(rows)} cells"
        if method in ("fixed_1", "fixed_2"):
            claim = "a ratio of 1 to 2 is near the best across the board"
            yield from _near(claim, evidence, rows, f"{PAPER}; {REVIEWS}")
        elif method not in FIXED_RULES:
            source = PAPER if method in PAPERS_METHODS else EXTENSION
            yield from _near("the predicted ratio is near the best", evidence, rows, source)
            yield from _beats_fixed_ratios(evidence, regret, method, source)


def _near(claim: str, evidence: str, rows: pd.DataFrame, source: str) -> Iterator[Claim]:
    yield Claim(
        claim,
        f"{NEAR:g} minus the mean relative regret is above 0; relative regret is the loss at the ratio minus that at "
        "the best of the sweep, in units of the sweep's range",
        evidence,
        estimate(NEAR - rows["relative_regret"].to_numpy()),
        source=source,
    )
    # The mean of these is the threshold minus sum over sum, and they are above 0 in the mean if that is.
    margins = NEAR_WEIGHTED * rows["sweep_range"] - rows["regret"]
    yield Claim(
        f"{claim}, weighted by the range",
        f"{NEAR_WEIGHTED:g} minus the sum of the regrets over the sum of the sweeps' ranges is above 0",
        evidence,
        estimate((margins / rows["sweep_range"].mean()).to_numpy()),
        source=source,
    )


def _beats_fixed_ratios(evidence: str, regret: pd.DataFrame, method: str, source: str) -> Iterator[Claim]:
    rules = [rule for rule in FIXED_RULES if rule in regret.columns]
    pairs = regret[[method, *rules]].dropna()
    if rules and len(pairs) > 1:
        yield Claim(
            "the predicted ratio beats every fixed one",
            f"mean relative regret of a fixed rule minus that of the method, smallest over {', '.join(rules)}, is "
            "above 0; paired over cells, the interval holds for the smallest of the differences",
            evidence,
            smallest([(pairs[rule] - pairs[method]).to_numpy() for rule in rules]),
            source=source,
        )


def claims_of_chosen_method(predictions: pd.DataFrame, regrets: pd.DataFrame) -> Iterator[Claim]:
    """Each task judged by the method that is best on all other tasks, so that no method is chosen by what judges it.

    The method is the one that `methods.csv` marks as chosen, of those that cost no more than 15 % of the sweep's steps;
    see `sweetspot.predict.regret`.

    Parameters
    ----------
    predictions, regrets : the tables of these names.
    """
    costs = regrets[[*CELL, "method", "cost_in_steps"]]
    cells = resolved(predictions).merge(costs, on=[*CELL, "method"])
    for task in sorted(cells["task"].unique()):
        method = best_method(cells[cells["task"] != task])
        rows = cells[(cells["method"] == method) & (cells["task"] == task)]
        if len(rows) > 1:
            evidence = f"{task}: {method}, the best on the other tasks, over {len(rows)} cells"
            yield from _near("the method chosen on other tasks is near the best ratio", evidence, rows, EXTENSION)
            yield Claim(
                "the method chosen on other tasks saves 90 % of the cost of the sweep",
                f"1 minus the method's steps over those of the sweep, minus {SAVED:g}, mean over cells, is above 0; "
                f"{STEPS}: a method that trains no network takes none, and the pilot's share is set by `pilot.runs` of "
                f"the config, not measured; only methods up to {AFFORDABLE:.0%} are chosen from",
                evidence,
                estimate(1 - rows["cost_in_steps"].to_numpy() - SAVED),
                source=EXTENSION,
            )


def claims_of_cost(pilots: pd.DataFrame, runs: pd.DataFrame) -> Iterator[Claim]:
    """Whether a pilot saves most of the sweep's cost, in optimiser steps: times differ from run to run.

    The config decides that, not the runs: `pilot.runs` fixes how many runs a pilot has, and so its share of the steps.
    Whether so few runs suffice, the claims of `claims_of_predictions` tell.

    Parameters
    ----------
    pilots : the runs of the pilots, in the columns of `runs.csv`; all of a cell together are one pilot.
    runs : rows of `runs.csv`, all ratios and seeds of a cell being its sweep.
    """
    if pilots.empty or runs.empty:
        return
    steps = [_steps_of_cells(table) for table in (pilots, runs)]
    cells = steps[0].index.intersection(steps[1].index)
    if len(cells):
        saved = (1 - steps[0][cells] / steps[1][cells]).to_numpy()
        result = estimate(saved - SAVED) if len(saved) > 1 else Estimate(saved[0] - SAVED, *[saved[0] - SAVED] * 2, 1)
        yield Claim(
            "a predicted ratio saves 90 % of the cost of the sweep",
            f"1 minus the pilot's steps over those of the sweep, all its ratios and seeds, minus {SAVED:g}, mean over "
            f"cells, is above 0; {STEPS}; the share is set by `pilot.runs` of the config, not measured: whether so few "
            "runs find a good ratio, the claims of the method `pilot` tell",
            f"pilot, over {len(cells)} cells",
            result,
        )


def _steps_of_cells(runs: pd.DataFrame) -> pd.Series:
    """Optimiser steps of all runs that each cell's curve takes, those with real data only included."""
    one_each = runs.drop_duplicates([name for name in runs.columns if name not in ("metric", "value")])
    by_quality = one_each[one_each["arm"] == "synthetic"].groupby(CELL)["steps"].sum()
    shared = one_each[one_each["arm"] == "real_only"].groupby(CELL[:2])["steps"].sum()
    return by_quality.add(np.array([shared.get(cell[:2], 0) for cell in by_quality.index]))

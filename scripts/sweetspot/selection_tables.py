"""Tables 1, 2 and 5 of the second paper, from `selection.csv`.

They have this project's numbers alone. The paper's own, and the exact shape of its tables, were not at hand when this
was written; they would be further rows with another `source`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pandas as pd

from sweetspot.config.selected_runs import Paradigm
from sweetspot.config.selection import LINEAR, PAPERS_POOLS
from sweetspot.selection_results import MEASURES, in_order
from sweetspot.statistics import estimate

SOURCE = "this project"
PARADIGMS = get_args(Paradigm)


def selection_table(number: int, selection: pd.DataFrame) -> pd.DataFrame:
    """One of the tables; all numbers are means over `n` seeds, each with the ends of its 95 % t-interval.

    Tables 1 and 2: test accuracy in percent on the pool of `PAPERS_POOLS`, a row for each task, architecture and rule,
    and columns for each paradigm. The architecture is that of `scratch` and `distillation`; `pretrained` has none.

    Table 5: a row for each task, pool and rule; test accuracy in percent of each architecture, from scratch, beside
    recall, precision and Fréchet distance of the picks to the test images, and the share of the hidden real ones that
    is found.

    Parameters
    ----------
    selection : rows of `selection.csv`.
    """
    rows = _by_paradigm(selection, PAPERS_POOLS[number]) if number in PAPERS_POOLS else _by_architecture(selection)
    return pd.DataFrame(rows)


def _by_paradigm(selection: pd.DataFrame, pool: str) -> Iterator[dict[str, object]]:
    paradigms = [each for each in PARADIGMS if (selection["paradigm"] == each).any()]
    for task, rows in selection.groupby("task", sort=True):
        if (rows["pool"] != pool).all():
            continue
        rows = rows[rows["pool"].isin(["", pool])]
        for architecture in sorted(set(rows["architecture"]) - {LINEAR}) or [LINEAR]:
            own = rows[rows["architecture"].isin([architecture, LINEAR])]
            for rule in in_order(own["rule"]):
                runs = own[own["rule"] == rule]
                row = {"source": SOURCE, "task": task, "pool": pool, "architecture": architecture, "rule": rule}
                for paradigm in paradigms:
                    row |= _interval(paradigm, 100 * runs.loc[runs["paradigm"] == paradigm, "accuracy"])
                yield row | {"n": runs["seed"].nunique()}


def _by_architecture(selection: pd.DataFrame) -> Iterator[dict[str, object]]:
    scratch = selection[selection["paradigm"] == "scratch"]
    architectures = sorted(scratch["architecture"].unique())
    for (task, pool), rows in selection.groupby(["task", "pool"], sort=True):
        for rule in in_order(rows["rule"]):
            runs = rows[rows["rule"] == rule]
            row = {"source": SOURCE, "task": task, "pool": pool, "rule": rule}
            for architecture in architectures:
                trained = runs[(runs["paradigm"] == "scratch") & (runs["architecture"] == architecture)]
                row |= _interval(f"accuracy_{architecture}", 100 * trained["accuracy"])
            picks = runs.drop_duplicates("seed")
            for measure in MEASURES:
                row |= _interval(measure, picks[measure])
            yield row | {"n": len(picks)}


def _interval(name: str, values: pd.Series) -> dict[str, float]:
    """Mean and interval of a column's name; empty where nothing was run or measured."""
    numbers = values.dropna().to_numpy()
    found = estimate(numbers) if len(numbers) else None
    return {
        name: found.mean if found else float("nan"),
        f"{name}_ci_low": found.low if found else float("nan"),
        f"{name}_ci_high": found.high if found else float("nan"),
    }

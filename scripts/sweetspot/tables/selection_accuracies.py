"""Tables 1, 2 and 5 of the second paper: this project's numbers, from `selection.csv`, and the paper's own below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pandas as pd

from sweetspot.config.selected_runs import Paradigm
from sweetspot.config.selection import LINEAR, PAPERS_POOLS
from sweetspot.statistics import estimate
from sweetspot.tables.published_selection import published_rows
from sweetspot.tables.selection import in_order

SOURCE = "this project"


def selection_table(number: int, selection: pd.DataFrame) -> pd.DataFrame:
    """Test accuracy in percent on the pool of `PAPERS_POOLS`: a row for each task, architecture and rule, and columns
    for each paradigm.

    Numbers are means over `n` seeds, each with the ends of its 95 % t-interval. The architecture is that of `scratch`
    and `distillation`; `pretrained` has none. The rows of another `source` are the paper's, on its own data and
    networks; see `published_selection` for what could be read of them.

    Parameters
    ----------
    number : of the table in the paper.
    selection : rows of `selection.csv`.
    """
    own = pd.DataFrame(_own_rows(selection, PAPERS_POOLS[number]))
    published = pd.DataFrame(published_rows(number))
    if own.empty or published.empty:
        return own
    return pd.concat([own, published.reindex(columns=own.columns)], ignore_index=True).astype({"n": "Int64"})


def _own_rows(selection: pd.DataFrame, pool: str) -> Iterator[dict[str, object]]:
    paradigms = [each for each in get_args(Paradigm) if (selection["paradigm"] == each).any()]
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


def _interval(name: str, values: pd.Series) -> dict[str, float]:
    """Mean and interval of a column's name; empty where nothing was run."""
    found = estimate(values.to_numpy()) if len(values) else None
    return {
        name: found.mean if found else float("nan"),
        f"{name}_ci_low": found.low if found else float("nan"),
        f"{name}_ci_high": found.high if found else float("nan"),
    }

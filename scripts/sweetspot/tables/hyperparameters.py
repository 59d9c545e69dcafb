"""Table 2: every hyperparameter with its value, the paper's value, and who says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sweetspot.config.block import ASSUMED, Block
from sweetspot.config.hyperparameters import Hyperparameters

COLUMNS = ["task", "hyperparameter", "value", "unit", "paper_value", "source", "description"]


def hyperparameter_table(config: Hyperparameters) -> pd.DataFrame:
    """One row for each key of each task; `source` is `assumed` where the paper does not state the key.

    `paper_value` is empty where the paper states none.
    """
    rows = []
    for task, blocks in config.tasks.items():
        rows += [(task, *row) for row in _rows(blocks, "")]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(block: Block, prefix: str) -> Iterator[tuple[str, ...]]:
    for name, field in type(block).model_fields.items():
        value = getattr(block, name)
        if isinstance(value, Block):
            yield from _rows(value, f"{prefix}{name}.")
        elif isinstance(value, dict) and all(isinstance(inner, Block) for inner in value.values()):
            for member, inner in value.items():
                yield from _rows(inner, f"{prefix}{name}.{member}.")
        else:
            about: Any = field.json_schema_extra
            yield (prefix + name, as_text(value), about["unit"], *papers_value(field), field.description or "")


def papers_value(field: FieldInfo) -> tuple[str, str]:
    """The paper's value of a config key as text, empty where it states none, and who says so."""
    about: Any = field.json_schema_extra
    stated = about.get("paper")
    if stated is None and about["source"] != ASSUMED and field.default is not PydanticUndefined:
        stated = field.default
    return "" if stated is None else as_text(stated), about["source"]


def as_text(value: Any) -> str:
    """JSON, and words without quotation marks."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)

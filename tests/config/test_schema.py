"""The schema for editors is up to date and describes every key."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path

from sweetspot.config import workflow
from sweetspot.config.block import Block

ROOT = Path(__file__).parents[2]
MODULES = [
    importlib.import_module(f"sweetspot.config.{path.stem}")
    for path in sorted((ROOT / "scripts/sweetspot/config").glob("*.py"))
    if path.stem != "__init__"
]


def test_the_shipped_schema_is_that_of_the_models():
    shipped = (ROOT / "config" / "schema.json").read_text(encoding="utf-8")
    assert shipped == workflow.schema_text(), "config/schema.json is out of date: run `make schema`"


def test_the_shipped_config_names_the_schema_for_editors():
    first = (ROOT / "config.yaml").read_text(encoding="utf-8").split("\n")[0]
    assert first == "# yaml-language-server: $schema=config/schema.json"


def test_every_key_of_every_model_has_a_description_a_unit_and_a_source():
    models = {
        model
        for module in MODULES
        for _, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, Block) and model is not Block
    }
    assert len(models) > 10
    for model in models:
        assert model.__doc__, model
        for name, field in model.model_fields.items():
            about = field.json_schema_extra or {}
            assert field.description, (model, name)
            assert about.get("source"), (model, name)
            assert isinstance(about.get("unit"), str), (model, name)


def test_the_descriptions_are_in_the_schema_where_an_editor_looks_for_them():
    schema = json.loads(workflow.schema_text())
    for definition in (schema, *schema["$defs"].values()):
        assert definition["additionalProperties"] is False
        for name, about in definition["properties"].items():
            assert about["description"], name
            assert about["source"], name

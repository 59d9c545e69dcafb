"""The base of all config models: how a key is described, checked and reported.

A key is described once, as a field of a `Block`: default, unit, allowed values, and where its default comes
from. The JSON schema for editors, the checks before a run and table 2 are all made from that one place.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sweetspot.errors import InputError

ASSUMED = "assumed"
REQUIRED: Any = ...


class Block(BaseModel):
    """One mapping of the config. Unknown keys and values of another type are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    def to_json(self) -> str:
        """The block as JSON with sorted keys: equal settings give equal text."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


def key(
    default: Any,
    description: str,
    *,
    unit: str = "",
    source: str = ASSUMED,
    paper: Any = None,
    **constraints: Any,
) -> Any:
    """Declare a config key.

    Parameters
    ----------
    default : the value where the config is silent, `REQUIRED` if it may not be.
    description : one sentence.
    unit : of the value, empty where it has none.
    source : who says so, for example "paper 1, Section 6"; `ASSUMED` where no paper states it.
    paper : the paper's own value where the default differs from it (or there is no default).
    constraints : passed to `pydantic.Field`, for example `ge=0`.
    """
    extra = {"unit": unit, "source": source}
    if paper is not None:
        extra["paper"] = paper
    return Field(default, description=description, json_schema_extra=extra, **constraints)


Model = TypeVar("Model", bound=Block)


def parse(model: type[Model], data: Any, where: str = "") -> Model:
    """Check `data` against `model`.

    Raises
    ------
    InputError : one message with a line for each wrong key: its full name, what is wrong, what is allowed.
    """
    try:
        # Through JSON, since strict mode then takes a list for a tuple and an integer for a float, as YAML writes them.
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        details = error.errors()
        lines = [_explain(model, each, where) for each in details if not _only_follows(each, details)]
        raise InputError("the config is not usable:\n  " + "\n  ".join(dict.fromkeys(lines))) from None
    except (TypeError, ValueError) as error:
        raise InputError(f"the config is not usable: {error}; it may hold text, numbers and lists") from None


def parse_json(model: type[Model], text: str) -> Model:
    """`parse` for JSON text, as programs get it in `--config`."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"--config is not JSON: {error}") from None
    return parse(model, data)


def _only_follows(detail: Any, details: list[Any]) -> bool:
    """Whether a list is only too short since its wrong items, which are told, do not count."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in details
    )


def _explain(model: type[Block], detail: Any, where: str) -> str:
    location, beside = _locate(model, detail["loc"])
    name = ".".join([*([where] if where else []), *map(str, location)])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(str(location[-1]), beside, n=1)
            hint = f"did you mean `{near[0]}`? " if near else ""
            return f"`{name}`: unknown key; {hint}allowed here: {', '.join(sorted(beside))}"
        case "missing":
            about = beside.get(str(location[-1]), {})
            unit = f" [{about['unit']}]" if about.get("unit") else ""
            return f"`{name}`: missing; it must be given: {about.get('description', 'see the schema')}{unit}"
        case "union_tag_invalid":
            key_name = context["discriminator"].strip("'")
            return f"`{name}.{key_name}`: {context['tag']!r} is not one of {context['expected_tags']}"
        case "union_tag_not_found":
            return f"`{name}`: missing key {context['discriminator']}, which says what this is"
    message = detail["msg"].removeprefix("Value error, ")
    given = detail["input"]
    shown = f" (got {given!r})" if isinstance(given, str | int | float | bool | None) else ""
    # A check between keys names the wrong one itself, relative to its block.
    inner = re.match(r"`([\w.-]+)`: (.*)", message, re.DOTALL)
    if inner:
        name, message = f"{name}.{inner[1]}".removeprefix("."), inner[2]
    return f"`{name}`: {message}{shown}" if name else message


def _locate(model: type[Block], location: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
    """The key's own path, without pydantic's tags of unions, and the JSON schemas of the keys beside it."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})

    def resolve(node: Any) -> dict[str, Any]:
        while "$ref" in node or "anyOf" in node:
            # Of a block that may be left out, the block.
            named = node if "$ref" in node else next((each for each in node["anyOf"] if "$ref" in each), {})
            node = definitions[named["$ref"].rsplit("/", 1)[1]] if named else {}
        return node

    path: list[Any] = []
    beside: dict[str, Any] = {}
    node = resolve(schema)
    for part in location:
        choices = node.get("discriminator", {}).get("mapping", {})
        if part in choices:
            node = resolve({"$ref": choices[part]})
            continue
        path.append(part)
        beside = node.get("properties", {})
        inner = node.get("items") if isinstance(part, int) else beside.get(part, node.get("additionalProperties"))
        node = resolve(inner) if isinstance(inner, dict) else {}
    return path, beside

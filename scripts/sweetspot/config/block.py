"""The base of all config models: how a key is described, checked and reported.

A key is described once, as a field of a `Block`: default, unit, allowed values, and where its default comes
from. The JSON schema for editors, the checks before a run and table 2 are all made from that one place.
"""

from __future__ import annotations

import difflib
import json
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
        lines = [_explain(model, detail, where) for detail in error.errors()]
        raise InputError("the config is not usable:\n  " + "\n  ".join(dict.fromkeys(lines))) from None
    except TypeError as error:
        raise InputError(f"the config is not usable: {error}; it may hold text, numbers and lists") from None


def parse_json(model: type[Model], text: str) -> Model:
    """`parse` for JSON text, as programs get it in `--config`."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"--config is not JSON: {error}") from None
    return parse(model, data)


def _explain(model: type[Block], detail: Any, where: str) -> str:
    location = [part for part in detail["loc"] if not _is_union_tag(part)]
    name = ".".join([*([where] if where else []), *(str(part) for part in location)])
    if detail["type"] == "extra_forbidden":
        allowed = _keys_beside(model, location)
        near = difflib.get_close_matches(str(location[-1]), allowed, n=1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        return f"`{name}`: unknown key; {hint}allowed here: {', '.join(allowed)}"
    if detail["type"] == "missing":
        return f"`{name}`: missing; {_describe(model, location)}"
    message = detail["msg"].removeprefix("Value error, ")
    given = detail["input"]
    shown = f" (got {given!r})" if isinstance(given, str | int | float | bool | None) else ""
    return f"`{name}`: {message}{shown}" if name else message


def _is_union_tag(part: Any) -> bool:
    """Pydantic puts the tag of a discriminated union, here a class's tag such as `:digits`, into the location."""
    return isinstance(part, str) and part.startswith(":")


def _walk(model: Any, location: list[Any]) -> Any:
    """The JSON schema of the mapping at `location` below `model`, or None where it cannot be followed."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})

    def resolve(node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            node = definitions[node["$ref"].rsplit("/", 1)[1]]
        return node

    node = resolve(schema)
    for part in location:
        if isinstance(part, int):
            node = resolve(node.get("items", {}))
        elif part in node.get("properties", {}):
            node = resolve(node["properties"][part])
        elif isinstance(node.get("additionalProperties"), dict):
            node = resolve(node["additionalProperties"])
        else:
            return None
        for choices in (node.get("anyOf"), node.get("oneOf")):
            for choice in choices or []:
                if "properties" in resolve(choice):
                    merged = {**resolve(choice)["properties"], **node.get("properties", {})}
                    node = {**node, "properties": merged}
    return node


def _keys_beside(model: type[Block], location: list[Any]) -> list[str]:
    node = _walk(model, location[:-1])
    return sorted(node.get("properties", {})) if node else []


def _describe(model: type[Block], location: list[Any]) -> str:
    node = _walk(model, location[:-1])
    entry = (node or {}).get("properties", {}).get(str(location[-1]), {})
    unit = f" [{entry['unit']}]" if entry.get("unit") else ""
    return f"it must be given: {entry.get('description', 'see the schema')}{unit}"

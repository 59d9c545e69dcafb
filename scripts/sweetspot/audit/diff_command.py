"""`sweetspot diff`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from sweetspot.audit.diff import Cause, Difference, difference
from sweetspot.errors import InputError

MOST_NAMED = 5  # results named below a cause


def add_arguments(arguments: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_argument("before", type=Path, metavar="A", help="a results folder, or the project that holds it")
    arguments.add_argument("after", type=Path, metavar="B", help="another")
    arguments.add_argument("--full", action="store_true", help="name every result")
    arguments.add_argument("--json", action="store_true", help="print JSON instead")


def diff(options: argparse.Namespace) -> None:
    """Compare two results folders: which results differ, and the first cause of it; exit code 1 if any does."""
    found = difference(_project(options.before), _project(options.after))
    if options.json:
        print(json.dumps(_as_json(found), indent=1))
    else:
        print("\n".join(_lines(found, options.full)))
    if found.differing or found.only_before or found.only_after:
        sys.exit(1)


def _project(path: Path) -> Path:
    if (path / "results").is_dir():
        return path
    whole = Path(os.path.normpath(path.absolute()))  # not resolved: `results` may be a link
    if whole.is_dir() and whole.name == "results":
        return whole.parent
    raise InputError(f"{path}: it is no results folder and holds none; name two folders `results`")


def _lines(found: Difference, full: bool) -> Iterator[str]:
    yield f"{found.same} results are equal, {len(found.differing)} differ"
    for name, paths in (("A", found.only_before), ("B", found.only_after)):
        if paths:
            yield f"only in {name}: {_names(paths, full)}"
    if found.differing:
        yield "\nFirst causes:"
        yield from _causes(found.by_cause(), full)
    if found.without_effect:
        yield "\nDifferent as well, but without effect on these results:"
        yield from _causes(found.without_effect, full)


def _causes(causes: dict[Cause, list[str]], full: bool) -> Iterator[str]:
    for cause, paths in causes.items():
        values = f": {_short(cause.before)} -> {_short(cause.after)}" if cause.before or cause.after else ""
        yield f"  {cause.kind}: {cause.what}{values}"
        yield f"    {len(paths)} results: {_names(paths, full)}"


def _short(value: str) -> str:
    return "none" if not value else value if len(value) <= 60 else f"{value[:57]}..."


def _names(paths: list[str], full: bool) -> str:
    more = 0 if full else len(paths) - MOST_NAMED
    return ", ".join(paths if more <= 0 else paths[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _as_json(found: Difference) -> dict[str, object]:
    def causes(by_cause: dict[Cause, list[str]]) -> list[dict[str, object]]:
        return [asdict(cause) | {"results": paths} for cause, paths in by_cause.items()]

    return {
        "same": found.same,
        "only_before": found.only_before,
        "only_after": found.only_after,
        "differing": {path: [asdict(each) for each in which] for path, which in found.differing.items()},
        "causes": causes(found.by_cause()),
        "without_effect": causes(found.without_effect),
    }

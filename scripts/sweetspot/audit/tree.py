"""An audit in words: the tree from the results back to raw data, what is wrong, and how to make it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sweetspot.audit.audit import Audit, Node, Part, Status

MOST_ALIKE = 3  # results of one rule shown below one node, if all is well with them


def as_text(audit: Audit, commands: list[str], warnings: list[str], full: bool) -> str:
    """The tree, each file once; below it what is wrong, and the commands.

    Parameters
    ----------
    full : show every file, rather than the first few of many alike.
    """
    shown: set[str] = set()
    troubled = _troubled(audit)
    lines = [line for path in audit.asked for line in _branch(audit, path, "", "", shown, troubled, full)]
    lines += ["", *_summary(audit, shown)]
    if commands:
        lines += ["", "To make it again, in a new clone:", *(f"  {command}" for command in commands)]
        lines += [f"  ({warning})" for warning in warnings]
    return "\n".join(lines)


def as_json(audit: Audit, commands: list[str], warnings: list[str]) -> dict[str, Any]:
    """The same for programs: `nodes` by path, `problems`, `commands`."""
    return {
        "asked": audit.asked,
        "ok": not audit.problems(),
        "nodes": {path: _node_json(node) for path, node in audit.nodes.items()},
        "findings": [_finding_json(each) for each in audit.findings()],
        "problems": [_finding_json(each) for each in audit.problems()],
        "commands": commands,
        "warnings": warnings,
    }


def _branch(
    audit: Audit, path: str, first: str, rest: str, shown: set[str], troubled: set[str], full: bool
) -> Iterator[str]:
    node = audit.nodes[path]
    again = path in shown and bool(node.inputs)
    yield f"{node.finding.status:<8} {first}{path}  {_made_by(node)}{' (see above)' if again else ''}".rstrip()
    if node.finding.why:
        yield f"{'':<8} {rest}  ! {node.finding.why}"
    if again:
        return
    shown.add(path)
    chosen, hidden = _chosen(audit, node, troubled, full)
    for number, each in enumerate(chosen):
        last = number == len(chosen) - 1 and not hidden
        branch, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _branch(audit, each, rest + branch, rest + below, shown, troubled, full)
    for number, (kind, count) in enumerate(hidden.items()):
        yield f"{'OK':<8} {rest}{'└─' if number == len(hidden) - 1 else '├─'} … and {count} more {kind}"


def _chosen(audit: Audit, node: Node, troubled: set[str], full: bool) -> tuple[list[str], Counter[str]]:
    """The inputs to show, and how many others there are of each kind."""
    shown, count, hidden = [], Counter(), Counter()
    for path in node.inputs:
        kind = _kind(audit.nodes[path])
        count[kind] += 1
        if full or count[kind] <= MOST_ALIKE or path in troubled:
            shown.append(path)
        else:
            hidden[kind] += 1
    return shown, hidden


def _troubled(audit: Audit) -> set[str]:
    """The nodes with which, or below which, something is wrong."""
    made_of_it: dict[str, list[str]] = {}
    for path, node in audit.nodes.items():
        for each in node.inputs:
            made_of_it.setdefault(each, []).append(path)
    found: set[str] = set()
    waiting = [path for path, node in audit.nodes.items() if node.finding.status != Status.OK]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(made_of_it.get(path, ()))
    return found


def _kind(node: Node) -> str:
    return f"of {node.record.rule}" if node.record else f"files of {node.part}"


def _made_by(node: Node) -> str:
    record = node.record
    if record is None:
        return "[no record]" if node.part == Part.RESULT else f"[{node.part}]"
    about = [record.rule, record.ended[:16].replace("T", " "), record.machine.get("host", ""), record.short_id]
    source = "" if record.inputs else f"; raw data: made by its program with {_libraries(record.libraries)}"
    return f"[{', '.join(filter(None, about))}{source}]"


def _libraries(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _summary(audit: Audit, shown: set[str]) -> Iterator[str]:
    parts = Counter(each.part for each in audit.findings())
    bad = Counter(each.part for each in audit.problems())
    for part in Part:
        if parts[part]:
            yield f"{part}: {parts[part]} files, {bad[part] or 'none'} changed or missing"
    for each in audit.problems():
        if each.path not in shown:
            yield f"{each.status:<8} {each.path}  [{each.part}]  {each.why}"


def _node_json(node: Node) -> dict[str, Any]:
    record = node.record
    made = {} if record is None else {
        "record": record.id, "rule": record.rule, "wildcards": record.wildcards, "command": record.command,
        "ended": record.ended, "machine": record.machine, "libraries": record.libraries, "source": record.source,
    }  # fmt: skip
    return _finding_json(node.finding) | {"inputs": node.inputs} | made


def _finding_json(finding) -> dict[str, Any]:
    return {"path": finding.path, "part": finding.part, "status": finding.status, "why": finding.why}

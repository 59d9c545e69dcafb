"""The audit's summary as a page: whether all files are as recorded, and what each figure and table goes back to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sweetspot.audit.audit import Audit, Part, Status
from sweetspot.report.document import document, heading, paragraph, table


def audit_page(audit: Audit, published: Iterable[str]) -> str:
    """What `sweetspot audit` found; `published` are the results that are listed one by one."""
    problems = audit.problems()
    parts = Counter(each.part for each in audit.findings())
    wrong = Counter((each.part, each.status) for each in problems)
    counts = [
        (part, parts[part], wrong[part, Status.CHANGED], wrong[part, Status.MISSING]) for part in Part if parts[part]
    ]
    verdict = (
        f"{len(problems):,} of {sum(parts.values()):,} files are not as they were recorded."
        if problems
        else f"All {sum(parts.values()):,} files are as they were recorded."
    )
    return document(
        "Audit",
        paragraph(verdict),
        paragraph("`sweetspot audit FILE` prints the tree of a result, and the commands that make it again."),
        table(("files", "number", "changed", "missing"), counts),
        *([heading("What differs"), _problems(audit)] if problems else []),
        heading("Figures and tables"),
        table(
            ("file", "status", "made by", "ended (UTC)", "record", "results behind it"), _published(audit, published)
        ),
    )


def _problems(audit: Audit) -> str:
    return table(
        ("file", "what it is", "status", "why"),
        [(each.path, each.part, each.status, each.why) for each in audit.problems()],
    )


def _published(audit: Audit, published: Iterable[str]) -> list[tuple[object, ...]]:
    rows = []
    for path in published:
        node = audit.nodes[path]
        record = node.record
        about = (record.rule, record.ended[:16].replace("T", "\u00a0"), record.short_id) if record else ("", "", "none")
        rows.append((path, node.finding.status, *about, len(_behind(audit, path))))
    return rows


def _behind(audit: Audit, path: str) -> set[str]:
    """All results and raw data that a result was made of."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        new = set(audit.nodes[waiting.pop()].inputs) - found
        found |= new
        waiting.extend(new)
    return found

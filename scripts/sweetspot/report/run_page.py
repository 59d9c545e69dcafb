"""How the results were made, as a page: code, machines, versions, time and config, from all records."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import yaml

from sweetspot.audit.record import Record
from sweetspot.crate.privacy import without_private
from sweetspot.errors import InputError
from sweetspot.load_config import load_workflow
from sweetspot.report.document import as_it_is, document, heading, paragraph, table

MEBI = 2**20
NONE = "not known"


def run_page(folder: Path, records: Iterable[Record]) -> str:
    """Of the jobs with these records.

    Parameters
    ----------
    folder : of the project, which holds the configs that the records name.
    records : one for each job.

    Raises
    ------
    InputError : there are none.
    """
    records = list(records)
    if not records:
        raise InputError(f"{folder / 'results'}: no result has a record; run the workflow again")
    parts = [
        paragraph(_whole(records)),
        heading("Code"),
        table(("commit", "with changes that were not committed", "jobs"), _counted(records, _source)),
        heading("Machines"),
        table(("host", "system", "processor", "cores", "jobs"), _counted(records, _machine)),
        heading("Versions"),
        table(("library", "version"), _versions(records)),
        heading("Jobs"),
        table(("rule", "jobs", "time, all together", "largest memory"), _rules(records)),
    ]
    for path in sorted({path for each in records for path in each.workflow_config}):
        parts += [heading("Config, with all defaults"), paragraph(path), as_it_is(_config(folder / path))]
    return document("Run", *parts)


def _whole(records: list[Record]) -> str:
    started, ended = min(each.started for each in records), max(each.ended for each in records)
    return (
        f"{len(records):,} jobs with {_time(sum(each.seconds for each in records))} of work, the first from"
        f" {_minute(started)}, the last until {_minute(ended)} (UTC)."
    )


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _time(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _source(record: Record) -> tuple[str, str]:
    if not record.source:
        return NONE, NONE
    return str(record.source.get("commit", NONE)), "yes" if record.source.get("dirty") else "no"


def _machine(record: Record) -> tuple[str, ...]:
    return tuple(str(record.machine.get(name, NONE)) for name in ("host", "system", "processor", "cores"))


def _counted(records: list[Record], about) -> list[tuple[object, ...]]:
    return [(*each, count) for each, count in sorted(Counter(map(about, records)).items())]


def _versions(records: list[Record]) -> list[tuple[str, str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for name, version in record.libraries.items():
            found[name].add(str(version))
    return [(name, ", ".join(sorted(versions))) for name, versions in sorted(found.items())]


def _rules(records: list[Record]) -> list[tuple[object, ...]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record.rule].append(record)
    return [
        (
            rule,
            len(group),
            _time(sum(each.seconds for each in group)),
            f"{max(each.peak_memory for each in group) / MEBI:.0f} MiB",
        )
        for rule, group in sorted(groups.items())
    ]


def _config(path: Path) -> str:
    """A config with every default, but without what it tells of private data; or why it cannot be shown."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        resolved = load_workflow(given, data_needed=False).model_dump(mode="json")
    except (OSError, ValueError) as error:
        return f"It cannot be shown: {error}"
    return yaml.safe_dump(without_private(resolved), sort_keys=True, width=110)

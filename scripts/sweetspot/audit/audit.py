"""Follow results back to raw data by their records, and compare every file on the way with what they say.

Each file is judged once, where it belongs: a result by its own record, raw data by the records of the jobs that read
it, a file of code by the records of the jobs that ran it, a record by its own digest.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sweetspot.audit.fingerprints import CACHE, Fingerprint, fingerprint
from sweetspot.audit.record import ENDING, BrokenRecord, Input, Record, read_record, record_path

BENCHMARK = ".tsv"  # the files of Snakemake's benchmarks, which it writes itself
PUBLISHED = ("figures", "tables")  # folders of results in which every file must have a record


class Status(StrEnum):
    """What became of a file since it was recorded."""

    OK = "OK"
    CHANGED = "CHANGED"
    MISSING = "MISSING"


class Part(StrEnum):
    """What a file is to the results."""

    RESULT = "result"
    RAW = "raw data"
    CODE = "code"
    CONFIG = "config"
    RECORD = "record"


@dataclass(frozen=True)
class Finding:
    """What was found of one file.

    why : in words, empty where it is OK.
    """

    path: str
    part: Part
    status: Status
    why: str = ""


@dataclass
class Node:
    """A result, or raw data, of the tree.

    record : of the job that made it; None of raw data, and where it is missing or damaged.
    recorded : what its own record says of it; where it has none, what those that read it say.
    """

    path: str
    part: Part
    record: Record | None = None
    recorded: list[Fingerprint | Input] = field(default_factory=list)
    finding: Finding | None = None

    @property
    def inputs(self) -> list[str]:
        """The paths of the nodes that it was made of."""
        return list(self.record.inputs) if self.record else []


@dataclass
class Audit:
    """Everything below the audited files.

    asked : their paths.
    nodes : by path, each after those that were made of it.
    code, configs, records : findings about files of code, about the configs of the runs, and about records, by path.
    """

    asked: list[str]
    nodes: dict[str, Node] = field(default_factory=dict)
    code: dict[str, Finding] = field(default_factory=dict)
    configs: dict[str, Finding] = field(default_factory=dict)
    records: dict[str, Finding] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """One for each file."""
        nodes = (node.finding for node in self.nodes.values())
        return [*nodes, *self.code.values(), *self.configs.values(), *self.records.values()]

    def jobs(self) -> list[Record]:
        """The record of each job, in the order of their ids; of equal jobs, the last one's."""
        records = (node.record for node in self.nodes.values() if node.record)
        by_id = {record.id: record for record in sorted(records, key=lambda record: record.ended)}
        return [by_id[name] for name in sorted(by_id)]

    def problems(self) -> list[Finding]:
        """Whatever is not as it was recorded."""
        return [each for each in self.findings() if each.status != Status.OK]


def audit(folder: Path, paths: Iterable[str], rehash: bool = False) -> Audit:
    """Audit results of the project in `folder`, and everything that they were made of.

    Parameters
    ----------
    paths : relative to `folder`, or absolute for what is outside of it.
    rehash : see `fingerprint`.
    """
    found = Audit(list(paths))
    _walk(folder, found)
    for node in found.nodes.values():
        node.finding = _judged(folder, node.path, node.part, node.recorded, rehash)
        if node.finding.status == Status.OK and node.record:
            node.finding = _made_of_what_is_there(node, found)
    for part, findings in ((Part.CODE, found.code), (Part.CONFIG, found.configs)):
        for path, digests in sorted(_named(found, part).items()):
            recorded = [Fingerprint(digest, 0) for digest in sorted(digests)]
            findings[path] = _judged(folder, path, part, recorded, rehash)
    return found


def all_results(folder: Path) -> list[str]:
    """All results of a project, for an audit of everything: what has a record, what should have one, and what a record
    names as made by the same job; no parts of another result."""
    results = folder / "results"
    # Not hidden ones, such as what is half written and what operating systems leave.
    recorded = {path.with_name(path.name.removesuffix(ENDING)) for path in results.rglob(f"[!.]*{ENDING}")}
    published = {
        path for name in PUBLISHED for path in (results / name).glob("[!.]*") if not path.name.endswith(ENDING)
    }
    found = {path.relative_to(folder).as_posix() for path in recorded | published}
    for path in list(found):
        with contextlib.suppress(BrokenRecord):
            record = read_record(folder / path)
            found.update(record.outputs if record else ())
    return sorted(found)


def _named(found: Audit, part: Part) -> dict[str, set[str]]:
    """The files of code or of configs that records name, each with all SHA-256 that it is said to have."""
    named: dict[str, set[str]] = {}
    for node in found.nodes.values():
        if node.record:
            for path, digest in (node.record.code if part == Part.CODE else node.record.workflow_config).items():
                named.setdefault(path, set()).add(digest)
    return named


def _walk(folder: Path, found: Audit) -> None:
    """Find all nodes, by the records alone."""
    waiting: list[tuple[str, Input | None]] = [(path, None) for path in reversed(found.asked)]
    while waiting:
        path, read = waiting.pop()
        node = found.nodes.get(path)
        if node is None:
            node = found.nodes[path] = _node(folder, path, found)
            waiting.extend((each, node.record.inputs[each]) for each in reversed(node.inputs))
        if node.record is None and read is not None:
            node.recorded.append(read)


def _node(folder: Path, path: str, found: Audit) -> Node:
    name = record_path(Path(path)).as_posix()
    try:
        record = read_record(folder / path)
        if record is not None and path not in record.outputs:
            raise BrokenRecord("it is that of another result")
    except BrokenRecord as error:
        found.records[name] = Finding(name, Part.RECORD, Status.CHANGED, str(error))
        return Node(path, Part.RESULT)
    if record is not None:
        found.records[name] = Finding(name, Part.RECORD, Status.OK)
        return Node(path, Part.RESULT, record, [record.outputs[path]])
    if not path.startswith("results/") or path.endswith(BENCHMARK):
        return Node(path, Part.CODE if path.startswith("scripts/") else Part.RAW)
    found.records[name] = Finding(name, Part.RECORD, Status.MISSING, "nothing else tells how the result was made")
    return Node(path, Part.RESULT)


def _judged(folder: Path, path: str, part: Part, recorded: Iterable[Fingerprint | Input], rehash: bool) -> Finding:
    try:
        now = fingerprint(folder / path, folder / CACHE, rehash)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        return Finding(path, part, Status.MISSING if missing else Status.CHANGED, error.strerror or str(error))
    for each in recorded:
        if now.sha256 != each.sha256:
            return Finding(path, part, Status.CHANGED, _difference(each, now))
    return Finding(path, part, Status.OK)


def _difference(recorded: Fingerprint | Input, now: Fingerprint) -> str:
    before = getattr(recorded, "files", None)
    if before is None or now.files is None:
        return f"its SHA-256 was {recorded.sha256[:12]}… and is {now.sha256[:12]}…"
    gone, new = before.keys() - now.files.keys(), now.files.keys() - before.keys()
    other = {name for name in before.keys() & now.files.keys() if before[name] != now.files[name]}
    words = (("changed", other), ("missing", gone), ("not recorded", new))
    return "; ".join(f"{word}: {', '.join(sorted(names))}" for word, names in words if names)


def _made_of_what_is_there(node: Node, found: Audit) -> Finding:
    """A result is not what its files say if one of them was made anew since."""
    for path, read in node.record.inputs.items():
        source = found.nodes[path]
        if source.record is not None and source.record.outputs[path].sha256 != read.sha256:
            return Finding(node.path, node.part, Status.CHANGED, f"{path} was made anew since, and differs")
    return node.finding

"""Two results folders: which results differ, and what is the first cause of it upstream.

Times differ from run to run, so what is in results/benchmarks is not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sweetspot.audit.audit import all_results
from sweetspot.audit.fingerprints import CACHE, fingerprint
from sweetspot.audit.record import TIMES, BrokenRecord, Record, read_record

# What of a machine may change the bytes of a result; neither its name nor a SLURM job's number does.
OF_BYTES = ("processor", "system")
OF_BYTES_OF_NETWORKS = (
    "device",
    "precision",
    "compile",
    "deterministic",
    "threads",
    "processor",
    "gpu",
    "cuda",
    "cudnn",
)


class Kind(StrEnum):
    """What the two runs did not have in common, in the order in which it is looked for."""

    INPUT = "input"
    CONFIG = "config"
    CODE = "code"
    LIBRARY = "library"
    MACHINE = "machine"
    UNRECORDED = "not recorded"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cause:
    """A difference that does not follow from another one.

    what : the file, config key, library or fact of the machine.
    """

    kind: Kind
    what: str
    before: str = ""
    after: str = ""


@dataclass
class Difference:
    """What comparing two results folders found.

    only_before, only_after : results that only one has.
    differing : results whose bytes differ, with the first causes of each.
    same : how many are equal.
    without_effect : what was different in making results that are equal all the same, with these results.
    """

    only_before: list[str] = field(default_factory=list)
    only_after: list[str] = field(default_factory=list)
    differing: dict[str, list[Cause]] = field(default_factory=dict)
    same: int = 0
    without_effect: dict[Cause, list[str]] = field(default_factory=dict)

    def by_cause(self) -> dict[Cause, list[str]]:
        """The results that follow from each cause, the cause of most first."""
        found: dict[Cause, list[str]] = {}
        for path, causes in self.differing.items():
            for cause in causes:
                found.setdefault(cause, []).append(path)
        return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


def difference(before: Path, after: Path) -> Difference:
    """Compare the results of two projects, by the files themselves, and explain them by their records."""
    # A record alone, of a file that is gone, is no result.
    paths = [
        {path for path in all_results(folder) if not path.startswith(TIMES) and (folder / path).exists()}
        for folder in (before, after)
    ]
    found = Difference(sorted(paths[0] - paths[1]), sorted(paths[1] - paths[0]))
    pair = _Pair(before, after)
    for path in sorted(paths[0] & paths[1]):
        if pair.differs(path):
            found.differing[path] = pair.causes(path)
        else:
            found.same += 1
            for cause in pair.made_differently(path):
                found.without_effect.setdefault(cause, []).append(path)
    return found


class _Pair:
    def __init__(self, before: Path, after: Path) -> None:
        self._folders = (before, after)
        self._causes: dict[str, list[Cause]] = {}

    def differs(self, path: str) -> bool:
        digests = [self._digest(folder, path) for folder in self._folders]
        return None in digests or len(set(digests)) > 1

    def made_differently(self, path: str) -> list[Cause]:
        """What the jobs that made a result were given differently."""
        records = [self._record(folder, path) for folder in self._folders]
        return [] if None in records else list(_own(*records))

    def causes(self, path: str) -> list[Cause]:
        """The first causes of the difference of a result, without those that another of them explains."""
        if path not in self._causes:
            self._causes[path] = []  # a record that names itself among its inputs is followed no further
            self._causes[path] = list(dict.fromkeys(self._find(path)))
        return self._causes[path]

    def _find(self, path: str) -> Iterator[Cause]:
        records = [self._record(folder, path) for folder in self._folders]
        if None in records:
            yield Cause(Kind.UNRECORDED, path)
            return
        for folder, record in zip(self._folders, records, strict=True):
            if record.outputs[path].sha256 != self._digest(folder, path):
                yield Cause(Kind.UNRECORDED, path, after=f"{folder / path} was changed after it was made")
                return
        before, after = records
        found = [*self._of_inputs(before, after), *_own(before, after)]
        # Machines are compared only where nothing else explains the difference: most results do not depend on them.
        yield from found or _machines(before, after) or _identification(before, after) or [Cause(Kind.UNKNOWN, path)]

    def _of_inputs(self, before: Record, after: Record) -> Iterator[Cause]:
        for path in sorted(before.inputs.keys() | after.inputs.keys()):
            digests = [record.inputs[path].sha256 if path in record.inputs else None for record in (before, after)]
            if len(set(digests)) == 1 or path.startswith(TIMES):
                continue
            if path.startswith("results/") and None not in digests:
                yield from self.causes(path)
            else:
                yield Cause(Kind.INPUT, path, *((digest and f"SHA-256 {digest[:12]}…") or "" for digest in digests))

    @staticmethod
    def _record(folder: Path, path: str) -> Record | None:
        try:
            record = read_record(folder / path)
        except BrokenRecord:
            return None
        return record if record and path in record.outputs else None

    @staticmethod
    def _digest(folder: Path, path: str) -> str | None:
        try:
            return fingerprint(folder / path, folder / CACHE).sha256
        except OSError:
            return None


def _own(before: Record, after: Record) -> Iterator[Cause]:
    """What the two jobs were given differently, beside the content of their inputs."""
    for key, values in _unequal(_flat(before.config), _flat(after.config)):
        yield Cause(Kind.CONFIG, key, *values)
    if before.config == after.config and before.command != after.command:
        yield Cause(Kind.CONFIG, "command", " ".join(before.command), " ".join(after.command))
    for path, values in _unequal(before.code, after.code):
        yield Cause(Kind.CODE, path, *(value and f"SHA-256 {value[:12]}…" for value in values))
    for name, values in _unequal(before.libraries, after.libraries):
        yield Cause(Kind.LIBRARY, name, *values)
    for name, values in _unequal(before.facts, after.facts):
        yield Cause(Kind.INPUT, name, *values)


def _machines(before: Record, after: Record) -> list[Cause]:
    facts = []
    for record in (before, after):
        network = record.machine.get("compute", {})
        facts.append(
            {name: record.machine.get(name) for name in OF_BYTES}
            | {f"compute.{name}": network.get(name) for name in OF_BYTES_OF_NETWORKS}
        )
    return [Cause(Kind.MACHINE, name, *values) for name, values in _unequal(*facts)]


def _identification(before: Record, after: Record) -> list[Cause]:
    """A figure holds the id of its record."""
    other = (before.kept_id is None) != (after.kept_id is None)
    return [Cause(Kind.CODE, "what the ids of records are hashes of")] if other else []


def _flat(content: Any, name: str = "") -> dict[str, Any]:
    """The values of nested mappings by their dotted names."""
    if not isinstance(content, dict):
        return {name: content}
    return {key: value for each, inner in content.items() for key, value in _flat(inner, f"{name}.{each}").items()}


def _unequal(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in dict.fromkeys([*before, *after]):
        values = before.get(name), after.get(name)
        if values[0] != values[1]:
            yield name.removeprefix("."), tuple("" if value is None else str(value) for value in values)

"""Which files go into a crate: the project's own, and the results that are small and name nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sweetspot.audit.audit import Audit, Part
from sweetspot.audit.record import Record, record_path
from sweetspot.audit.workflow_config import FOLDER as CONFIGS
from sweetspot.crate.privacy import EMAIL, HOME, PUBLIC_READERS, WITHHELD, Privacy, readers
from sweetspot.errors import InputError

# No config of the project's: it may name a user's data. The config of each run is packed from results/configs.
PROJECT = (
    "Snakefile",
    "rules/*.smk",
    "scripts/**/*.py",
    "scripts/sweetspot/explorer/*.*",
    "report/*",
    "envs/*",
    "Makefile",
    "requirements.lock",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CITATION.cff",
)
NEEDED = ("Snakefile", "requirements.lock")
PROGRAMS = (".py", ".smk", "Snakefile")
TEXTS = (".csv", ".html", ".json", ".md", ".svg", ".tsv", ".txt")
# Folders of results with a task's numbers alone; of a task with private data only their tables are published.
NUMBERS = ("benchmarks", "distances", "downstream", "pilot", "predicted", "search")
SAMPLES = re.compile(r"results/figures/samples_(?P<task>[^/]+)\.(?:pdf|png)")
SPLIT = re.compile(r"results/data/[^/]+/split\.csv")


@dataclass(frozen=True)
class Choice:
    """What the user wants in the crate.

    publish : tasks whose data, samples and generators may be copied, though their data are not known to be public.
    largest : bytes of the largest result that is copied.
    emails : whether addresses may stand in the crate.
    """

    publish: frozenset[str] = frozenset()
    largest: int = 50 * 10**6
    emails: bool = False


@dataclass
class Contents:
    """The files of a crate by their paths in it, each a path on the disk or, if it had to be changed, its bytes.

    records : one of each job.
    results : the files of each result that is copied; one for a file, several for a folder.
    withheld : why each other result is only named.
    raw : SHA-256 and size of each file of raw data, by the path that is not told.
    private : the tasks whose data are not public.
    """

    privacy: Privacy
    records: list[Record]
    private: set[str]
    raw: dict[str, tuple[str, int]]
    files: dict[str, Path | bytes] = field(default_factory=dict)
    results: dict[str, list[str]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)


def contents(folder: Path, audit: Audit, choice: Choice) -> Contents:
    """Choose the files, from an audit of all results.

    Raises
    ------
    InputError : `choice` names no task; a file of the project is missing; a program holds an e-mail address or a home
        folder.
    """
    records = audit.jobs()
    reader_of = readers(folder, records)
    for task in sorted(choice.publish - reader_of.keys()):
        raise InputError(f"--publish: {task!r} is not a task; there are {', '.join(reader_of)}")
    tasks = reader_of.keys() | {record.wildcards.get("task") for record in records} - {None}
    private = {task for task in tasks if reader_of.get(task) not in PUBLIC_READERS}
    project = _project_files(folder)
    for path in NEEDED:
        if path not in project:
            raise InputError(f"{folder / path}: no such file; pack results in the clone of the project that made them")
    raw = {
        path: (node.recorded[0].sha256, node.recorded[0].size)
        for path, node in audit.nodes.items()
        if node.part == Part.RAW and path not in project and not path.startswith("results/")
    }
    privacy = Privacy.of(folder, records, {path: each[0] for path, each in raw.items()}, private)
    found = Contents(privacy, records, private, raw)
    for path in project:
        found.files[path] = _published(folder / path, path, choice.emails)
    for path in sorted({path for record in records for path in record.workflow_config}):
        text = (folder / path).read_text(encoding="utf-8")
        found.files[path] = privacy.in_config(text).encode()
    for path in sorted(path for path in audit.nodes if path not in raw and path not in project):
        _add_result(folder, path, audit, found, choice)
    return found


def _project_files(folder: Path) -> list[str]:
    found = {path for pattern in PROJECT for path in folder.glob(pattern) if path.is_file() and not path.is_symlink()}
    names = sorted(path.relative_to(folder) for path in found)
    return [name.as_posix() for name in names if not any(part.startswith((".", "__pyc")) for part in name.parts)]


def _published(path: Path, name: str, emails: bool) -> Path | bytes:
    """A file of the project; without addresses and home folders, which programs must not hold at all."""
    text = path.read_text(encoding="utf-8")
    if not HOME.search(text) and (emails or not EMAIL.search(text)):
        return path
    if name.endswith(PROGRAMS):
        raise InputError(f"{name}: it holds an e-mail address or a home folder, and would be published; remove that")
    hidden = text if emails else EMAIL.sub(WITHHELD, text)
    return re.sub(rf"(?:{HOME.pattern})[^\s\"']*", WITHHELD, hidden).encode()


def _add_result(folder: Path, path: str, audit: Audit, found: Contents, choice: Choice) -> None:
    node = audit.nodes[path]
    files = _files_of(folder, path)
    size = sum((folder / each).stat().st_size for each in files)
    why = _private_part(path, node.record, found.private, choice.publish) or _too_large(size, choice.largest)
    if not why and any(_names_somebody(folder / each, found.privacy, choice.emails) for each in files):
        why = "it names subjects or places"
    if why:
        found.withheld[path] = why
    else:
        found.results[path] = files
        found.files.update((each, folder / each) for each in files)
    if node.record:
        original = record_path(folder / path).read_text(encoding="utf-8")
        text = found.privacy.in_record(original, private=bool(_tasks(path, node.record) & found.private))
        found.files[record_path(Path(path)).as_posix()] = text.encode()


def _files_of(folder: Path, path: str) -> list[str]:
    if not (folder / path).is_dir():
        return [path]
    inside = sorted(each.relative_to(folder) for each in (folder / path).rglob("*") if each.is_file())
    return [each.as_posix() for each in inside if not any(part.startswith(".") for part in each.parts)]


def _tasks(path: str, record: Record | None) -> set[str]:
    """The task that a result belongs to; none for what is made of all tasks."""
    named = {record.wildcards["task"]} if record and "task" in record.wildcards else set()
    parts = path.split("/")
    shown = SAMPLES.fullmatch(path)
    in_folder = {parts[2]} if len(parts) > 3 and parts[1] in ("data", "samples", "generator", "phantom") else set()
    return named | in_folder | ({shown["task"]} if shown else set())


def _private_part(path: str, record: Record | None, private: set[str], publish: frozenset[str]) -> str:
    """Why a result is kept back, if it holds data that are not public; images of them included."""
    tasks = _tasks(path, record) & private
    if not tasks:
        return ""
    if SPLIT.fullmatch(path):
        return "it names subjects"
    folder = path.split("/")[1]
    numbers = folder in NUMBERS and path.endswith((".csv", ".tsv"))
    shown = folder in ("figures", "tables") and not SAMPLES.fullmatch(path)
    if numbers or shown or tasks <= publish:
        return ""
    return "it holds, shows or was fitted to data that are not public"


def _too_large(size: int, largest: int) -> str:
    return f"it has more than {largest:,} bytes" if size > largest else ""


def _names_somebody(path: Path, privacy: Privacy, emails: bool) -> bool:
    if path.suffix.lower() not in TEXTS:
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    # A page holds a library, with its authors' addresses.
    addresses = not emails and path.suffix.lower() != ".html" and EMAIL.search(text)
    return bool(privacy.found(text) or HOME.search(text) or addresses)


def is_config(path: str) -> bool:
    """Whether a file is the kept config of a run."""
    return Path(path).parent == CONFIGS

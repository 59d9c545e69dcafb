"""What a published crate must not tell: who took part, who ran it, and where.

Names are taken from what the run itself knows: the tables of a task's subjects, the paths of raw data, the config.
"""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sweetspot.audit.record import Record

WITHHELD = "withheld"
# Data that are generated or public; those of any other reader are taken to be under an agreement.
PUBLIC_READERS = ("digits", "phantom", "cifar10")
# Of the machine of a record, and of its network's: who and where, but not what the bytes of a result may depend on.
IDENTIFYING = ("host", "slurm")
# Of the config of data: paths, and the domain of each subject.
PATHS = ("path", "images", "labels")
OF_DATA = (*PATHS, "domains")
NAMING_COLUMNS = ("id", "subject", "scan")  # of the table of a split
SUBJECT = re.compile(r"(?<![A-Za-z0-9])sub-[A-Za-z0-9]+")
WORD = re.compile(r"[^\s\"',;()\[\]{}<>=]+")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# An absolute path, with or without a host before it, or one below a home folder; but not the rest of a URL, of a
# relative path or of a fraction.
ABSOLUTE = re.compile(r"(?<![\w/.~)-])(?:[\w.-]+:)?(?:~\w*)?/(?![/\s])[^\s\"'`<>|]+")
# Places in other spellings: of other protocols than the web's, of network shares, and relative to what is above.
ELSEWHERE = re.compile(r"\b(?!https?:)[a-z]+://\S+|(?<![:\w])//[^\s/]\S*|\\\\[^\s\\]\S*|(?:\.\./)+\S*|[\w.+-]+@[\w.-]+")
RUN_OF_LETTERS = re.compile(r"[a-z0-9]+")
LABEL = re.compile(r"(?=.*[a-z])(?=.*[0-9])[a-z0-9]{3,}")  # of a subject: letters and digits
HOME = re.compile(r"/(?:home|Users)/\w|[A-Z]:\\+Users\\")
OUTSIDE = re.compile(r"(?:/|~|\.\./|[A-Za-z]:\\)")


def readers(folder: Path, records: Iterable[Record]) -> dict[str, str]:
    """The data reader of each task, from the kept configs of the runs; of two, the one that is not public."""
    found: dict[str, str] = {}
    for path in sorted({path for record in records for path in record.workflow_config}):
        tasks = json.loads((folder / path).read_text(encoding="utf-8")).get("tasks", {})
        for name, task in tasks.items():
            if found.get(name, PUBLIC_READERS[0]) in PUBLIC_READERS:
                found[name] = task.get("data", {}).get("reader", "")
    return found


def is_private(content: dict[str, Any]) -> bool:
    """Whether a part of a config is that of data which are not public. A phantom is read like a user's data set."""
    made = str(content.get("path", "")).startswith("results/")
    return "reader" in content and content["reader"] not in PUBLIC_READERS and not made


def without_private(content: Any) -> Any:
    """A config without the places, and the subjects by name, of data that are not public."""
    if isinstance(content, dict):
        hidden = OF_DATA if is_private(content) else ()
        return {key: WITHHELD if key in hidden and value else without_private(value) for key, value in content.items()}
    return [without_private(each) for each in content] if isinstance(content, list) else content


@dataclass(frozen=True)
class Privacy:
    """What to take out of texts.

    raw : SHA-256 of each file of raw data, by its path.
    names : of subjects, scans and images of private tasks, and paths of raw data.
    folders : paths of private data, as the config has them.
    """

    raw: dict[str, str]
    names: frozenset[str]
    folders: tuple[str, ...]

    @functools.cached_property
    def _labels(self) -> set[str]:
        """Subjects without `sub-`, as tables may have them, in lower case; not those that any word or number may be."""
        labels = {name.removeprefix("sub-").lower() for name in self.names}
        return {label for label in labels if LABEL.fullmatch(label)}

    @functools.cached_property
    def _with_spaces(self) -> set[str]:
        return {name for name in self.names if re.search(r"\s", name)}

    @classmethod
    def of(cls, folder: Path, records: Iterable[Record], raw: dict[str, str], private: set[str]) -> Privacy:
        """What the records, the configs and the split tables of the private tasks name."""
        records = list(records)
        configs = sorted({path for record in records for path in record.workflow_config})
        contents = [json.loads((folder / path).read_text(encoding="utf-8")) for path in configs]
        contents += [record.config for record in records]
        paths, subjects = _named_by_config(contents)
        subjects |= {name for path in (*raw, *paths) for name in SUBJECT.findall(path)}
        for task in private:
            subjects |= set(_named_by_split(folder / "results/data" / task / "split.csv"))
        # A single word, such as `data`, is in many a path that tells nothing.
        folders = sorted((path for path in paths if "/" in path.strip("/")), key=lambda path: (-len(path), path))
        return cls(raw, frozenset(subjects | raw.keys()), tuple(folders))

    def in_text(self, text: str) -> str:
        """Without names, absolute paths and e-mail addresses; a path of raw data becomes the SHA-256 of its content."""
        if OUTSIDE.match(text):
            return self._instead_of(text)
        for name in self.found(text):
            text = _bounded(name).sub(self._instead_of(name), text)
        return ABSOLUTE.sub(WITHHELD, ELSEWHERE.sub(WITHHELD, EMAIL.sub(WITHHELD, text)))

    def _hidden(self, value: Any) -> str:
        return self._instead_of(value) if isinstance(value, str) else WITHHELD

    def _instead_of(self, name: str) -> str:
        return f"sha256:{self.raw[name]}" if name in self.raw else WITHHELD

    def found(self, text: str) -> list[str]:
        """The names in a text, the longest first."""
        words = {text, *WORD.findall(text), *SUBJECT.findall(text)} & self.names
        words |= self._labels & set(RUN_OF_LETTERS.findall(text.lower()))
        words |= {name for name in self._with_spaces if name in text}
        folders = {folder for folder in self.folders if folder in text and _bounded(folder).search(text)}
        return sorted(words | folders, key=lambda name: (-len(name), name))

    def in_json(self, content: Any) -> Any:
        """The same for every key and value; JSON within a string is taken apart too."""
        if isinstance(content, dict):
            hidden = OF_DATA if is_private(content) else ()
            return {
                self.in_text(key): self._hidden(value) if key in hidden else self.in_json(value)
                for key, value in content.items()
            }
        if isinstance(content, list):
            return [self.in_json(each) for each in content]
        if not isinstance(content, str):
            return content
        if content[:1] in ("{", "["):
            try:
                return json.dumps(self.in_json(json.loads(content)))
            except ValueError:
                pass  # it only looks like JSON
        return self.in_text(content)

    def in_record(self, text: str, private: bool) -> str:
        """A copy of a record for the crate, with the id of the original and a word on what it lacks.

        Parameters
        ----------
        private : of a task whose data are not public; the names of the files in its folders are left out too.
        """
        content = json.loads(text)
        content.pop("digest", None)  # of what is no longer in it
        identity = content.pop("id")
        content["machine"] = _of_nobody(content.get("machine", {}))
        for output in content["outputs"].values() if private else ():
            output.pop("files", None)
        note = (
            "a copy for publication: without host and SLURM job; raw data are named by their SHA-256; the id is that "
            "of the original record and does not follow from this copy"
        )
        copy = {"id": identity, "redacted": note, **self.in_json(content)}
        published = json.dumps(copy, indent=1, ensure_ascii=False) + "\n"
        return SUBJECT.sub(WITHHELD, published) if private else published

    def in_config(self, text: str) -> str:
        """The kept config of a run without what it tells of private data."""
        return json.dumps(self.in_json(json.loads(text)), indent=1, sort_keys=True) + "\n"


def _of_nobody(machine: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in machine.items() if name not in IDENTIFYING}
    return {name: _of_nobody(value) if isinstance(value, dict) else value for name, value in kept.items()}


def _bounded(name: str) -> re.Pattern[str]:
    # A relative path is not the end of another one: the data of `data/ms` are not those of `results/data/ms`.
    before = r"(?<![A-Za-z0-9/])" if "/" in name.strip("/") else r"(?<![A-Za-z0-9])"
    return re.compile(rf"{before}{re.escape(name)}(?![A-Za-z0-9])", re.IGNORECASE)


def _named_by_config(content: Any) -> tuple[set[str], set[str]]:
    """Paths, and subjects, in any block of data that are not public."""
    if not isinstance(content, dict | list):
        return set(), set()
    values = content.values() if isinstance(content, dict) else content
    inner = [_named_by_config(value) for value in values]
    paths, subjects = (set().union(*found) for found in zip(*inner, strict=True)) if inner else (set(), set())
    if isinstance(content, dict) and is_private(content):
        paths |= {content[name] for name in PATHS if isinstance(content.get(name), str)}
        subjects |= set(content.get("domains") or ())
    return paths, subjects


def _named_by_split(path: Path) -> Iterator[str]:
    """Subjects, scans and images; not mere numbers, which every table is full of."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from (row[name] for name in NAMING_COLUMNS if re.search(r"[A-Za-z]", row.get(name) or ""))
